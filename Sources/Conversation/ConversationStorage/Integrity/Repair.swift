import Conversations
import Foundation
import GRDB

/// What a repair did.
package struct Repairs: Sendable {
    /// How many disagreements were put right, by kind.
    package internal(set) var repaired: [Finding.Kind: Int] = [:]
    /// What the vault looks like now.
    package internal(set) var after = Examination()
}

extension Vault {
    /// Rebuilds what is derived, and nothing else: the index, what search is bounded by, the notes of who holds which
    /// attachment, the ledger of backends, handles, tips that point nowhere (the newest leaf of their thread instead); and
    /// drops what nobody holds: the events of ended calls,
    /// attachments, instructions, empty strands. Messages, calls and threads are left as they are.
    ///
    /// - Parameters:
    ///   - keepsEvents: whether the events of ended calls are meant to stay.
    ///   - progress: called now and then, from any thread.
    /// - Returns: what was put right, and what an examination finds after it.
    /// - Throws: ``StorageError/Code/diskFull``, ``StorageError/Code/busy``.
    package func repair(
        keepsEvents: Bool = false, progress: (@Sendable (WorkProgress) -> Void)? = nil
    ) async throws(StorageError) -> Repairs {
        let before = try await examine(keepsEvents: keepsEvents, progress: progress)
        let kinds = Set(before.counts.keys)
        for kind in Finding.Kind.ofRows where kinds.contains(kind) {
            // What cannot be read may hold any attachment.
            if kind == .blobUnused && kinds.contains(.parts) { continue }
            try await write { database in try database.repair(kind) }
        }
        if kinds.contains(.filePermissions) {
            for path in [file, file + "-wal", file + "-shm"] { chmod(path, 0o600) }
        }
        if kinds.contains(.erasureUnfinished) {
            do { try finishErasures() } catch { throw StorageError(error, file: file) }
        }
        if !kinds.isDisjoint(with: Finding.Kind.ofTheIndex) {
            progress?(WorkProgress(step: "index", done: 0, total: 1))
            try await write { database in
                try database.fillIndexesAnew()
            }
        }
        var repairs = Repairs()
        repairs.after = try await examine(keepsEvents: keepsEvents, progress: progress)
        for (kind, count) in before.counts {
            let rest = repairs.after.counts[kind] ?? 0
            if count > rest { repairs.repaired[kind] = count - rest }
        }
        return repairs
    }
}

extension Finding.Kind {
    /// In the order in which they are put right: who holds an attachment is noted before those are dropped that nobody holds.
    fileprivate static let ofRows: [Finding.Kind] = [
        .handle, .strandEmpty, .tipMissing, .eventsLeft, .blobReferences, .blobUnused, .wordsUnused, .arrivalDates,
        .modelName, .backendLedger,
    ]
    fileprivate static let ofTheIndex: Set<Finding.Kind> = [
        .indexMissing, .indexExtra, .indexStale, .indexUnreadable,
    ]
}

