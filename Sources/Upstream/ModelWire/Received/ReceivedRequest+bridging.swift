package import Conversations
import OrderedJSON

extension ReceivedRequest {
    /// Why an upstream of another dialect cannot be asked this, naming the first field that has no counterpart there; nil
    /// where it can. What changes no answer when it is left out is no reason.
    package func unbridgeable(to target: Dialect) -> RequestFault? {
        let isItems = dialect != .chat
        if target == .responses, let count = parameters.choices, count > 1 { return fault("n", target) }
        guard isItems == (target == .chat) else { return nil }
        return isItems ? unbridgeableToChat() : unbridgeableToItems(target)
    }

    private func unbridgeableToChat() -> RequestFault? {
        for name in ["prompt", "moderation", "context_management"] where isGiven(name) { return fault(name, .chat) }
        if let index = parameters.tools?.array?.firstIndex(where: { !Self.isProgramsOwn($0) }) {
            return fault("tools[\(index)]", .chat)
        }
        if let choice = parameters.toolChoice, choice.object != nil, !Self.isProgramsOwn(choice),
            choice["type"]?.string != "allowed_tools"
        {
            return fault("tool_choice", .chat)
        }
        // What a tool of the upstream's was given back can be told to no other.
        for case .message(let role, let parts) in items where role == .tool || role == .developer {
            for case .unknown(let item) in parts where item["type"]?.string.map(Self.isItemOfUpstreams) ?? false {
                return fault("input", .chat)
            }
        }
        return nil
    }

    private func unbridgeableToItems(_ target: Dialect) -> RequestFault? {
        for name in [
            "audio", "prediction", "web_search_options", "moderation", "stop", "logit_bias",
        ] where isGiven(name) { return fault(name, target) }
        for name in ["frequency_penalty", "presence_penalty"] where parameters.extras[name]?.double ?? 0 != 0 {
            return fault(name, target)
        }
        if let kinds = parameters.extras["modalities"]?.array, kinds.contains(where: { $0.string != "text" }) {
            return fault("modalities", target)
        }
        return nil
    }

    /// Whether a field says something: an empty list or object does not.
    private func isGiven(_ name: String) -> Bool { parameters.extras[name].map { !$0.isFalsy } ?? false }

    /// Whether a tool, or the choice of one, is run by the program and not by the upstream.
    private static func isProgramsOwn(_ tool: JSON) -> Bool {
        ["function", "custom"].contains(tool["type"]?.string ?? "")
    }

    private static func isItemOfUpstreams(_ type: String) -> Bool {
        type.hasSuffix("_output") || type == "mcp_approval_response" || type == "additional_tools"
    }

    private func fault(_ param: String, _ target: Dialect) -> RequestFault {
        let name = target == .chat ? "chat completions" : "the Responses API"
        return RequestFault(
            "Unsupported parameter: '\(param)' cannot be asked of the upstream that serves this model, which speaks "
                + "\(name). Leave it out, or choose a model of another upstream.", param: param,
            code: "unsupported_parameter")
    }

    /// The parameters as an upstream of a dialect has them: the extras by the names it knows. Those of the same dialect
    /// stay as they came.
    package func parameters(for target: Dialect) -> CallParameters {
        var bridged = parameters
        guard (dialect == .chat) != (target == .chat) else { return bridged }
        bridged.extras = JSONObject()
        for (name, value) in parameters.extras where !value.isNull {
            if target == .chat {
                bridged.extras.append(toChat: name, value)
            } else {
                bridged.extras.append(toItems: name, value)
            }
        }
        return bridged
    }
}

extension JSONObject {
    /// Names that mean the same in both, or that nobody knows.
    private static let ofItemsAlone: Set<String> = [
        "include", "max_tool_calls", "truncation", "context_management", "prompt", "moderation", "stream_options",
        "seed",
    ]
    private static let ofChatAlone: Set<String> = [
        "logprobs", "stop", "logit_bias", "frequency_penalty", "presence_penalty", "prediction", "audio", "modalities",
        "web_search_options", "moderation", "stream_options", "max_tokens", "max_completion_tokens",
    ]

    fileprivate mutating func append(toChat name: String, _ value: JSON) {
        switch name {
        case "reasoning":
            if let effort = value["effort"], !effort.isNull { self["reasoning_effort"] = effort }
        case "text":
            if let verbosity = value["verbosity"], !verbosity.isNull { self["verbosity"] = verbosity }
        case "top_logprobs":
            self["logprobs"] = true
            self[name] = value
        case "include":
            let wants = value.array?.contains { $0.string == "message.output_text.logprobs" } ?? false
            if wants { self["logprobs"] = true }
        default:
            if !Self.ofItemsAlone.contains(name) { self[name] = value }
        }
    }

    fileprivate mutating func append(toItems name: String, _ value: JSON) {
        switch name {
        case "reasoning_effort": self["reasoning"] = ["effort": value]
        case "verbosity": self["text"] = ["verbosity": value]
        case "logprobs":
            if value.bool == true { self["include"] = ["message.output_text.logprobs"] }
        default:
            if !Self.ofChatAlone.contains(name) { self[name] = value }
        }
    }
}
