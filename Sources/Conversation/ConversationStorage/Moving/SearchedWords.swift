import Conversations

/// What the index is to hold of a message, as the view `message_words` gives it.
///
/// The view is what FTS5 compares with, but writing through it costs: every statement that selects into FTS5 makes it
/// write a segment of its own.
struct SearchedWords {
    var reasoning: String?
    var tool: String?
    /// Whether only SQLite itself can tell: its JSON functions end a text at U+0000, and ours do not.
    var isForTheViewToTell = false

    init(_ parts: [MessagePart]) {
        for part in parts {
            switch part {
            case .reasoning(let reasoning): Self.add(reasoning.text, to: &self.reasoning)
            case .toolCall(let call): Self.add("\(call.name) \(call.arguments)", to: &tool)
            case .toolResult(let result): Self.add(result.output, to: &tool)
            default: break
            }
        }
        for words in [reasoning, tool] where words?.utf8.contains(0) == true { isForTheViewToTell = true }
    }

    private static func add(_ text: String, to words: inout String?) {
        if words == nil { words = text } else { words?.append("\n\(text)") }
    }
}
