package import Conversations
import GRDB
import OrderedJSON

extension Vault {
    /// The canaries, in the order in which they were added.
    package func canaries() async throws(StorageError) -> [Canary] {
        try await read { database in try database.canaries(where: "1") }
    }

    /// The canaries whose random bits begin with these characters.
    package func canaries(handlePrefix prefix: String) async throws(StorageError) -> [Canary] {
        try await read { database in
            try database.canaries(
                where: "canary.short >= ? AND canary.short < ?", .text(prefix), .text(prefix + "~"))
        }
    }

    /// The canary with this id.
    package func canary(_ id: CanaryID) async throws(StorageError) -> Canary {
        try await read { database in try database.canary(id) }
    }
}

extension Database {
    func canary(_ id: CanaryID) throws -> Canary {
        guard let canary = try canaries(where: "canary.uid = ?", .blob(id.bytes)).first else {
            throw StorageError(.notFound, "there is no canary \(id). See: diwan canary list")
        }
        return canary
    }

    fileprivate func canaries(where condition: String, _ values: SQLValue...) throws -> [Canary] {
        var found: [Canary] = []
        try step(
            """
            SELECT canary.id, canary.uid, canary.short, thread.uid, message.uid, canary.upstream, canary.model,
              canary.settings, every_s, canary.created_ms, due_ms
            FROM canary JOIN thread ON thread.id = canary.thread JOIN message ON message.id = canary.origin
            WHERE \(condition) ORDER BY canary.id
            """, values
        ) { row in
            guard let id = CanaryID(bytes: row.blob(1)), let thread = ThreadID(bytes: row.blob(3)),
                let origin = MessageID(bytes: row.blob(4)), let settings = try? JSON(parsing: row.text(7))
            else { throw StorageError(.damaged, "a canary cannot be read. Look with: diwan doctor") }
            let runs = try all(
                "SELECT uid FROM replay WHERE canary = ? ORDER BY id", .integer(row.integer(0)),
                value: { ReplayID(bytes: $0.blob(0)) }
            ).compactMap { $0 }
            found.append(
                Canary(
                    id: id, handle: try handle(short: row.text(2)), threadID: thread, originID: origin,
                    upstream: row.text(5), model: row.text(6), settings: settings, everySeconds: Int(row.integer(8)),
                    createdAt: Timestamp(milliseconds: row.integer(9)), dueAt: Timestamp(milliseconds: row.integer(10)),
                    runIDs: runs))
        }
        return found
    }
}
