import Crypto

/// The digest a program's key is kept by. The key itself is shown once and never kept.
package struct KeyDigest: Hashable, Sendable {
    /// 32 bytes.
    package let bytes: [UInt8]

    /// The digest of a key as a program sends it.
    package init(of key: String) {
        bytes = Array(SHA256.hash(data: Array(key.utf8)))
    }

    /// A digest that was kept; nil where it is none.
    package init?(bytes: [UInt8]) {
        guard bytes.count == SHA256.byteCount else { return nil }
        self.bytes = bytes
    }

    /// Whether two digests are the same, in a time that does not depend on where they differ.
    package static func == (left: KeyDigest, right: KeyDigest) -> Bool {
        var difference: UInt8 = 0
        for (one, other) in zip(left.bytes, right.bytes) { difference |= one ^ other }
        return difference == 0
    }

    /// Its first characters, to tell unnamed programs apart.
    package var short: String {
        let digits = Array("0123456789abcdef".utf8)
        let hex = bytes.prefix(3).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
        return String(decoding: hex, as: UTF8.self)
    }
}

/// What becomes of a call when the client that waits for its answer goes away.
package enum DisconnectRule: String, Sendable, Hashable, CaseIterable {
    /// It goes on, and its answer is kept.
    case finish
    /// It ends; what had come is kept.
    case cancel
}

/// A program that has a key of its own.
package struct ProgramKey: Sendable, Hashable, Identifiable {
    package struct ID: Hashable, Sendable {
        package let row: Int64

        package init(row: Int64) { self.row = row }
    }

    package let id: ID
    /// What the program is called: `from:NAME` in search.
    package var name: String
    /// Whether it sees everything in the vault; else only what it began itself.
    package var seesAll: Bool
    /// The file of another person's vault; nil for this one.
    package var vaultFile: String?
    /// Nil: as the service is told.
    package var onDisconnect: DisconnectRule?
    package var createdAt: Timestamp
    package var usedAt: Timestamp?
    package var revokedAt: Timestamp?

    package init(
        id: ID, name: String, seesAll: Bool, vaultFile: String?, onDisconnect: DisconnectRule?, createdAt: Timestamp,
        usedAt: Timestamp?, revokedAt: Timestamp?
    ) {
        self.id = id
        self.name = name
        self.seesAll = seesAll
        self.vaultFile = vaultFile
        self.onDisconnect = onDisconnect
        self.createdAt = createdAt
        self.usedAt = usedAt
        self.revokedAt = revokedAt
    }
}
