import Conversations
import OrderedJSON

/// The tools an arm asks for, beside those that were asked for where its question was first answered.
struct RecordedTools {
    let recorded: [ToolCall]
    let asked: [ToolCall]

    /// The arm's own ids of the recorded calls; nil where it does not ask for the same tools with the same arguments.
    var ids: [String: String]? {
        guard recorded.count == asked.count else { return nil }
        var ids: [String: String] = [:]
        var left = asked
        for call in recorded {
            guard let index = left.firstIndex(where: { Self.isSame($0, call) }) else { return nil }
            ids[call.id] = left.remove(at: index).id
        }
        return ids
    }

    /// Arguments are JSON: order of keys and white space say nothing.
    private static func isSame(_ one: ToolCall, _ other: ToolCall) -> Bool {
        guard one.name == other.name else { return false }
        if one.arguments == other.arguments { return true }
        guard let first = try? JSON(parsing: one.arguments), let second = try? JSON(parsing: other.arguments) else {
            return false
        }
        return canonical(first) == canonical(second)
    }

    private static func canonical(_ json: JSON) -> String {
        if let object = json.object {
            let members = object.map { (key: JSON.string($0.key).text(), value: canonical($0.value)) }
                .sorted { $0.key < $1.key }
            return "{" + members.map { "\($0.key):\($0.value)" }.joined(separator: ",") + "}"
        }
        if let array = json.array { return "[" + array.map(canonical).joined(separator: ",") + "]" }
        if let number = json.double { return "\(number)" }
        return json.text()
    }

    /// Messages with the results under other ids.
    static func results(_ messages: [Message], under ids: [String: String]) -> [(role: Role, parts: [MessagePart])] {
        messages.map { message in
            (
                message.role,
                message.parts.map { part in
                    guard case .toolResult(var result) = part else { return part }
                    result.callID = ids[result.callID] ?? result.callID
                    return .toolResult(result)
                }
            )
        }
    }
}
