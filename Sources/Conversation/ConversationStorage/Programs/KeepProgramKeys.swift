package import Conversations
import GRDB

/// A program's key that is about to be kept.
package struct NewProgramKey: Sendable {
    package var name: String
    package var digest: KeyDigest
    package var seesAll: Bool
    package var vaultFile: String?
    package var onDisconnect: DisconnectRule?
    package var createdAt: Timestamp

    package init(
        name: String, digest: KeyDigest, seesAll: Bool = false, vaultFile: String? = nil,
        onDisconnect: DisconnectRule? = nil, createdAt: Timestamp
    ) {
        self.name = name
        self.digest = digest
        self.seesAll = seesAll
        self.vaultFile = vaultFile
        self.onDisconnect = onDisconnect
        self.createdAt = createdAt
    }
}

extension Vault {
    /// Keeps a program's key, by its digest.
    ///
    /// A name is one program's for ever, also after its key was revoked: what it began is found by it. A revoked key's
    /// program gets a new one under its name.
    ///
    /// - Throws: ``StorageError/Code/refused`` where a program of that name has a key.
    package func add(_ new: NewProgramKey) async throws(StorageError) -> ProgramKey {
        try await write { database in
            if let known = try database.programKeys(where: "name = ?", .text(new.name)).first {
                guard known.revokedAt != nil else {
                    throw StorageError(
                        .refused,
                        "\(new.name) has a key already. Revoke it first: diwan keys revoke \(new.name), or name another."
                    )
                }
                try database.run(
                    """
                    UPDATE program_key SET digest = ?, sees_all = ?, writes_to = ?, on_disconnect = ?, created_ms = ?,
                      used_ms = NULL, revoked_ms = NULL WHERE id = ?
                    """, .blob(new.digest.bytes), .integer(new.seesAll ? 1 : 0), .text(new.vaultFile),
                    .text(new.onDisconnect?.rawValue), .integer(new.createdAt.milliseconds), .integer(known.id.row))
            } else {
                try database.run(
                    """
                    INSERT INTO program_key (name, digest, sees_all, writes_to, on_disconnect, created_ms)
                    VALUES (?, ?, ?, ?, ?, ?)
                    """, .text(new.name), .blob(new.digest.bytes), .integer(new.seesAll ? 1 : 0),
                    .text(new.vaultFile), .text(new.onDisconnect?.rawValue),
                    .integer(new.createdAt.milliseconds))
            }
            guard let kept = try database.programKeys(where: "name = ?", .text(new.name)).first else {
                throw StorageError(.damaged, "the key was not kept. Look with: diwan doctor")
            }
            return kept
        }
    }

    /// Revokes a program's key: it opens nothing from now on. What the program wrote stays.
    ///
    /// - Returns: false where it was revoked before.
    /// - Throws: ``StorageError/Code/notFound``.
    package func revokeProgramKey(named name: String, at time: Timestamp) async throws(StorageError) -> Bool {
        try await write { database in
            guard let known = try database.programKeys(where: "name = ?", .text(name)).first else {
                throw StorageError(.notFound, "there is no key of a program called \(name). See: diwan keys list")
            }
            guard known.revokedAt == nil else { return false }
            try database.run(
                "UPDATE program_key SET revoked_ms = ? WHERE id = ?", .integer(time.milliseconds),
                .integer(known.id.row))
            return true
        }
    }

    /// Notes that a program used its key.
    package func noteUse(of key: ProgramKey.ID, at time: Timestamp) async throws(StorageError) {
        try await write(surviving: .process) { database in
            try database.run(
                "UPDATE program_key SET used_ms = ? WHERE id = ? AND (used_ms IS NULL OR used_ms < ?)",
                .integer(time.milliseconds), .integer(key.row), .integer(time.milliseconds))
        }
    }
}
