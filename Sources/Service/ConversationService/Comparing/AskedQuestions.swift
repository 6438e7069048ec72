import Conversations

/// Which of a thread's answers are to the same question.
///
/// A question is the same where the same was asked before it, whatever was answered in between: a branch that asks every
/// question again after its own answers holds copies of them.
struct AskedQuestions {
    /// What was asked up to each message, its own question included.
    private var asked: [MessageID: Lineage] = [:]
    /// The answers to each, in the order in which they came.
    private var answers: [Lineage: [Message]] = [:]
    private(set) var messages: [MessageID: Message] = [:]

    /// - Parameter all: every message of a thread, each after its parent.
    init(_ all: [Message]) {
        for message in all {
            // What continues a message in the trash is out of sight with it.
            guard message.trashedAt == nil, message.parentID.map({ messages[$0] != nil }) ?? true else { continue }
            messages[message.id] = message
            let parent = message.parentID.flatMap { messages[$0] }
            let before = parent.flatMap { asked[$0.id] } ?? .beginning
            guard message.role == .assistant else {
                asked[message.id] = Lineage(parent: before, role: message.role, parts: message.parts)
                continue
            }
            asked[message.id] = before
            if let parent, parent.role != .assistant { answers[before, default: []].append(message) }
        }
        for key in answers.keys {
            answers[key] = answers[key]?.enumerated().sorted {
                ($0.element.createdAt, $0.offset) < ($1.element.createdAt, $1.offset)
            }.map(\.element)
        }
    }

    /// The answers to what was asked up to a message.
    func answers(toQuestionOf message: MessageID) -> [Message] { asked[message].flatMap { answers[$0] } ?? [] }

    /// The messages that lead to one, from the thread's beginning.
    func path(to message: MessageID) -> [Message] {
        var path: [Message] = []
        var next = messages[message]
        while let message = next {
            path.append(message)
            next = message.parentID.flatMap { messages[$0] }
        }
        return path.reversed()
    }

    /// The questions on a path that were answered on it or elsewhere, with the answer on the path.
    func turns(on path: [Message]) -> [(question: Message, answer: Message?)] {
        path.indices.compactMap { index in
            let question = path[index]
            guard question.role != .assistant else { return nil }
            let next = index + 1 < path.count ? path[index + 1] : nil
            if let next, next.role == .assistant { return (question, next) }
            // Instructions and the results of several tools follow each other; only the last of them is answered.
            return next == nil && !answers(toQuestionOf: question.id).isEmpty ? (question, nil) : nil
        }
    }
}
