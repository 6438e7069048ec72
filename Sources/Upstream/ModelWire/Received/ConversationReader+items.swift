import Conversations
import OrderedJSON

extension ConversationReader {
    private static let itemRoles = ["assistant", "system", "developer", "user"]

    /// Takes an item as the Responses API has it.
    ///
    /// An item is what its type says; without one, a message where it has a role, and a reference where it has an id alone.
    mutating func read(item json: JSON, at place: FieldPlace) throws(RequestFault) {
        guard let item = json.object else { throw .type(of: place.name(), expected: "an object", got: json) }
        let fields = FieldReader(object: item, place: place)
        let type = try fields.string("type")
        switch type ?? (fields.value("role") == nil && fields.value("id") != nil ? "item_reference" : "message") {
        case "message":
            try read(message: json, item, fields, at: place)
        case "item_reference":
            guard let id = try fields.string("id") else { throw .missing(place.name("id")) }
            append(reference: id)
        case "function_call", "custom_tool_call":
            guard try fields.string("name") != nil else { throw .missing(place.name("name")) }
            if dialect == .responses, try fields.string("call_id") == nil { throw .missing(place.name("call_id")) }
            let field = type == "function_call" ? "arguments" : "input"
            guard fields.value(field) != nil else { throw .missing(place.name(field)) }
            append(answer: parts(ofOutput: json))
        case "reasoning":
            append(answer: parts(ofOutput: json))
        case "function_call_output", "custom_tool_call_output":
            guard let id = try fields.string("call_id") ?? openCall(named: nil) else {
                throw .missing(place.name("call_id"))
            }
            let output = try ReceivedContent.parts(of: item["output"], at: place, field: "output")
            append(result: output, of: id, kind: type == "custom_tool_call_output" ? "custom" : "function")
        case "image_generation_call":
            append(answer: [Self.drawing(item) ?? .unknown(json)])
        case let type:
            switch Self.side(of: type, item) {
            case .assistant: append(answer: [.unknown(json)])
            case let role: append(role: role, parts: [.unknown(json)])
            }
        }
    }

    private mutating func read(
        message json: JSON, _ item: JSONObject, _ fields: FieldReader, at place: FieldPlace
    ) throws(RequestFault) {
        guard let role = try fields.string("role") else { throw .missing(place.name("role")) }
        // AceData documents messages: programs send it chat's.
        if dialect == .acedata, role == "tool" || role == "function" || fields.value("tool_calls") != nil {
            return try read(chatMessage: json, at: place)
        }
        guard Self.itemRoles.contains(role) else {
            throw .value(of: place.name("role"), got: role, supported: Self.itemRoles)
        }
        guard role == "assistant" else {
            append(role: Role(role), parts: try ReceivedContent.parts(of: item["content"], at: place))
            return
        }
        guard let content = fields.value("content") else { throw .missing(place.name("content")) }
        guard content.string != nil || content.array != nil else {
            throw .type(of: place.name("content"), expected: "one of a string or an array of objects", got: content)
        }
        for (index, block) in (content.array ?? []).enumerated() where block.object == nil {
            throw .type(of: place.inside("content", index).name(), expected: "an object", got: block)
        }
        append(answer: parts(ofOutput: json))
    }

    private func parts(ofOutput item: JSON) -> [MessagePart] {
        ResponseAnswer.parts(of: item, responseID: Optional.none, ordinal: answersRead)
    }

    /// Whose an item is that only the upstream understands. What is not known is the model's: it was in some output.
    private static func side(of type: String, _ item: JSONObject) -> Role {
        switch type {
        case "additional_tools", "configuration_update", "compaction_trigger": return .developer
        case "mcp_approval_response": return .tool
        default:
            if type.hasSuffix("_output") { return .tool }
            if let role = item["role"]?.string, itemRoles.contains(role) { return Role(role) }
            return .assistant
        }
    }

    /// A picture of an answer that we showed as the item of the tool that draws: known by its id, which is of our making.
    private static func drawing(_ item: JSONObject) -> MessagePart? {
        let digits = item["id"]?.string?.split(separator: "_", omittingEmptySubsequences: false).dropFirst().first
        guard let digits, digits.utf8.count == 32,
            digits.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
        else { return nil }
        if let data = item["result"]?.nonEmptyString {
            let url = ReceivedContent.dataURL(data, mediaType: "image/png")
            return .image(MessageMedia(source: .url(url), mediaType: "image/png"))
        }
        if let url = item["image_url"]?.nonEmptyString { return .image(MessageMedia(source: .url(url))) }
        return item["file_id"]?.nonEmptyString.map { .image(MessageMedia(source: .fileID($0))) }
    }
}
