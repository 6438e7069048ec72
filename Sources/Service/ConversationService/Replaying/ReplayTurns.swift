package import Conversations

/// The questions on a path, each with what was answered there.
///
/// A question is the message that an answer follows: a user's, or what tools gave back. A path that ends in a question has
/// one without an answer.
package struct PathTurn: Sendable, Hashable {
    package let questionID: MessageID
    package let originalID: MessageID?
    /// Where what is asked begins and ends on the path: all that lies between the answer before and this one.
    let asked: ClosedRange<Int>

    package static func turns(of path: [Message]) -> [PathTurn] {
        var turns: [PathTurn] = []
        var start = 0
        for (position, message) in path.enumerated() where position > 0 {
            let before = path[position - 1]
            if message.role == .assistant, before.role != .assistant {
                turns.append(
                    PathTurn(questionID: before.id, originalID: message.id, asked: start...(position - 1)))
            }
            if message.role == .assistant { start = position + 1 }
        }
        if let last = path.last, last.role == .user || last.role == .tool, start < path.count {
            turns.append(PathTurn(questionID: last.id, originalID: nil, asked: start...(path.count - 1)))
        }
        return turns
    }
}
