import Conversations
import OrderedJSON

extension FieldReader {
    /// Fields that are read elsewhere, or that the service answers for.
    private static let read: Set<String> = [
        "model", "input", "messages", "instructions", "stream", "stream_options", "background", "store",
        "previous_response_id", "conversation", "metadata", "n", "temperature", "tools", "tool_choice",
    ]

    /// What a request asks besides its conversation, brought into the chat form.
    func parameters(dialect: Dialect, streams: Bool) throws(RequestFault) -> CallParameters {
        try checkRanges(dialect)
        var parameters = CallParameters(streams: streams)
        parameters.choices = try choices(dialect)
        parameters.temperature = try decimal("temperature", in: 0...2)
        parameters.seed = try integer("seed", in: Int.min...Int.max)
        parameters.tools = try tools(dialect)
        parameters.toolChoice = try toolChoice().map { dialect == .chat ? $0 : ToolForms.nested(choice: $0) }
        var taken = Self.read
        switch dialect {
        case .chat:
            parameters.responseFormat = try responseFormat(types: nil)
            taken.formUnion(["seed", "response_format", "functions", "function_call"])
            // The form before tools had types.
            if parameters.tools == nil, let functions = value("functions")?.array {
                parameters.tools = .array(functions.map { ["type": "function", "function": $0] })
            }
            if parameters.toolChoice == nil, let choice = value("function_call") {
                parameters.toolChoice = choice.object == nil ? choice : ["type": "function", "function": choice]
            }
        case .acedata:
            parameters.responseFormat = try responseFormat(types: ["text", "json_object", "json_schema"])
            taken.insert("response_format")
        case .responses:
            taken.insert("truncation")
        }
        let limits = tokenLimits(dialect)
        if let name = limits.first(where: { value($0) != nil }) {
            parameters.maxTokens = try integer(name, in: 1...Int.max)
            taken.insert(name)
        }
        for (name, value) in object where !taken.contains(name) {
            guard name == "text", dialect != .chat, parameters.responseFormat == nil, var text = value.object,
                let format = text["format"], format.object != nil
            else {
                parameters.extras.append(name, value)
                continue
            }
            parameters.responseFormat = ToolForms.nested(format: format)
            text.removeValue(forKey: "format")
            if !text.isEmpty { parameters.extras.append(name, .object(text)) }
        }
        if streams, var options = try object("stream_options") {
            options.removeValue(forKey: "include_usage")
            if !options.isEmpty { parameters.extras.append("stream_options", .object(options)) }
        }
        return parameters
    }

    /// The names of the limit on an answer's tokens, the one that counts first.
    private func tokenLimits(_ dialect: Dialect) -> [String] {
        switch dialect {
        case .chat: ["max_completion_tokens", "max_tokens"]
        case .acedata: ["max_tokens", "max_output_tokens"]
        case .responses: ["max_output_tokens"]
        }
    }

    private func checkRanges(_ dialect: Dialect) throws(RequestFault) {
        _ = try decimal("top_p", in: 0...1)
        _ = try integer("top_logprobs", in: 0...20)
        _ = try bool("parallel_tool_calls")
        switch dialect {
        case .responses:
            _ = try integer("max_output_tokens", in: 16...Int.max)
            _ = try object("reasoning")
            _ = try object("text")
            for (index, value) in (try array("include") ?? []).enumerated() where value.string == nil {
                throw .type(of: "include[\(index)]", expected: "a string", got: value)
            }
        case .acedata:
            _ = try integer("max_output_tokens", in: 1...Int.max)
        case .chat:
            _ = try integer("max_tokens", in: 1...Int.max)
            _ = try decimal("frequency_penalty", in: -2...2)
            _ = try decimal("presence_penalty", in: -2...2)
            _ = try bool("logprobs")
            _ = try object("logit_bias")
            if let stop = value("stop"), stop.string == nil, stop.array == nil {
                throw .type(of: "stop", expected: "one of a string or an array of strings", got: stop)
            }
        }
    }

    private func choices(_ dialect: Dialect) throws(RequestFault) -> Int? {
        guard dialect == .responses else { return try integer("n", in: 1...128) }
        // The Responses API has no such field; what is unknown is handed on, but an answer for each would be lost.
        guard let count = value("n")?.int, count > 1 else { return nil }
        throw RequestFault(
            "Unknown parameter: 'n'. The Responses API gives one answer; chat completions give several.", param: "n",
            code: "unknown_parameter")
    }

    private func tools(_ dialect: Dialect) throws(RequestFault) -> JSON? {
        guard let tools = try array("tools") else { return nil }
        if tools.isEmpty, dialect != .responses { throw .emptyArray("tools") }
        for (index, tool) in tools.enumerated() {
            let place = FieldPlace("tools", index, isDotted: false)
            guard let object = tool.object else { throw .type(of: place.name(), expected: "an object", got: tool) }
            let fields = FieldReader(object: object, place: place)
            guard let type = try fields.string("type") else { throw .missing(place.name("type")) }
            guard type == "function" || type == "custom" else { continue }
            let inner = try fields.object(type)
            if dialect == .chat, inner == nil { throw .missing(place.name(type)) }
            let named = FieldReader(object: inner ?? object, prefix: inner == nil ? "" : "\(type).", place: place)
            guard try named.string("name") != nil else {
                throw .missing(place.name(inner == nil ? "name" : "\(type).name"))
            }
        }
        return dialect == .chat ? .array(tools) : ToolForms.nested(tools: .array(tools))
    }

    private func toolChoice() throws(RequestFault) -> JSON? {
        guard let choice = value("tool_choice") else { return nil }
        if let word = choice.string {
            let words = ["none", "auto", "required"]
            guard words.contains(word) else { throw .value(of: "tool_choice", got: word, supported: words) }
        } else if choice.object == nil {
            throw .type(of: "tool_choice", expected: "one of a string or an object", got: choice)
        } else if choice["type"]?.string == nil {
            throw .missing("tool_choice.type")
        }
        return choice
    }

    /// - Parameter types: the types there are; nil where servers have others of their own.
    private func responseFormat(types: [String]?) throws(RequestFault) -> JSON? {
        guard let format = try object("response_format") else { return nil }
        let inner = FieldReader(object: format, prefix: "response_format.")
        guard let type = try inner.string("type") else { throw .missing("response_format.type") }
        if let types, !types.contains(type) {
            throw .value(of: "response_format.type", got: type, supported: types)
        }
        return .object(format)
    }
}
