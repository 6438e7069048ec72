package import Conversations
import GRDB

extension Vault {
    /// Adds messages that nobody is asked to answer to a thread, after its tip or where it begins; it goes on from the last.
    ///
    /// They survive a lost power supply.
    package func add(_ messages: [NewMessage], to thread: ThreadID) async throws(StorageError) -> [Message] {
        try await write { database in
            let row = try database.threadRow(thread)
            var end = row.tip
            var places: [MessagePlace] = []
            for message in messages {
                let place = try database.append(message, after: end, inThread: row.row)
                places.append(place)
                end = place
            }
            _ = try database.moveTip(ofThread: row.row, from: row.tip, to: end)
            try database.noteChange(ofThread: row.row, activeAt: messages.last?.createdAt)
            return try places.compactMap { try database.message(at: $0) }
        }
    }
}