extension Database {
    fileprivate func repair(_ kind: Finding.Kind) throws {
        switch kind {
        case .strandEmpty:
            // Those that forked from it are younger, so they go before it.
            for strand in try all("SELECT id FROM strand ORDER BY id DESC", value: { $0.integer(0) })
            where try lastPosition(ofStrand: strand) == nil {
                try run(
                    "DELETE FROM strand WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM strand WHERE parent = ?1)",
                    .integer(strand))
            }
        case .tipMissing:
            for thread in try all(
                "SELECT id FROM thread WHERE tip IS NOT NULL AND tip NOT IN (SELECT id FROM message)",
                value: { $0.integer(0) })
            {
                try run(
                    "UPDATE thread SET tip = ? WHERE id = ?", .integer(try newestLeaf(ofThread: thread)),
                    .integer(thread))
                try noteChange(ofThread: thread)
            }
        case .handle:
            for (row, id) in try all(
                "SELECT id, uid FROM thread", value: { ($0.integer(0), ThreadID(bytes: $0.blob(1))) })
            {
                try run("UPDATE thread SET short = ?1 WHERE id = ?2 AND short <> ?1", .text(id?.short), .integer(row))
            }
            for (row, id) in try all("SELECT id, uid FROM call", value: { ($0.integer(0), CallID(bytes: $0.blob(1))) })
            {
                try run("UPDATE call SET short = ?1 WHERE id = ?2 AND short <> ?1", .text(id?.short), .integer(row))
            }
            for (row, id) in try all(
                "SELECT id, uid FROM import", value: { ($0.integer(0), ImportID(bytes: $0.blob(1))) })
            {
                try run("UPDATE import SET short = ?1 WHERE id = ?2 AND short <> ?1", .text(id?.short), .integer(row))
            }
            for (row, id) in try all(
                "SELECT id, uid FROM replay", value: { ($0.integer(0), ReplayID(bytes: $0.blob(1))) })
            {
                try run("UPDATE replay SET short = ?1 WHERE id = ?2 AND short <> ?1", .text(id?.short), .integer(row))
            }
            for (row, id) in try all(
                "SELECT id, uid FROM canary", value: { ($0.integer(0), CanaryID(bytes: $0.blob(1))) })
            {
                try run("UPDATE canary SET short = ?1 WHERE id = ?2 AND short <> ?1", .text(id?.short), .integer(row))
            }
        case .eventsLeft:
            try run(
                """
                DELETE FROM call_event WHERE NOT EXISTS (
                  SELECT 1 FROM call WHERE call.id = call_event.call AND (status IN ('queued', 'running') OR asked IS NOT NULL))
                """)
        case .blobReferences: try noteBlobsAnew()
        case .blobUnused:
            try run("DELETE FROM blob WHERE sha256 NOT IN (SELECT sha256 FROM message_blob)")
        case .wordsUnused:
            try run(
                """
                DELETE FROM words WHERE NOT EXISTS (SELECT 1 FROM call WHERE instructions = words.id)
                  AND NOT EXISTS (SELECT 1 FROM call WHERE tools = words.id)
                """)
        case .arrivalDates:
            try run("DELETE FROM arrival_block")
            try run(
                """
                INSERT INTO arrival_block (id, first_ms, last_ms)
                SELECT arrival >> \(ArrivalBlock.bits), min(created_ms), max(created_ms) FROM message GROUP BY 1
                """)
        case .modelName:
            try run(
                """
                INSERT OR IGNORE INTO model_name (name) SELECT lower(model_requested) FROM call
                UNION SELECT lower(model_sent) FROM call
                UNION SELECT lower(model_reported) FROM call WHERE model_reported IS NOT NULL
                UNION SELECT lower(model) FROM thread WHERE model IS NOT NULL
                """)
        case .backendLedger: try fillBackendLedger()
        default: break
        }
    }

    /// FTS5's own `rebuild` cannot read a view that looks into JSON: it prepares its statements without virtual tables, and
    /// `json_each` is one (SQLite 3.40 answers "SQL logic error"). Ours may.
    fileprivate func fillIndexesAnew() throws {
        try run("INSERT INTO message_search (message_search) VALUES ('delete-all')")
        try run(
            """
            INSERT INTO message_search (rowid, text, reasoning, tool)
            SELECT arrival, text, reasoning, tool FROM message_words
            WHERE arrival IN (SELECT arrival FROM message WHERE parts IS NULL OR json_valid(parts)) ORDER BY arrival
            """)
        // Of parts that are no JSON only the words can be found.
        try run(
            """
            INSERT INTO message_search (rowid, text) SELECT arrival, text FROM message
            WHERE parts IS NOT NULL AND NOT json_valid(parts)
            """)
        try run("INSERT INTO thread_search (thread_search) VALUES ('delete-all')")
        try run("INSERT INTO thread_search (rowid, title) SELECT id, title FROM thread")
    }

    private func newestLeaf(ofThread thread: Int64) throws -> Int64? {
        let ends = try all("SELECT id FROM strand WHERE thread = ?", .integer(thread), value: { $0.integer(0) })
            .compactMap { strand in
                try lastPosition(ofStrand: strand).map { MessagePlace(strand: strand, position: $0) }
            }
        let newest = try ends.filter { try children(of: $0).isEmpty }
            .map { place in
                (
                    place,
                    try first(
                        "SELECT created_ms FROM message WHERE id = ?", .integer(place.row), value: { $0.integer(0) })
                        ?? 0
                )
            }
            .max { ($0.1, $0.0.row) < ($1.1, $1.0.row) }
        return newest?.0.row
    }

    /// Notes which messages hold which attachments, from their parts; attachments that are gone cannot be noted.
    private func noteBlobsAnew() throws {
        var held: [(message: Int64, digests: [BlobDigest])] = []
        try each("SELECT id, text, parts FROM message WHERE parts IS NOT NULL") { row in
            // What is noted of parts that cannot be read is all there is to know of them.
            guard let parts = try? MessageRow.parts(text: row.text(1), stored: row.text(2)) else { return }
            held.append((row.integer(0), parts.blobs))
        }
        try run(
            """
            DELETE FROM message_blob
            WHERE message NOT IN (SELECT id FROM message) OR message IN (SELECT id FROM message WHERE parts IS NULL)
            """)
        for (message, digests) in held {
            try run("DELETE FROM message_blob WHERE message = ?", .integer(message))
            for digest in digests {
                try run(
                    """
                    INSERT OR IGNORE INTO message_blob (message, sha256)
                    SELECT ?1, ?2 WHERE EXISTS (SELECT 1 FROM blob WHERE sha256 = ?2)
                    """, .integer(message), .blob(digest.bytes))
            }
        }
    }
}
