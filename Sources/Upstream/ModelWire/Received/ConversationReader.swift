import Conversations
import OrderedJSON

/// Puts a conversation together from the messages or items of a request, as it would have been kept.
///
/// What a model said is read by the same code that reads its answers, so that an answer sent back is the answer that was
/// kept.
struct ConversationReader {
    let dialect: Dialect
    private(set) var items: [ReceivedItem] = []
    /// How many assistant's messages were read: names calls that came without an id the same way each time.
    var answersRead = 0
    /// The ids of free-text calls: their results are of their kind.
    private var customCalls: Set<String> = []
    /// The ids of all calls in order, and of those of each name.
    private var calls = CallQueue()
    private var callsByName: [String: CallQueue] = [:]
    /// The ids of calls that have a result.
    private var answered: Set<String> = []

    init(dialect: Dialect) { self.dialect = dialect }

    mutating func append(role: Role, parts: [MessagePart]) {
        items.append(.message(role: role, parts: parts))
    }

    mutating func append(reference id: String) { items.append(.reference(id)) }

    /// Takes what a model said.
    mutating func append(answer parts: [MessagePart]) {
        answersRead += 1
        for call in parts.toolCalls {
            calls.ids.append(call.id)
            callsByName[call.name, default: CallQueue()].ids.append(call.id)
            if call.kind == "custom" { customCalls.insert(call.id) }
        }
        items.append(.message(role: .assistant, parts: parts.isEmpty ? [.text("")] : parts))
    }

    /// Takes a tool's result, with what it showed beside its words.
    ///
    /// - Parameter kind: nil where the dialect does not say it: then the call's.
    mutating func append(result output: [MessagePart], of callID: String, kind: String? = nil) {
        answered.insert(callID)
        var words: [String] = []
        var others: [MessagePart] = []
        for part in output {
            if case .text(let text) = part { words.append(text) } else { others.append(part) }
        }
        let kind = kind ?? (customCalls.contains(callID) ? "custom" : "function")
        let result = ToolResult(callID: callID, output: words.joined(separator: "\n"), kind: kind)
        items.append(.message(role: .tool, parts: [.toolResult(result)] + others))
    }

    /// The call that a result without an id answers: the first that has none, of this name where one is said.
    mutating func openCall(named name: String?) -> String? {
        guard let name else { return calls.first(notIn: answered) }
        return callsByName[name]?.first(notIn: answered)
    }

    /// The conversation; in the dialects of items a turn's items as one message.
    func finished() -> [ReceivedItem] {
        dialect == .chat ? items : ReceivedItem.grouped(items)
    }
}

/// Calls in their order. Those that have their results are passed once, so that no history takes long to pair.
private struct CallQueue {
    var ids: [String] = []
    private var start = 0

    mutating func first(notIn answered: Set<String>) -> String? {
        while start < ids.count, answered.contains(ids[start]) { start += 1 }
        return start < ids.count ? ids[start] : nil
    }
}
