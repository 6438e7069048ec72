package import Conversations
import GRDB
package import OrderedJSON

/// A thread that is about to be written.
package struct NewThread: Sendable {
    package var id: ThreadID
    /// A title a person gave; nil to take the first question's first line.
    package var title: String?
    package var instructions: String?
    package var model: String?
    package var upstream: String?
    package var tags: [String]
    /// The program or import it comes from; nil for a person at the command line.
    package var origin: JSON?
    /// What a program keeps with it.
    package var metadata: JSONObject
    package var createdAt: Timestamp

    package init(
        id: ThreadID, title: String? = nil, instructions: String? = nil, model: String? = nil, upstream: String? = nil,
        tags: [String] = [], origin: JSON? = nil, metadata: JSONObject = JSONObject(), createdAt: Timestamp
    ) {
        self.id = id
        self.title = title
        self.instructions = instructions
        self.model = model
        self.upstream = upstream
        self.tags = tags
        self.origin = origin
        self.metadata = metadata
        self.createdAt = createdAt
    }
}

extension Vault {
    /// Writes an empty thread. It survives a lost power supply.
    package func create(_ thread: NewThread) async throws(StorageError) -> ChatThread {
        try await write { database in
            _ = try database.create(thread)
            return try database.thread(database.threadRow(thread.id))
        }
    }
}

extension Database {
    /// Writes a thread's row and gives its place.
    func create(_ thread: NewThread) throws -> Int64 {
        let row = try insert(
            """
            INSERT INTO thread (uid, short, title, title_given, instructions, model, upstream, origin, metadata, created_ms, active_ms)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            .blob(thread.id.bytes), .text(thread.id.short), .text(thread.title), .integer(thread.title == nil ? 0 : 1),
            .text(thread.instructions), .text(thread.model), .text(thread.upstream), .text(thread.origin?.text()),
            .text(thread.metadata.isEmpty ? nil : JSON.object(thread.metadata).text()),
            .integer(thread.createdAt.milliseconds), .integer(thread.createdAt.milliseconds))
        try run("INSERT INTO thread_search (rowid, title) VALUES (?, ?)", .integer(row), .text(thread.title))
        for tag in thread.tags {
            try run("INSERT OR IGNORE INTO tag (thread, name) VALUES (?, ?)", .integer(row), .text(tag))
        }
        try noteModels(thread.model)
        try noteChange(ofThread: row)
        return row
    }

    /// Gives a thread a title. One that a person gave is replaced only by a person.
    func retitle(_ row: Int64, _ title: String?, given: Bool) throws {
        guard
            let (old, wasGiven) = try first(
                "SELECT title, title_given FROM thread WHERE id = ?", .integer(row),
                value: { ($0.textOrNil(0), $0.integer(1) == 1) }),
            given || !wasGiven
        else { return }
        // An external-content index is told the old words when they go (https://www.sqlite.org/fts5.html, 4.4.3).
        try run(
            "INSERT INTO thread_search (thread_search, rowid, title) VALUES ('delete', ?, ?)", .integer(row), .text(old)
        )
        try run(
            "UPDATE thread SET title = ?, title_given = ? WHERE id = ?", .text(title), .integer(given ? 1 : 0),
            .integer(row))
        try run("INSERT INTO thread_search (rowid, title) VALUES (?, ?)", .integer(row), .text(title))
        try noteChange(ofThread: row)
    }
}
