package import Conversations
import GRDB

/// The bytes of an attachment, with what was said of their kind when they were kept.
package struct StoredBlob: Sendable, Hashable {
    package let bytes: [UInt8]
    package let mediaType: String?
}

extension Vault {
    /// An attachment; nil where the vault does not hold it.
    package func blob(_ digest: BlobDigest) async throws(StorageError) -> StoredBlob? {
        try await read { database in
            try database.first("SELECT bytes, media_type FROM blob WHERE sha256 = ?", .blob(digest.bytes)) { row in
                StoredBlob(bytes: row.blob(0), mediaType: row.textOrNil(1))
            }
        }
    }

    /// Whether the vault holds an attachment's bytes.
    package func holds(_ digest: BlobDigest) async throws(StorageError) -> Bool {
        try await read { database in
            try database.first("SELECT 1 FROM blob WHERE sha256 = ?", .blob(digest.bytes), value: { _ in true })
                ?? false
        }
    }
}
