package import Conversations

/// One run of a canary, beside the one before it.
package struct CanaryRun: Sendable {
    package let canary: Canary
    package let replay: Replay
    /// The run before it; nil for the first.
    package let beforeID: ReplayID?
    /// In the order of the path.
    package let turns: [CanaryTurn]

    package init(canary: Canary, replay: Replay, beforeID: ReplayID?, turns: [CanaryTurn]) {
        self.canary = canary
        self.replay = replay
        self.beforeID = beforeID
        self.turns = turns
    }

    /// Whether anything is not as it was.
    package var isChanged: Bool { turns.contains(where: \.isChanged) }
    /// Whether every question got its answer.
    package var isWhole: Bool { turns.allSatisfy { $0.failure == nil } }
}

/// One question of a run, and how its answer compares with that of the run before.
package struct CanaryTurn: Sendable, Hashable {
    /// A value that an upstream names, where it is another than before. To say nothing is no change.
    package struct Value: Sendable, Hashable {
        package let before: String
        package let now: String
    }

    /// From 1.
    package let number: Int
    package let questionID: MessageID
    /// The answer of the run before; nil where there was none, or where it was erased.
    package let beforeID: MessageID?
    /// The answer; nil where none came.
    package let answerID: MessageID?
    /// How many words went and came; nil where the answer is the same, or there is nothing to compare.
    package let words: WordChange?
    package let modelReported: Value?
    package let systemFingerprint: Value?
    /// Why there is no whole answer; nil where there is one.
    package let failure: String?

    /// Whether the answer, or who gave it, is not as it was.
    package var isChanged: Bool { words != nil || modelReported != nil || systemFingerprint != nil }
}

/// How many words went and came from one text to another.
package struct WordChange: Sendable, Hashable {
    package let removed: Int
    package let added: Int
}
