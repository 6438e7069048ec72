import Conversations
import GRDB

extension MessageSearch {
    /// Threads by their titles, and how many match.
    ///
    /// - Parameters:
    ///   - known: the threads of which a message was found.
    ///   - floor: what no title ranks above need not be read.
    mutating func titles(
        _ match: MatchExpression, _ plan: SearchPlan, besides known: Set<Int64>, above floor: Double?
    ) throws -> (candidates: [SearchCandidate], matched: Int) {
        var rows: [Match] = []
        var first: Int64 = 0
        if Self.words(plan.required) > SearchBounds.wordsInEveryTitle {
            let last = try database.first("SELECT max(id) FROM thread", value: { $0.integer(0) }) ?? 0
            first = max(0, last - Int64(SearchBounds.titlesOfMoreWords))
            if first > 0 { explanation.limits.append("the titles of the newest \(last - first) threads") }
        }
        try database.step(
            """
            SELECT rowid, \(RankFunction.name)(thread_search, ?) FROM thread_search
            WHERE thread_search MATCH ? AND rowid > ? ORDER BY rowid DESC LIMIT ?
            """,
            [
                .blob(try counts.forRanking(match.phrases)), .text(match.text), .integer(first),
                .integer(SearchBounds.titles),
            ]
        ) { row in
            guard !known.contains(row.integer(0)) else { return }
            rows.append(Match(arrival: row.integer(0), rank: row.real(1) ?? 0))
        }
        rows.sort { $0.rank != $1.rank ? $0.rank > $1.rank : $0.arrival > $1.arrival }
        let matched = rows.count
        if let floor { rows.removeAll { $0.rank * Self.strongestPull <= floor } }
        var found: [SearchCandidate] = []
        var rest = rows[...]
        while found.count < limit, !rest.isEmpty {
            let next = rest.prefix(limit)
            try database.step(
                """
                SELECT wanted.key, thread.active_ms FROM json_each(?) AS wanted
                CROSS JOIN thread ON thread.id = wanted.value WHERE thread.trashed_ms IS NULL\(plan.filters)
                """, [.text(Self.list(next.lazy.map(\.arrival)))] + plan.filterValues
            ) { row in
                let match = next[next.startIndex + Int(row.integer(0))]
                let activeAt = Timestamp(milliseconds: row.integer(1))
                found.append(
                    SearchCandidate(thread: match.arrival, score: match.rank * pull(activeAt), createdAt: activeAt))
            }
            rest = rest.dropFirst(next.count)
        }
        return (found, floor == nil ? found.count : matched)
    }
}
