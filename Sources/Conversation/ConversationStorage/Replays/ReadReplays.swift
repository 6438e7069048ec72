package import Conversations
import GRDB
import OrderedJSON

extension Vault {
    /// The replay with this id.
    package func replay(_ id: ReplayID) async throws(StorageError) -> Replay {
        try await read { database in try database.replay(id) }
    }

    /// Replays, newest first: those with an arm in a thread, or all.
    package func replays(of thread: ThreadID? = nil, limit: Int? = nil) async throws(StorageError) -> [Replay] {
        try await read { database in
            guard let thread else {
                return try database.replays(where: "1 ORDER BY replay.id DESC LIMIT ?", .integer(limit ?? -1))
            }
            return try database.replays(
                where: """
                    replay.id IN (SELECT replay FROM replay_arm WHERE thread = ?) ORDER BY replay.id DESC LIMIT ?
                    """, .integer(try database.threadRow(thread).row), .integer(limit ?? -1))
        }
    }

    /// The replays whose random bits begin with these characters.
    package func replays(handlePrefix prefix: String) async throws(StorageError) -> [Replay] {
        try await read { database in
            try database.replays(
                where: "replay.short >= ? AND replay.short < ? LIMIT 20", .text(prefix), .text(prefix + "~"))
        }
    }

    /// Every call that was made for a replay, in their order: those that were asked again too.
    package func calls(of replay: ReplayID) async throws(StorageError) -> [Call] {
        try await read { database in
            try database.calls(
                where: "call.replay = (SELECT id FROM replay WHERE uid = ?) ORDER BY call.id", .blob(replay.bytes))
        }
    }
}

extension Database {
    func replayRow(_ id: ReplayID) throws -> Int64 {
        guard let row = try first("SELECT id FROM replay WHERE uid = ?", .blob(id.bytes), value: { $0.integer(0) })
        else { throw StorageError(.notFound, "there is no replay \(id). See: diwan replays") }
        return row
    }

    func replay(_ id: ReplayID) throws -> Replay {
        guard let replay = try replays(where: "replay.id = ?", .integer(try replayRow(id))).first else {
            throw StorageError(.damaged, "a replay cannot be read. Look with: diwan doctor")
        }
        return replay
    }

    fileprivate func replays(where condition: String, _ values: SQLValue...) throws -> [Replay] {
        var found: [Replay] = []
        try step(
            "SELECT id, uid, short, mode, settings, started_ms, finished_ms FROM replay WHERE \(condition)", values
        ) { row in
            guard let id = ReplayID(bytes: row.blob(1)), let mode = Replay.Mode(rawValue: row.text(3)),
                let settings = try? JSON(parsing: row.text(4))
            else { throw StorageError(.damaged, "a replay cannot be read. Look with: diwan doctor") }
            found.append(
                Replay(
                    id: id, handle: try handle(short: row.text(2)), mode: mode, settings: settings,
                    arms: try arms(ofReplay: row.integer(0)), startedAt: Timestamp(milliseconds: row.integer(5)),
                    finishedAt: row.integerOrNil(6).map { Timestamp(milliseconds: $0) }))
        }
        return found
    }

    private func arms(ofReplay replay: Int64) throws -> [ReplayArm] {
        var turns: [Int64: [ReplayTurn]] = [:]
        try each(
            """
            SELECT replay_turn.arm, replay_turn.turn, question.uid, original.uid, call.uid FROM replay_arm
            JOIN replay_turn ON replay_turn.arm = replay_arm.id JOIN message AS question ON question.id = replay_turn.question
            LEFT JOIN message AS original ON original.id = replay_turn.original
            LEFT JOIN call ON call.id = replay_turn.call
            WHERE replay_arm.replay = ? ORDER BY replay_turn.arm, replay_turn.turn
            """, .integer(replay)
        ) { row in
            guard let question = MessageID(bytes: row.blob(2)) else { return }
            turns[row.integer(0), default: []].append(
                ReplayTurn(
                    number: Int(row.integer(1)), questionID: question,
                    originalID: row.blobOrNil(3).flatMap { MessageID(bytes: $0) },
                    callID: row.blobOrNil(4).flatMap { CallID(bytes: $0) }))
        }
        return try all(
            """
            SELECT replay_arm.id, thread.uid, message.uid, replay_arm.upstream, replay_arm.model, sample, label,
              replay_arm.status, note
            FROM replay_arm JOIN thread ON thread.id = replay_arm.thread JOIN message ON message.id = replay_arm.origin
            WHERE replay_arm.replay = ? ORDER BY replay_arm.id
            """, .integer(replay),
            value: { row in
                guard let thread = ThreadID(bytes: row.blob(1)), let origin = MessageID(bytes: row.blob(2)),
                    let status = ReplayArm.Status(rawValue: row.text(7))
                else { throw StorageError(.damaged, "a replay cannot be read. Look with: diwan doctor") }
                return ReplayArm(
                    threadID: thread, originID: origin, upstream: row.text(3), model: row.text(4),
                    sample: Int(row.integer(5)), label: row.text(6), status: status, note: row.textOrNil(8),
                    turns: turns[row.integer(0)] ?? [])
            })
    }
}
