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
    /// Calls that have no result yet, in order.
    private var openCalls: [ToolCall] = []

    init(dialect: Dialect) { self.dialect = dialect }

    mutating func append(role: Role, parts: [MessagePart]) {
        items.append(.message(role: role, parts: parts))
    }

    mutating func append(reference id: String) { items.append(.reference(id)) }

    /// Takes what a model said.
    mutating func append(answer parts: [MessagePart]) {
        answersRead += 1
        for call in parts.toolCalls {
            openCalls.append(call)
            if call.kind == "custom" { customCalls.insert(call.id) }
        }
        items.append(.message(role: .assistant, parts: parts.isEmpty ? [.text("")] : parts))
    }

    /// Takes a tool's result, with what it showed beside its words.
    ///
    /// - Parameter kind: nil where the dialect does not say it: then the call's.
    mutating func append(result output: [MessagePart], of callID: String, kind: String? = nil) {
        if let index = openCalls.firstIndex(where: { $0.id == callID }) { openCalls.remove(at: index) }
        var words: [String] = []
        var others: [MessagePart] = []
        for part in output {
            if case .text(let text) = part { words.append(text) } else { others.append(part) }
        }
        let kind = kind ?? (customCalls.contains(callID) ? "custom" : "function")
        let result = ToolResult(callID: callID, output: words.joined(separator: "\n"), kind: kind)
        items.append(.message(role: .tool, parts: [.toolResult(result)] + others))
    }

    /// The call that a result without an id answers: the first that has none, of this name where there is one.
    func openCall(named name: String?) -> ToolCall? {
        openCalls.first { name == nil || $0.name == name }
    }

    /// The conversation; in the dialects of items a turn's items as one message.
    func finished() -> [ReceivedItem] {
        dialect == .chat ? items : ReceivedItem.grouped(items)
    }
}
