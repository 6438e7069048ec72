package import Conversations
import GRDB

extension Vault {
    /// Every thread in which a query finds a message, or whose title it finds; the last used first.
    ///
    /// This is what `-w QUERY` picks. It is exact, unlike ``search(_:order:limit:now:)``: it finds only what holds all that
    /// was asked for, and all of that, however many there are. What is in the trash is not found; an empty query finds
    /// nothing.
    package func threads(matching query: SearchQuery) async throws(StorageError) -> [ThreadID] {
        guard !query.isEmpty else { return [] }
        return try await read { database in try database.threads(matching: query) }
    }
}

extension Database {
    fileprivate func threads(matching query: SearchQuery) throws -> [ThreadID] {
        var found: Set<Int64> = []
        if query.fields.contains(.title), let plan = SearchPlan(query, onTitles: true, readsAll: true),
            let match = plan.match
        {
            try step(
                """
                SELECT thread.id FROM thread_search CROSS JOIN thread ON thread.id = thread_search.rowid
                WHERE thread_search MATCH ? AND thread.trashed_ms IS NULL\(plan.filters)
                """, [.text(match.text)] + plan.filterValues
            ) { found.insert($0.integer(0)) }
        }
        if !query.messageFields.isEmpty, let plan = SearchPlan(query, readsAll: true) {
            try addThreads(ofMessagesMatching: plan, query, to: &found)
        }
        let threads = try found.compactMap { row in
            try first(
                "SELECT uid, active_ms FROM thread WHERE id = ?", .integer(row),
                value: { (id: ThreadID(bytes: $0.blob(0)), activeAt: $0.integer(1), row: row) })
        }
        return threads.sorted { ($0.activeAt, $0.row) > ($1.activeAt, $1.row) }.compactMap(\.id)
    }

    private func addThreads(
        ofMessagesMatching plan: SearchPlan, _ query: SearchQuery, to found: inout Set<Int64>
    ) throws {
        var sight = SearchSight(self)
        let match = plan.match.map { query.messageFields.count < 3 ? $0.inColumns(query.messageFields) : $0 }
        let source =
            match == nil
            ? "message"
            : "(SELECT rowid FROM message_search WHERE message_search MATCH ?) AS found "
                + "CROSS JOIN message ON message.arrival = found.rowid"
        try step(
            """
            SELECT message.id, strand.thread FROM \(source) CROSS JOIN strand ON strand.id = message.id >> 24
            CROSS JOIN thread ON thread.id = strand.thread WHERE message.trashed_ms IS NULL AND thread.trashed_ms IS NULL\(plan.filters)
            """, (match.map { [.text($0.text)] } ?? []) + plan.filterValues
        ) { row in
            let place = MessagePlace(row: row.integer(0))
            let thread = row.integer(1)
            // One message is enough.
            guard !found.contains(thread) else { return }
            if query.branch == .tip, try !sight.isOnTipPath(place, ofThread: thread) { return }
            if try !sight.isInTrash(place) { found.insert(thread) }
        }
    }
}
