import GRDB

/// What one step of an adoption runs again and again.
struct AdoptionStatements {
    let insertThread: RepeatedStatement
    let insertTitle: RepeatedStatement
    let insertStrand: RepeatedStatement
    let insertMessage: RepeatedStatement
    let insertWords: RepeatedStatement
    let insertAllWords: RepeatedStatement
    let insertLabel: RepeatedStatement
    let insertBlob: RepeatedStatement
    let findPurged: RepeatedStatement

    init(_ database: Database) throws {
        insertThread = try RepeatedStatement(
            """
            INSERT OR IGNORE INTO thread (uid, short, title, title_given, instructions, model, upstream, settings, origin,
              created_ms, active_ms, pinned_ms, archived_ms, trashed_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """, database)
        insertTitle = try RepeatedStatement("INSERT INTO thread_search (rowid, title) VALUES (?, ?)", database)
        insertStrand = try RepeatedStatement("INSERT INTO strand (thread, parent, fork) VALUES (?, ?, ?)", database)
        insertMessage = try RepeatedStatement(
            """
            INSERT OR IGNORE INTO message (id, arrival, uid, lineage, role, text, parts, call, choice, finish_reason,
              status, trashed_ms, created_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """, database)
        insertWords = try RepeatedStatement("INSERT INTO message_search (rowid, text) VALUES (?, ?)", database)
        insertAllWords = try RepeatedStatement(
            "INSERT INTO message_search (rowid, text, reasoning, tool) VALUES (?, ?, ?, ?)", database)
        insertLabel = try RepeatedStatement("INSERT OR IGNORE INTO label (message, name) VALUES (?, ?)", database)
        insertBlob = try RepeatedStatement(
            "INSERT OR IGNORE INTO message_blob (message, sha256) VALUES (?, ?)", database)
        findPurged = try RepeatedStatement("SELECT 1 FROM purged WHERE uid = ?", database)
    }
}
