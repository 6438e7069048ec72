import Conversations
import OrderedJSON

extension ConversationReader {
    private static let chatRoles = ["system", "assistant", "user", "function", "tool", "developer"]

    /// Takes a message as chat completions have it.
    mutating func read(chatMessage json: JSON, at place: FieldPlace) throws(RequestFault) {
        guard let message = json.object else { throw .type(of: place.name(), expected: "an object", got: json) }
        let fields = FieldReader(object: message, place: place)
        guard let role = try fields.string("role") else { throw .missing(place.name("role")) }
        switch role {
        case "system", "developer", "user":
            let parts = try ReceivedContent.parts(of: message["content"], at: place, takesEmptyArray: false)
            append(role: Role(role), parts: parts)
        case "assistant":
            try check(answer: fields, at: place)
            append(
                answer: ChatAnswer.parts(of: json, choice: answersRead, responseID: nil, text: Optional.none))
        case "tool":
            guard let id = try fields.string("tool_call_id") else { throw .missing(place.name("tool_call_id")) }
            let output = try ReceivedContent.parts(of: message["content"], at: place, takesEmptyArray: false)
            append(result: output, of: id)
        case "function":
            guard let name = try fields.string("name") else { throw .missing(place.name("name")) }
            let content: JSON = message["content"] ?? ""
            let output = try ReceivedContent.parts(of: content.isNull ? "" : content, at: place)
            // The form before calls had ids: the call of that name that waits for its result.
            append(result: output, of: openCall(named: name) ?? "call_\(name.prefix(40))")
        default:
            throw .value(of: place.name("role"), got: role, supported: Self.chatRoles)
        }
    }

    /// What an answer's reader would forgive and a program should be told.
    private func check(answer fields: FieldReader, at place: FieldPlace) throws(RequestFault) {
        if let content = fields.value("content") {
            guard content.string != nil || content.array != nil else {
                throw .type(of: place.name("content"), expected: "one of a string or an array of objects", got: content)
            }
            for (index, block) in (content.array ?? []).enumerated() where block.object == nil {
                throw .type(of: place.inside("content", index).name(), expected: "an object", got: block)
            }
        }
        _ = try fields.string("refusal")
        for (index, call) in (try fields.array("tool_calls") ?? []).enumerated() {
            let place = place.inside("tool_calls", index)
            guard let call = call.object else { throw .type(of: place.name(), expected: "an object", got: call) }
            let inner = FieldReader(object: call, place: place)
            guard try inner.string("id") != nil else { throw .missing(place.name("id")) }
            let kind = inner.value("custom")?["name"]?.nonEmptyString == nil ? "function" : "custom"
            guard let function = try inner.object(kind) else { throw .missing(place.name(kind)) }
            let named = FieldReader(object: function, prefix: "\(kind).", place: place)
            guard try named.string("name") != nil else { throw .missing(place.name("\(kind).name")) }
        }
        if let function = try fields.object("function_call") {
            let named = FieldReader(object: function, prefix: "function_call.", place: place)
            guard try named.string("name") != nil else { throw .missing(place.name("function_call.name")) }
        }
    }
}
