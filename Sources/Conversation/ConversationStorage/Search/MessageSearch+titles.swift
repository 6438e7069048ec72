import Conversations
import GRDB

extension MessageSearch {
    mutating func titles(
        _ match: MatchExpression, _ plan: SearchPlan, besides known: Set<Int64>
    ) throws -> [SearchCandidate] {
        var rows: [Match] = []
        try database.step(
            """
            SELECT rowid, \(RankFunction.name)(thread_search, ?) FROM thread_search WHERE thread_search MATCH ?
            ORDER BY rowid DESC LIMIT ?
            """, [.blob(try counts.forRanking(match.phrases)), .text(match.text), .integer(SearchBounds.titles)]
        ) { rows.append(Match(arrival: $0.integer(0), rank: $0.real(1) ?? 0)) }
        rows.sort { $0.rank != $1.rank ? $0.rank > $1.rank : $0.arrival > $1.arrival }
        var found: [SearchCandidate] = []
        for row in rows where found.count < limit && !known.contains(row.arrival) {
            try database.step(
                "SELECT active_ms FROM thread WHERE thread.id = ? AND thread.trashed_ms IS NULL\(plan.filters)",
                [.integer(row.arrival)] + plan.filterValues
            ) {
                let activeAt = Timestamp(milliseconds: $0.integer(0))
                found.append(
                    SearchCandidate(thread: row.arrival, score: row.rank * pull(activeAt), createdAt: activeAt))
            }
        }
        return found
    }
}
