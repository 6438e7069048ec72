package import Conversations

/// Answers to the same questions, side by side.
package struct Comparison: Sendable {
    /// What a person asked to have compared.
    package enum Subject: Sendable {
        case replay(Replay)
        /// Every question on its tip's path that has several answers.
        case thread(ChatThread)
        /// One question.
        case message(ChatThread, MessageID)
    }

    package let subject: Subject
    /// The threads it is about, each with all its messages.
    package let threads: [ComparedThread]
    /// Who answered; the original first, where there is one.
    package let arms: [ComparedArm]
    /// The questions, in their order.
    package let turns: [ComparedTurn]
}

/// A thread some of whose answers are compared.
package struct ComparedThread: Sendable {
    package let thread: ChatThread
    /// Each after its parent.
    package let messages: [Message]
}

/// One who answered: what is compared with the others in every turn.
package struct ComparedArm: Sendable, Hashable {
    /// A label where it has one, else the model; no other arm of the comparison has it.
    package let name: String
    package let upstream: String?
    package let model: String?
    /// Which of several that asked the same model, from 1.
    package let sample: Int
    /// Whether the others are compared with it: it is what stands on the tip's path.
    package let isOriginal: Bool
    /// How far a replay's arm has come; nil for others.
    package let status: ReplayArm.Status?
    /// Why it ended early, for a person.
    package let note: String?
}

/// One question and what was answered.
package struct ComparedTurn: Sendable {
    package let threadID: ThreadID
    /// Which question of its path it is, from 1.
    package let number: Int
    package let question: Message?
    /// At most one an arm; the original first, where there is one.
    package let answers: [ComparedAnswer]

    package var original: ComparedAnswer? { answers.first.flatMap { $0.isOriginal ? $0 : nil } }
}

/// One answer, or what came of asking for it.
package struct ComparedAnswer: Sendable {
    package enum Outcome: String, Sendable {
        case done
        /// The model declined, or its answer was withheld.
        case refused
        case failed
        /// Not asked yet, or under way.
        case open
    }

    /// The place of its arm in ``Comparison/arms``.
    package let arm: Int
    package let isOriginal: Bool
    /// Nil where none came.
    package let message: Message?
    /// Nil where nothing was asked, or by another program.
    package let call: Call?
    package let label: String?
    package let outcome: Outcome
    /// Its words, or what stands for them: a refusal, the tools it asks for.
    package let text: String
    /// What a reader takes for characters.
    package let characterCount: Int
    /// Words of any script; of those written without spaces each character is one.
    package let wordCount: Int
    /// How much of it and of the original is the same, 0 to 1; nil without both.
    package let similarity: Double?

    /// From the request to the end of the answer.
    package var milliseconds: Int64? { call.flatMap { Self.milliseconds(from: $0.sentAt, to: $0.finishedAt) } }
    /// From the request to the first piece of the answer.
    package var firstTokenMilliseconds: Int64? {
        call.flatMap { Self.milliseconds(from: $0.sentAt, to: $0.firstTokenAt) }
    }

    private static func milliseconds(from start: Timestamp?, to end: Timestamp?) -> Int64? {
        guard let start, let end else { return nil }
        return end.milliseconds(since: start)
    }
}

extension Comparison {
    /// What a person typed, or could have typed, for it.
    package var handle: String {
        switch subject {
        case .replay(let replay): replay.handle
        case .thread(let thread), .message(let thread, _): thread.handle
        }
    }
}
