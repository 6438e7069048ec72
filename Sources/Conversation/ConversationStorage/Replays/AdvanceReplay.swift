package import Conversations
import GRDB

extension Vault {
    /// Notes how an arm stands: at its end, or open again. An arm that ended early has its label on its last answer all the
    /// same.
    package func note(
        _ status: ReplayArm.Status, ofArm arm: ReplayArm.Key, in replay: ReplayID, note: String?
    ) async throws(StorageError) {
        try await write { database in
            let row = try database.armRow(arm, in: replay)
            try database.run(
                "UPDATE replay_arm SET status = ?, note = ? WHERE id = ?", .text(status.rawValue), .text(note),
                .integer(row))
            if status == .stopped || status == .failed { try database.labelLastAnswer(ofArm: row) }
        }
    }

    /// Notes when nothing was left to ask, or with nil that something is again.
    package func note(finishedAt time: Timestamp?, _ replay: ReplayID) async throws(StorageError) {
        try await write { database in
            try database.run(
                "UPDATE replay SET finished_ms = ? WHERE id = ?", .integer(time?.milliseconds),
                .integer(try database.replayRow(replay)))
        }
    }
}

extension Database {
    func armRow(_ arm: ReplayArm.Key, in replay: ReplayID) throws -> Int64 {
        guard
            let row = try first(
                """
                SELECT id FROM replay_arm
                WHERE replay = ? AND thread = ? AND upstream = ? AND model = ? AND sample = ?
                """, .integer(try replayRow(replay)), .integer(try threadRow(arm.threadID).row), .text(arm.upstream),
                .text(arm.model), .integer(arm.sample), value: { $0.integer(0) })
        else { throw StorageError(.notFound, "this arm of the replay was erased.") }
        return row
    }

    /// Notes that a call asks a replay's question, in the transaction that writes the call. What a call before it had left
    /// of an answer goes out of sight, unless someone went on from there.
    func note(_ call: Int64, asks place: ReplayPlace, at time: Timestamp) throws {
        let arm = try armRow(place.arm, in: place.replay)
        let before = try place.askedBefore.map { try callRow($0) }
        try run("UPDATE call SET replay = ? WHERE id = ?", .integer(try replayRow(place.replay)), .integer(call))
        try run(
            "UPDATE replay_turn SET call = ? WHERE arm = ? AND turn = ? AND call IS ?", .integer(call), .integer(arm),
            .integer(place.turn), .integer(before))
        guard changesCount == 1 else {
            throw StorageError(
                .refused, "this replay is going on in another process, or its question was erased. See: diwan replays")
        }
        guard let before else { return }
        for partial in try all(
            "SELECT id FROM message WHERE call = ? AND trashed_ms IS NULL", .integer(before),
            value: { MessagePlace(row: $0.integer(0)) }) where try children(of: partial).isEmpty
        {
            try run(
                "UPDATE message SET trashed_ms = ? WHERE id = ?", .integer(time.milliseconds), .integer(partial.row))
        }
    }

    /// Puts the arm's label on the answer of a call that asked its last question.
    func labelArm(ofCall call: Int64, on answer: MessagePlace, inThread thread: Int64) throws {
        let arm = try first(
            """
            SELECT id, label FROM replay_turn JOIN replay_arm ON replay_arm.id = replay_turn.arm
            WHERE call = ? AND turn = (SELECT max(turn) FROM replay_turn AS other WHERE other.arm = replay_turn.arm)
            """, .integer(call), value: { ($0.integer(0), $0.text(1)) })
        if let arm { try label(answer, arm.1, ofArm: arm.0, inThread: thread) }
    }

    fileprivate func labelLastAnswer(ofArm arm: Int64) throws {
        let last = try first(
            """
            SELECT message.id, replay_arm.label, replay_arm.thread FROM replay_arm
            JOIN replay_turn ON replay_turn.arm = replay_arm.id JOIN call ON call.id = replay_turn.call
            JOIN message ON message.call = call.id
            WHERE replay_arm.id = ? AND call.status IN ('complete', 'incomplete') ORDER BY turn DESC, choice LIMIT 1
            """, .integer(arm), value: { (MessagePlace(row: $0.integer(0)), $0.text(1), $0.integer(2)) })
        if let last { try label(last.0, last.1, ofArm: arm, inThread: last.2) }
    }

    /// A label that somebody gave to another message meanwhile stays where it is.
    private func label(_ answer: MessagePlace, _ name: String, ofArm arm: Int64, inThread thread: Int64) throws {
        let holders = try all(
            """
            SELECT label.message, EXISTS (
              SELECT 1 FROM message JOIN replay_turn ON replay_turn.call = message.call
              WHERE message.id = label.message AND replay_turn.arm = ?3)
            FROM strand JOIN label ON label.message BETWEEN strand.id << 24 AND strand.id << 24 | 16777215
            WHERE strand.thread = ?1 AND label.name = ?2
            """, .integer(thread), .text(name), .integer(arm), value: { ($0.integer(0), $0.integer(1) == 1) })
        guard holders.allSatisfy(\.1) else { return }
        for holder in holders {
            try run("DELETE FROM label WHERE message = ? AND name = ?", .integer(holder.0), .text(name))
        }
        try run("INSERT OR IGNORE INTO label (message, name) VALUES (?, ?)", .integer(answer.row), .text(name))
        try noteChange(ofThread: thread)
    }
}
