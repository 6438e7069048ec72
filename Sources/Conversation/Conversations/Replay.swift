package import OrderedJSON

/// The same questions asked of other models, each answer kept as a branch beside the original.
package struct Replay: Sendable, Hashable {
    /// What an arm's later questions follow.
    package enum Mode: String, Sendable {
        /// Each question follows the original's history: every answer stands beside the one it is compared with.
        case anchored
        /// Each question follows the arm's own answers: one branch of its own from the first question on.
        case chain
    }

    package let id: ReplayID
    package let handle: String
    package let mode: Mode
    /// All that going on needs besides the arms: parameters, instructions, limits.
    package let settings: JSON
    package let arms: [ReplayArm]
    package let startedAt: Timestamp
    /// When nothing was left to ask; nil before.
    package let finishedAt: Timestamp?

    package init(
        id: ReplayID, handle: String, mode: Mode, settings: JSON, arms: [ReplayArm], startedAt: Timestamp,
        finishedAt: Timestamp?
    ) {
        self.id = id
        self.handle = handle
        self.mode = mode
        self.settings = settings
        self.arms = arms
        self.startedAt = startedAt
        self.finishedAt = finishedAt
    }
}

/// One model on one thread, or one more sample of it.
package struct ReplayArm: Sendable, Hashable {
    package enum Status: String, Sendable {
        /// Something is left to ask.
        case open
        case complete
        /// It ended early by a rule: a tool call in a chain, a limit; the note says which.
        case stopped
        /// A question got no answer, and asking again did not help.
        case failed
    }

    package let threadID: ThreadID
    /// The end of the path that is asked again.
    package let originID: MessageID
    package let upstream: String
    package let model: String
    /// Which sample of this model it is, from 1.
    package let sample: Int
    /// The name that its last answer has in the thread: `THREAD:LABEL` goes on from there.
    package let label: String
    package let status: Status
    /// Why it ended early, for a person.
    package let note: String?
    /// In the order of the path.
    package let turns: [ReplayTurn]

    package init(
        threadID: ThreadID, originID: MessageID, upstream: String, model: String, sample: Int, label: String,
        status: Status, note: String?, turns: [ReplayTurn]
    ) {
        self.threadID = threadID
        self.originID = originID
        self.upstream = upstream
        self.model = model
        self.sample = sample
        self.label = label
        self.status = status
        self.note = note
        self.turns = turns
    }
}

extension ReplayArm {
    /// What tells an arm from the others of its replay.
    package struct Key: Sendable, Hashable {
        package let threadID: ThreadID
        package let upstream: String
        package let model: String
        package let sample: Int

        package init(threadID: ThreadID, upstream: String, model: String, sample: Int) {
            self.threadID = threadID
            self.upstream = upstream
            self.model = model
            self.sample = sample
        }
    }

    package var key: Key { Key(threadID: threadID, upstream: upstream, model: model, sample: sample) }
}

/// Where in a replay a question is asked.
package struct ReplayPlace: Sendable, Hashable {
    package let replay: ReplayID
    package let arm: ReplayArm.Key
    /// The number of the turn.
    package let turn: Int
    /// The call that asked it before, as far as the caller knows. Another process that asked it meanwhile is found out.
    package let askedBefore: CallID?

    package init(replay: ReplayID, arm: ReplayArm.Key, turn: Int, askedBefore: CallID?) {
        self.replay = replay
        self.arm = arm
        self.turn = turn
        self.askedBefore = askedBefore
    }
}

/// One question of an arm.
package struct ReplayTurn: Sendable, Hashable {
    /// From 1, in the order of the path.
    package let number: Int
    /// The question where it stands on the path that is asked again.
    package let questionID: MessageID
    /// What was answered there; nil where nothing was yet.
    package let originalID: MessageID?
    /// The last call that asked it; nil where none has.
    package let callID: CallID?

    package init(number: Int, questionID: MessageID, originalID: MessageID?, callID: CallID?) {
        self.number = number
        self.questionID = questionID
        self.originalID = originalID
        self.callID = callID
    }
}

/// Names a replay.
package typealias ReplayID = Identifier<Replay>
