package import Conversations
import GRDB

/// Which threads a list is to hold.
package struct ThreadFilter: Sendable {
    /// How many at most; nil for all.
    package var limit: Int?
    package var tag: String?
    /// Whether threads that were archived are among them.
    package var includesArchived: Bool
    /// Whether threads that a program made are among them. One that a person pinned always is.
    package var includesPrograms: Bool
    /// Only those in the trash.
    package var isTrash: Bool

    package init(
        limit: Int? = nil, tag: String? = nil, includesArchived: Bool = false, includesPrograms: Bool = true,
        isTrash: Bool = false
    ) {
        self.limit = limit
        self.tag = tag
        self.includesArchived = includesArchived
        self.includesPrograms = includesPrograms
        self.isTrash = isTrash
    }
}

extension Vault {
    /// The thread with this id.
    package func thread(_ id: ThreadID) async throws(StorageError) -> ChatThread {
        try await read { database in try database.thread(database.threadRow(id)) }
    }

    /// Threads, pinned ones first, then by their last activity, newest first.
    package func threads(_ filter: ThreadFilter = ThreadFilter()) async throws(StorageError) -> [ChatThread] {
        try await read { database in
            var conditions = [filter.isTrash ? "trashed_ms IS NOT NULL" : "trashed_ms IS NULL"]
            var values: [SQLValue] = []
            if !filter.includesArchived && !filter.isTrash { conditions.append("archived_ms IS NULL") }
            if let tag = filter.tag {
                conditions.append("EXISTS (SELECT 1 FROM tag WHERE tag.thread = thread.id AND tag.name = ?)")
                values.append(.text(tag))
            }
            var rows: [ThreadRow] = []
            // Two statements, because each can stop at its limit: both orders together are in no index, and to sort every
            // thread took longer than all else that a screenful takes.
            for pinned in ["IS NOT NULL", "IS NULL"] {
                var conditions = conditions + ["pinned_ms \(pinned)"]
                if !filter.includesPrograms && pinned == "IS NULL" { conditions.append("NOT (\(Self.madeByProgram))") }
                try database.step(
                    """
                    SELECT \(ThreadRow.columns) FROM thread WHERE \(conditions.joined(separator: " AND "))
                    ORDER BY active_ms DESC, id DESC LIMIT ?
                    """, values + [.integer(filter.limit.map { max(0, $0 - rows.count) } ?? -1)]
                ) { rows.append(try ThreadRow($0)) }
            }
            return try rows.map { try database.thread($0) }
        }
    }

    /// What a program's threads say of where they come from.
    private static let madeByProgram =
        "json_extract(origin, '$.program') IS NOT NULL OR json_extract(origin, '$.key') IS NOT NULL"

    /// How many threads a list without programs' threads leaves out; `limit` where there are more.
    package func programThreadCount(atMost limit: Int) async throws(StorageError) -> Int {
        try await read { database in
            // The indexes are named because they hold what programs made alone, and the planner prefers to read every
            // thread to either.
            try database.first(
                """
                SELECT count(*) FROM (
                  SELECT 1 FROM thread INDEXED BY thread_by_origin_program
                  WHERE json_extract(origin, '$.program') IS NOT NULL
                    AND trashed_ms IS NULL AND archived_ms IS NULL AND pinned_ms IS NULL
                  UNION ALL
                  SELECT 1 FROM thread INDEXED BY thread_by_origin_key
                  WHERE json_extract(origin, '$.key') IS NOT NULL AND json_extract(origin, '$.program') IS NULL
                    AND trashed_ms IS NULL AND archived_ms IS NULL AND pinned_ms IS NULL
                  LIMIT ?)
                """, .integer(limit), value: { Int($0.integer(0)) }) ?? 0
        }
    }

    /// The threads whose random bits begin with these characters.
    package func threads(handlePrefix prefix: String) async throws(StorageError) -> [ChatThread] {
        try await read { database in
            try database.all(
                "SELECT \(ThreadRow.columns) FROM thread WHERE short >= ? AND short < ? LIMIT 20", .text(prefix),
                .text(prefix + "~"), value: { try ThreadRow($0) }
            ).map { try database.thread($0) }
        }
    }

    /// The threads whose title is this one, or failing that, whose title holds all of its words in either case.
    package func threads(titled title: String) async throws(StorageError) -> [ChatThread] {
        try await read { database in
            let exact = try database.all(
                "SELECT \(ThreadRow.columns) FROM thread WHERE title = ? AND trashed_ms IS NULL LIMIT 20", .text(title),
                value: { try ThreadRow($0) })
            if !exact.isEmpty { return try exact.map { try database.thread($0) } }
            let words = title.split(separator: " ")
            guard !words.isEmpty else { return [] }
            let matching = words.map { _ in "instr(lower(title), lower(?)) > 0" }.joined(separator: " AND ")
            var rows: [ThreadRow] = []
            try database.step(
                "SELECT \(ThreadRow.columns) FROM thread WHERE trashed_ms IS NULL AND \(matching) LIMIT 20",
                words.map { .text(String($0)) }
            ) { rows.append(try ThreadRow($0)) }
            return try rows.map { try database.thread($0) }
        }
    }

    /// The messages that carry a label, with their threads; one thread's only where it is named.
    package func messages(
        labelled label: String, in thread: ThreadID? = nil
    ) async throws(StorageError) -> [(thread: ThreadID, message: MessageID)] {
        try await read { database in
            try database.all(
                """
                SELECT thread.uid, message.uid FROM label JOIN message ON message.id = label.message
                JOIN strand ON strand.id = message.id >> 24 JOIN thread ON thread.id = strand.thread
                WHERE label.name = ? AND (?2 IS NULL OR thread.uid = ?2) ORDER BY label.message
                """, .text(label), .blob(thread?.bytes),
                value: { (ThreadID(bytes: $0.blob(0)), MessageID(bytes: $0.blob(1))) }
            ).compactMap { thread, message in
                guard let thread, let message else { return nil }
                return (thread, message)
            }
        }
    }

    /// The labels of a thread's messages.
    package func labels(in thread: ThreadID) async throws(StorageError) -> [MessageID: [String]] {
        try await read { database in
            var labels: [MessageID: [String]] = [:]
            try database.each(
                """
                SELECT message.uid, label.name FROM thread JOIN strand ON strand.thread = thread.id
                JOIN label ON label.message BETWEEN strand.id << 24 AND strand.id << 24 | 16777215
                JOIN message ON message.id = label.message WHERE thread.uid = ? ORDER BY label.name
                """, .blob(thread.bytes)
            ) { row in
                if let id = MessageID(bytes: row.blob(0)) { labels[id, default: []].append(row.text(1)) }
            }
            return labels
        }
    }

    /// The threads a person last used on this device, newest first.
    package func recentlyUsedThreads() async throws(StorageError) -> [ThreadID] {
        try await read { database in try database.recentlyUsedThreads() }
    }
}

extension Database {
    func recentlyUsedThreads() throws -> [ThreadID] {
        let value = try first("SELECT value FROM memory WHERE name = 'used_threads'", value: { $0.text(0) }) ?? ""
        return value.split(separator: " ").compactMap { ThreadID($0) }
    }
}
