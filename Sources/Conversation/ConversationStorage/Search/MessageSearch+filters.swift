import Conversations
import GRDB

extension MessageSearch {
    /// With conditions on messages and threads: rows are read, the newest first, until enough came through.
    mutating func filtered(
        _ arguments: [SQLValue]?, _ plan: SearchPlan, in scope: SearchScope
    ) throws -> Gathered {
        let scope = try scope.byDate(database)
        let enough = order == .date || arguments == nil ? limit * SearchBounds.readForEachHit : SearchBounds.filtered
        var gathered = Gathered()
        var examined = 0
        var isWhole = true
        search: for range in scope.ranges {
            let bound = SearchBounds.examined - examined
            guard bound > 0 else {
                isWhole = false
                break
            }
            var rows =
                if let arguments { try walk(arguments, [range], upTo: bound) } else { try arrivals(range, upTo: bound) }
            if !scope.isByArrival {
                let dates = try rows.map { try scope.date(of: $0.arrival, database)?.milliseconds ?? 0 }
                rows = zip(rows, dates).sorted { ($0.1, $0.0.arrival) > ($1.1, $1.0.arrival) }.map(\.0)
            }
            for row in rows where scope.meant?.contains(row.arrival) ?? true {
                if gathered.candidates.count == enough {
                    isWhole = false
                    break search
                }
                examined += 1
                let found = try candidate(row.arrival, rank: row.rank, plan.filters, plan.filterValues)
                if let found, try isAsked(found) { gathered.candidates.append(found) }
            }
            if rows.count == bound { isWhole = false }
        }
        if gathered.candidates.isEmpty, !isWhole {
            gathered.candidates = try oldest(arguments, plan, upTo: limit)
            explanation.limits.append("no bound: nothing was found within it")
            isWhole = gathered.candidates.count < limit
        }
        gathered.candidates = gathered.candidates.weighedByLength()
        took("rows")
        gathered.matched = gathered.candidates.count
        if !isWhole {
            gathered.weighed = gathered.candidates.count
            explanation.limits.append(
                "the newest \(gathered.candidates.count) that the filters let through, of \(examined)")
        }
        return gathered
    }

    /// Whether a message lies on a branch that was asked for.
    private mutating func isAsked(_ candidate: SearchCandidate) throws -> Bool {
        guard query.branch == .tip, let place = candidate.place else { return true }
        return try sight.isOnTipPath(place, ofThread: candidate.thread)
    }

    /// Every match is held against the filters: slow, and better than to say that there is nothing.
    private mutating func oldest(
        _ arguments: [SQLValue]?, _ plan: SearchPlan, upTo limit: Int
    ) throws -> [SearchCandidate] {
        let (source, values, order) =
            if let arguments {
                (
                    """
                    (SELECT rowid, \(RankFunction.name)(message_search, ?) AS rank FROM message_search
                     WHERE message_search MATCH ? ORDER BY rowid DESC LIMIT -1) AS found
                    CROSS JOIN message ON message.arrival = found.rowid
                    """, arguments, ""
                )
            } else { ("(SELECT 0.0 AS rank) AS found CROSS JOIN message", [], "ORDER BY message.arrival DESC") }
        var found: [SearchCandidate] = []
        try database.step(
            """
            SELECT \(Self.columns), found.rank FROM \(source) \(Self.around)\(plan.filters) \(order) LIMIT ?
            """, values + plan.filterValues + [.integer(query.branch == .tip ? -1 : limit)]
        ) { found.append(candidate($0, rank: $0.real(6) ?? 0)) }
        return try found.filter { try isAsked($0) }
    }

    private func arrivals(_ range: SearchScope.Range, upTo bound: Int) throws -> [Match] {
        try database.all(
            "SELECT arrival FROM message WHERE arrival BETWEEN ? AND ? ORDER BY arrival DESC LIMIT ?",
            .integer(range.lowerBound), .integer(range.upperBound), .integer(bound),
            value: { Match(arrival: $0.integer(0), rank: 0) })
    }
}
