package import Conversations
import GRDB

/// A place in the changes of a vault: what came after it is what an export has not seen.
package struct ChangeCursor: Hashable, Sendable {
    let number: Int64

    init(number: Int64) { self.number = number }
}

extension ChangeCursor: CustomStringConvertible {
    /// A cursor as people keep it: a whole number.
    package init?(_ text: some StringProtocol) {
        guard let number = Int64(text), number >= 0 else { return nil }
        self.number = number
    }

    package var description: String { "\(number)" }
}

/// The threads that changed after a cursor, and where to go on from next time.
package struct ChangedThreads: Sendable, Hashable {
    /// Each once, in the order of their last change.
    package let threads: [ThreadID]
    package let cursor: ChangeCursor
}

extension Vault {
    /// The threads in which anything changed after a cursor; without one, all.
    ///
    /// What changes between this and reading a thread is in the threads after the new cursor too: nothing is missed.
    ///
    /// - Throws: ``StorageError/Code/refused`` where this vault has not come that far: the cursor is another's.
    package func threadIDs(changedSince cursor: ChangeCursor? = nil) async throws(StorageError) -> ChangedThreads {
        try await read { database in
            let last = try database.lastChange()
            if let cursor, cursor.number > last {
                throw StorageError(
                    .refused,
                    "this vault has not come as far as \(cursor): it was another vault's, or this one was put back from a backup. Export all of it: diwan export"
                )
            }
            let threads = try database.all(
                "SELECT uid FROM thread WHERE changed > ? ORDER BY changed, id", .integer(cursor?.number ?? -1),
                value: { ThreadID(bytes: $0.blob(0)) })
            return ChangedThreads(threads: threads.compactMap { $0 }, cursor: ChangeCursor(number: last))
        }
    }
}

extension Database {
    private static var lastNumber: String {
        """
        max(coalesce((SELECT max(changed) FROM thread), 0),
          coalesce((SELECT CAST(value AS INTEGER) FROM memory WHERE name = 'changes'), 0))
        """
    }

    func lastChange() throws -> Int64 {
        try first("SELECT \(Self.lastNumber)", value: { $0.integer(0) }) ?? 0
    }

    /// Notes that something of a thread has changed. Every operation that changes what a thread says calls it.
    ///
    /// - Parameter time: where something was said in it, when; the thread is listed by the last of these.
    func noteChange(ofThread row: Int64, activeAt time: Timestamp? = nil) throws {
        // Apart from the tip: to change that, which refers to a message, together with columns that must not be NULL
        // takes a savepoint, and FTS5 writes what it holds in memory at every savepoint.
        if let time {
            try run(
                "UPDATE thread SET active_ms = max(active_ms, ?), changed = 1 + \(Self.lastNumber) WHERE id = ?",
                .integer(time.milliseconds), .integer(row))
        } else {
            try run("UPDATE thread SET changed = 1 + \(Self.lastNumber) WHERE id = ?", .integer(row))
        }
    }

    /// Notes the highest number before its thread goes, so that it is not given again.
    func noteChangeBeforeErasing(thread row: Int64) throws {
        let last = try lastChange()
        if try first("SELECT changed FROM thread WHERE id = ?", .integer(row), value: { $0.integer(0) }) == last {
            try remember("changes", "\(last)")
        }
    }
}
