package import Conversations
import GRDB

extension Vault {
    /// The keys of programs, also revoked ones, in the order in which their programs first got one.
    package func programKeys() async throws(StorageError) -> [ProgramKey] {
        try await read { database in try database.programKeys(where: "1") }
    }

    /// The key of this digest, also a revoked one.
    package func programKey(_ digest: KeyDigest) async throws(StorageError) -> ProgramKey? {
        try await read { database in try database.programKeys(where: "digest = ?", .blob(digest.bytes)).first }
    }
}

extension Database {
    func programKeys(where condition: String, _ values: SQLValue...) throws -> [ProgramKey] {
        var keys: [ProgramKey] = []
        try step(
            """
            SELECT id, name, sees_all, writes_to, on_disconnect, created_ms, used_ms, revoked_ms
            FROM program_key WHERE \(condition) ORDER BY id
            """, values
        ) { row in
            keys.append(
                ProgramKey(
                    id: ProgramKey.ID(row: row.integer(0)), name: row.text(1), seesAll: row.integer(2) == 1,
                    vaultFile: row.textOrNil(3),
                    onDisconnect: row.textOrNil(4).flatMap { DisconnectRule(rawValue: $0) },
                    createdAt: Timestamp(milliseconds: row.integer(5)),
                    usedAt: row.integerOrNil(6).map { Timestamp(milliseconds: $0) },
                    revokedAt: row.integerOrNil(7).map { Timestamp(milliseconds: $0) }))
        }
        return keys
    }
}
