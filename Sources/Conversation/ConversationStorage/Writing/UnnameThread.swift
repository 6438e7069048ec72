package import Conversations
import GRDB

extension Vault {
    /// Takes the title that a person gave from a thread and gives it one of ours, which a better one may replace.
    package func unname(_ thread: ThreadID, title: String?) async throws(StorageError) {
        try await write { database in
            let row = try database.threadRow(thread).row
            try database.run("UPDATE thread SET title_given = 0 WHERE id = ?", .integer(row))
            try database.retitle(row, title, given: false)
            try database.noteChange(ofThread: row)
        }
    }
}
