import ConversationStorage
package import Conversations

extension ThreadService {
    /// Keeps a new key for a program; the key itself is shown by whoever made it, and nowhere after.
    ///
    /// - Parameter name: one word: letters, digits, `-`, `_` and `.`, at most 64.
    /// - Throws: ``ServiceError/usage(_:)`` for a name that is none, and where the program has a key.
    package func addProgram(
        _ name: String, key: String, seesAll: Bool, vaultFile: String?, onDisconnect: DisconnectRule?
    ) async throws(ServiceError) -> ProgramKey {
        guard !name.isEmpty, name.utf8.count <= 64, name.utf8.allSatisfy(Self.isNameByte) else {
            throw .usage("a program's name is one word: letters, digits, -, _ and ., at most 64 of them.")
        }
        let new = NewProgramKey(
            name: name, digest: KeyDigest(of: key), seesAll: seesAll, vaultFile: vaultFile,
            onDisconnect: onDisconnect, createdAt: now())
        return try await stored { () async throws(StorageError) in try await vault.add(new) }
    }

    /// The keys of programs, also revoked ones, the oldest program first.
    package func programs() async throws(ServiceError) -> [ProgramKey] {
        try await stored { () async throws(StorageError) in try await vault.programKeys() }
    }

    /// The program's key of this digest, also a revoked one.
    package func program(_ digest: KeyDigest) async throws(ServiceError) -> ProgramKey? {
        try await stored { () async throws(StorageError) in try await vault.programKey(digest) }
    }

    /// Revokes a program's key.
    ///
    /// - Returns: false where it was revoked before.
    package func revokeProgram(_ name: String) async throws(ServiceError) -> Bool {
        let time = now()
        return try await stored { () async throws(StorageError) in
            try await vault.revokeProgramKey(named: name, at: time)
        }
    }

    /// Notes that a program asked, once a minute at most: it is there for a person who looks which keys are still in use.
    package func noteUse(of key: ProgramKey) async throws(ServiceError) {
        let time = now()
        if let used = key.usedAt, time.milliseconds(since: used) < 60_000 { return }
        try await stored { () async throws(StorageError) in try await vault.noteUse(of: key.id, at: time) }
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
            true
        default: false
        }
    }
}
