package import OrderedJSON

/// A thread's questions that are asked again of one model every so often, in the same way each time, to see whether the
/// answers change: what an upstream does not tell of its configuration shows in its words.
package struct Canary: Sendable, Hashable {
    package let id: CanaryID
    /// What people type for it; of one set of names with threads, calls, imports and replays.
    package let handle: String
    package let threadID: ThreadID
    /// The end of the path whose questions are asked.
    package let originID: MessageID
    package let upstream: String
    package let model: String
    /// How the questions are asked: the mode, and the parameters with their seed.
    package let settings: JSON
    /// Seconds between one run and the next.
    package let everySeconds: Int
    package let createdAt: Timestamp
    /// When it is to be run next.
    package let dueAt: Timestamp
    /// The replays that were its runs, oldest first.
    package let runIDs: [ReplayID]

    package init(
        id: CanaryID, handle: String, threadID: ThreadID, originID: MessageID, upstream: String, model: String,
        settings: JSON, everySeconds: Int, createdAt: Timestamp, dueAt: Timestamp, runIDs: [ReplayID]
    ) {
        self.id = id
        self.handle = handle
        self.threadID = threadID
        self.originID = originID
        self.upstream = upstream
        self.model = model
        self.settings = settings
        self.everySeconds = everySeconds
        self.createdAt = createdAt
        self.dueAt = dueAt
        self.runIDs = runIDs
    }

    /// When it is to be run after a run at some moment. Runs that were missed, as by a machine that was off, are not made
    /// up for.
    package func due(afterRunAt time: Timestamp) -> Timestamp {
        let period = Int64(everySeconds) * 1000
        let missed = max(0, time.milliseconds - dueAt.milliseconds) / period
        return Timestamp(milliseconds: max(dueAt.milliseconds + (missed + 1) * period, time.milliseconds + 1))
    }
}

/// Names a ``Canary``.
package typealias CanaryID = Identifier<Canary>
