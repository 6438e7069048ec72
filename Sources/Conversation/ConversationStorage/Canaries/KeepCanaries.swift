package import Conversations
import GRDB
package import OrderedJSON

/// A canary that is about to be written down.
package struct NewCanary: Sendable {
    package var id: CanaryID
    /// The end of the path whose questions are asked.
    package var originID: MessageID
    package var upstream: String
    package var model: String
    package var settings: JSON
    package var everySeconds: Int
    package var createdAt: Timestamp
    package var dueAt: Timestamp

    package init(
        id: CanaryID, originID: MessageID, upstream: String, model: String, settings: JSON, everySeconds: Int,
        createdAt: Timestamp, dueAt: Timestamp
    ) {
        self.id = id
        self.originID = originID
        self.upstream = upstream
        self.model = model
        self.settings = settings
        self.everySeconds = everySeconds
        self.createdAt = createdAt
        self.dueAt = dueAt
    }
}

extension Vault {
    /// Writes a canary down.
    package func add(_ new: NewCanary) async throws(StorageError) -> Canary {
        try await write { database in
            guard let origin = try database.place(of: new.originID),
                let thread = try database.thread(ofStrand: origin.strand)
            else { throw StorageError(.notFound, "the message to ask again is not there any more. See: diwan list") }
            try database.run(
                """
                INSERT INTO canary (uid, short, thread, origin, upstream, model, settings, every_s, created_ms, due_ms)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """, .blob(new.id.bytes), .text(new.id.short), .integer(thread), .integer(origin.row),
                .text(new.upstream), .text(new.model), .text(new.settings.text()), .integer(new.everySeconds),
                .integer(new.createdAt.milliseconds), .integer(new.dueAt.milliseconds))
            return try database.canary(new.id)
        }
    }

    /// Takes a canary away. What its runs brought stays, as the replays they are.
    package func removeCanary(_ id: CanaryID) async throws(StorageError) {
        try await write { database in
            _ = try database.canary(id)
            try database.forgetCanaries(where: "uid = ?", .blob(id.bytes))
        }
    }

    /// Claims the next run of a canary: nobody else runs it until it is due again.
    ///
    /// - Returns: false where another process has claimed it since `due` was read.
    package func claimRun(
        of id: CanaryID, dueAt due: Timestamp, nextAt next: Timestamp
    ) async throws(StorageError) -> Bool {
        try await write { database in
            try database.run(
                "UPDATE canary SET due_ms = ? WHERE uid = ? AND due_ms = ?", .integer(next.milliseconds),
                .blob(id.bytes), .integer(due.milliseconds))
            return database.changesCount == 1
        }
    }
}

extension Database {
    /// Takes canaries away; their runs remain replays.
    func forgetCanaries(where condition: String, _ values: SQLValue...) throws {
        try step("UPDATE replay SET canary = NULL WHERE canary IN (SELECT id FROM canary WHERE \(condition))", values) {
            _ in
        }
        try step("DELETE FROM canary WHERE \(condition)", values) { _ in }
    }

    /// Takes what points at messages that are about to be erased out of the canaries: a path that ends there ends before.
    func cutCanaries(from first: MessagePlace, to last: MessagePlace) throws {
        let range = (SQLValue.integer(first.row), SQLValue.integer(last.row))
        guard let parent = try parent(of: first) else {
            try forgetCanaries(where: "origin BETWEEN ? AND ?", range.0, range.1)
            return
        }
        try run("UPDATE canary SET origin = ? WHERE origin BETWEEN ? AND ?", .integer(parent.row), range.0, range.1)
    }
}
