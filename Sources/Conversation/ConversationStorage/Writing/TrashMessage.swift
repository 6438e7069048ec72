package import Conversations
import GRDB

extension Vault {
    /// Puts a message and what continues it out of sight. A thread whose tip goes out of sight with it goes on from the
    /// message's parent (or, where it was the beginning, is empty until someone says something).
    ///
    /// - Returns: whether the thread's tip moved.
    package func putInTrash(_ message: MessageID, at time: Timestamp) async throws(StorageError) -> Bool {
        try await write { database in
            guard let place = try database.place(of: message),
                let thread = try database.thread(ofStrand: place.strand)
            else { throw StorageError(.notFound, "there is no message \(message). See: diwan show") }
            try database.run(
                "UPDATE message SET trashed_ms = coalesce(trashed_ms, ?) WHERE id = ?", .integer(time.milliseconds),
                .integer(place.row))
            try database.noteChange(ofThread: thread)
            guard
                let tip = try database.first(
                    "SELECT tip FROM thread WHERE id = ?", .integer(thread), value: { $0.integerOrNil(0) }
                ).flatMap({ $0 }).map({ MessagePlace(row: $0) }),
                try database.path(to: tip).contains(where: { $0.first <= place && place <= $0.last })
            else { return false }
            return try database.moveTip(ofThread: thread, from: tip, to: database.parent(of: place))
        }
    }
}
