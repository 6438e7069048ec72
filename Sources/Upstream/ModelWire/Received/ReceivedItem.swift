package import Conversations

/// A step of a conversation as a program's request has it.
package enum ReceivedItem: Sendable, Hashable {
    /// A message. What a model said in one turn (reasoning, words, calls) is one, as an answer is kept; each tool's result
    /// is one of its own, of the role `tool`.
    case message(role: Role, parts: [MessagePart])
    /// An item that is kept already, named by its id.
    case reference(String)

    /// The items with an assistant's messages that follow each other as one: what the items of a list that the Responses
    /// API knows make of a turn. For use once references have been looked up.
    package static func grouped(_ items: [ReceivedItem]) -> [ReceivedItem] {
        var grouped: [ReceivedItem] = []
        grouped.reserveCapacity(items.count)
        for item in items {
            guard case .message(.assistant, let more) = item, case .message(.assistant, var parts)? = grouped.last
            else {
                grouped.append(item)
                continue
            }
            // Taken out first, so that a long turn is not copied each time.
            grouped.removeLast()
            if parts.isSilent { parts = [] }
            if !more.isSilent || parts.isEmpty { parts += more }
            grouped.append(.message(role: .assistant, parts: parts))
        }
        return grouped
    }
}

extension [MessagePart] {
    /// Whether this is how nothing is said: one empty text.
    fileprivate var isSilent: Bool { if count == 1, case .text("") = self[0] { true } else { isEmpty } }
}
