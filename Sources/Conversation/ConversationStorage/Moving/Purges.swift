package import Conversations
import GRDB

/// What a ``PurgedID`` names: a thread, a message or a call that was erased. Which of them is not remembered.
package enum Purged {}

/// Names something that was erased.
package typealias PurgedID = Identifier<Purged>

extension Vault {
    /// Everything that was erased here, in the order of the ids.
    package func purgedIDs() async throws(StorageError) -> [PurgedID] {
        try await read { database in
            try database.all("SELECT uid FROM purged ORDER BY uid", value: { PurgedID(bytes: $0.blob(0)) })
                .compactMap { $0 }
        }
    }

    /// Notes that these were erased elsewhere, so that nothing brings them here.
    ///
    /// What is here stays: nobody erases by handing over a file.
    ///
    /// - Returns: how many were not known to be erased.
    @discardableResult
    package func adoptPurges(_ ids: [PurgedID]) async throws(StorageError) -> Int {
        var new = 0
        for start in stride(from: 0, to: ids.count, by: 2_000) {
            let some = ids[start..<min(start + 2_000, ids.count)]
            new += try await write(surviving: start + 2_000 < ids.count ? .process : .power) { database in
                var new = 0
                for id in some {
                    try database.run(
                        """
                        INSERT OR IGNORE INTO purged (uid) SELECT ?1
                        WHERE NOT EXISTS (SELECT 1 FROM message WHERE uid = ?1)
                          AND NOT EXISTS (SELECT 1 FROM thread WHERE uid = ?1)
                          AND NOT EXISTS (SELECT 1 FROM call WHERE uid = ?1)
                        """, .blob(id.bytes))
                    new += database.changesCount
                }
                return new
            }
        }
        return new
    }
}
