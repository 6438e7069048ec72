package import Conversations
import GRDB
package import OrderedJSON

/// A replay that is about to be written down.
package struct NewReplay: Sendable {
    package var id: ReplayID
    package var mode: Replay.Mode
    /// All that going on needs besides the arms.
    package var settings: JSON
    package var arms: [NewReplayArm]
    package var startedAt: Timestamp
    /// The canary whose run it is.
    package var canaryID: CanaryID?
    /// What its arms are called; nil for the models' names.
    package var label: String?

    package init(
        id: ReplayID, mode: Replay.Mode, settings: JSON, arms: [NewReplayArm], startedAt: Timestamp,
        canaryID: CanaryID? = nil, label: String? = nil
    ) {
        self.id = id
        self.mode = mode
        self.settings = settings
        self.arms = arms
        self.startedAt = startedAt
        self.canaryID = canaryID
        self.label = label
    }
}

/// An arm of it, whose label is chosen when it is written.
package struct NewReplayArm: Sendable {
    package var key: ReplayArm.Key
    /// The end of the path that is asked again.
    package var originID: MessageID
    /// The questions on that path, each with what was answered there, in their order.
    package var turns: [(questionID: MessageID, originalID: MessageID?)]

    package init(key: ReplayArm.Key, originID: MessageID, turns: [(questionID: MessageID, originalID: MessageID?)]) {
        self.key = key
        self.originID = originID
        self.turns = turns
    }
}

extension Vault {
    /// Writes a replay down before anything is asked, so that it can be gone on with wherever it is killed. Each arm gets
    /// a label that no message of its thread and no other arm has.
    package func begin(_ new: NewReplay) async throws(StorageError) -> Replay {
        try await write { database in
            let replay = try database.insert(
                """
                INSERT INTO replay (uid, short, mode, settings, started_ms, canary)
                VALUES (?, ?, ?, ?, ?, (SELECT id FROM canary WHERE uid = ?))
                """,
                .blob(new.id.bytes), .text(new.id.short), .text(new.mode.rawValue), .text(new.settings.text()),
                .integer(new.startedAt.milliseconds), .blob(new.canaryID?.bytes))
            var labels: [Int64: ArmLabels] = [:]
            for arm in new.arms {
                let thread = try database.threadRow(arm.key.threadID).row
                var names = try labels[thread] ?? ArmLabels(taken: database.armLabelsTaken(inThread: thread))
                let label = names.next(upstream: arm.key.upstream, model: arm.key.model, preferring: new.label)
                labels[thread] = names
                try database.insert(arm, label: label, ofReplay: replay, inThread: thread)
            }
            return try database.replay(new.id)
        }
    }
}

extension Database {
    /// The names that an arm's label must not be.
    fileprivate func armLabelsTaken(inThread thread: Int64) throws -> Set<String> {
        Set(
            try all(
                """
                SELECT label.name FROM strand
                JOIN label ON label.message BETWEEN strand.id << 24 AND strand.id << 24 | 16777215
                WHERE strand.thread = ?1 UNION SELECT label FROM replay_arm WHERE thread = ?1
                """, .integer(thread), value: { $0.text(0) }))
    }

    fileprivate func insert(_ arm: NewReplayArm, label: String, ofReplay replay: Int64, inThread thread: Int64) throws {
        let row = try insert(
            """
            INSERT INTO replay_arm (replay, thread, origin, upstream, model, sample, label, status)
            VALUES (?, ?, ?, ?, ?, ?, ?, 'open')
            """, .integer(replay), .integer(thread), .integer(try place(of: arm.originID, inThread: thread).row),
            .text(arm.key.upstream), .text(arm.key.model), .integer(arm.key.sample), .text(label))
        for (index, turn) in arm.turns.enumerated() {
            try run(
                "INSERT INTO replay_turn (arm, turn, question, original) VALUES (?, ?, ?, ?)", .integer(row),
                .integer(index + 1), .integer(try place(of: turn.questionID, inThread: thread).row),
                .integer(try turn.originalID.map { try place(of: $0, inThread: thread).row }))
        }
    }

    private func place(of message: MessageID, inThread thread: Int64) throws -> MessagePlace {
        guard let place = try place(of: message), try self.thread(ofStrand: place.strand) == thread else {
            throw StorageError(.notFound, "a message to ask again is not in its thread any more. See: diwan show")
        }
        return place
    }
}
