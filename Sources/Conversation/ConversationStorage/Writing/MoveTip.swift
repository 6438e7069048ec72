package import Conversations
import GRDB

extension Database {
    /// Moves a thread's tip if it is still where the caller saw it.
    ///
    /// - Returns: whether it moved. A writer that finds it elsewhere has appended a sibling, and says so.
    func moveTip(ofThread thread: Int64, from expected: MessagePlace?, to tip: MessagePlace?) throws -> Bool {
        try run(
            "UPDATE thread SET tip = ? WHERE id = ? AND tip IS ?", .integer(tip?.row), .integer(thread),
            .integer(expected?.row))
        return changesCount == 1
    }
}

extension Vault {
    /// Makes a thread go on from one of its messages (or, with nil, begin anew).
    ///
    /// - Throws: ``StorageError/Code/notFound``; ``StorageError/Code/refused`` where the message is another thread's.
    package func moveTip(of thread: ThreadID, to message: MessageID?) async throws(StorageError) {
        try await write { database in
            let row = try database.threadRow(thread)
            var place: MessagePlace?
            if let message {
                guard let found = try database.place(of: message) else {
                    throw StorageError(.notFound, "there is no message \(message).")
                }
                guard try database.thread(ofStrand: found.strand) == row.row else {
                    throw StorageError(.refused, "that message belongs to another thread.")
                }
                place = found
            }
            try database.run("UPDATE thread SET tip = ? WHERE id = ?", .integer(place?.row), .integer(row.row))
            try database.noteChange(ofThread: row.row)
        }
    }
}
