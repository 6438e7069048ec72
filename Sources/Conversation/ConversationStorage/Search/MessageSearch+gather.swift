import GRDB

extension MessageSearch {
    /// Candidates, and how far they were looked for.
    struct Gathered {
        var candidates: [SearchCandidate] = []
        /// How many match; at least so many, where ``weighed`` is set.
        var matched = 0
        /// More match than were weighed: so many of the newest were.
        var weighed: Int?
    }

    /// The best of what matches.
    ///
    /// - Parameter isLast: whether nothing else is tried should this find too little.
    mutating func gather(
        _ match: MatchExpression?, _ plan: SearchPlan, in scope: SearchScope, isLast: Bool
    ) throws -> Gathered {
        guard let match else { return try filtered(nil, plan, in: scope) }
        if let recent = try recent(match, plan, in: scope) { return recent }
        let expression = query.messageFields.count < 3 ? match.inColumns(query.messageFields) : match
        explanation.expressions.append(expression.text)
        let arguments: [SQLValue] = [.blob(try counts.forRanking(expression.phrases)), .text(expression.text)]
        took("counts")
        if plan.conditions.isEmpty, query.branch == .all {
            return try weighed(arguments, plan, in: scope, isLast: isLast)
        }
        return try filtered(arguments, plan, in: scope)
    }

    // MARK: By the index alone

    /// Without conditions the index says what is good, and only the best rows are read.
    private mutating func weighed(
        _ arguments: [SQLValue], _ plan: SearchPlan, in scope: SearchScope, isLast: Bool
    ) throws -> Gathered {
        var (rows, isWhole) = try walk(arguments, plan, in: scope, isLast: isLast)
        took("index")
        let matched = rows.count
        if order == .relevance {
            rows.sort { $0.pulled != $1.pulled ? $0.pulled > $1.pulled : $0.arrival > $1.arrival }
        }
        let best = rows.prefix(max(SearchBounds.enough, limit) * SearchBounds.readForEachHit)
        let found = try best.compactMap { try candidate($0.arrival, rank: $0.rank) }
        took("rows")
        return Gathered(
            candidates: found.weighedByLength(), matched: matched - best.count + found.count,
            weighed: isWhole ? nil : matched)
    }

    /// The newest matches with their ranks, and whether they are all.
    ///
    /// FTS5 finds where several words meet by walking the list of the rarest, and is asked for a newer part of the
    /// messages first where that list is long.
    private mutating func walk(
        _ arguments: [SQLValue], _ plan: SearchPlan, in scope: SearchScope, isLast: Bool
    ) throws -> (rows: [Match], isWhole: Bool) {
        let meets = plan.required.count > 1 || plan.required.contains { $0.contains { $0.tokens.count > 1 } }
        guard meets else {
            let bound = SearchBounds.ranked
            let rows = try walk(arguments, scope.ranges, upTo: bound)
            guard rows.count == bound else { return (rows, true) }
            explanation.limits.append("the newest \(bound) matches")
            // Only of so many is it asked which are the newest by date.
            let byDate = try scope.byDate(database)
            if byDate.isByArrival { return (rows, false) }
            return (try dated(try walk(arguments, byDate.ranges, upTo: bound), in: byDate), false)
        }
        let places = try plan.required.map { try $0.map { try counts.count($0) }.reduce(0, +) }.min() ?? 0
        var rows: [Match] = []
        let scope = try scope.byDate(database)
        var rest = scope
        var share = Int64(Double(scope.arrivals) * min(1, Double(SearchBounds.visited) / max(1, places)))
        while !rest.ranges.isEmpty {
            let (newer, older) = rest.split(after: share + 1)
            for range in newer { rows += try walkForwards(arguments, range) }
            rest = SearchScope(older)
            if rows.count >= max(limit, SearchBounds.enough) || !isLast && share > scope.arrivals / 4 { break }
            share *= 8
        }
        if !rest.ranges.isEmpty { explanation.limits.append("all but the oldest \(rest.arrivals) messages") }
        return (scope.isByArrival ? rows : try dated(rows, in: scope), rest.ranges.isEmpty)
    }

    /// The same with the pull towards the recent, where arrival does not say which are: rows that rank the same are many.
    private func dated(_ rows: [Match], in scope: SearchScope) throws -> [Match] {
        try rows.map { row in
            var row = row
            if let date = try scope.date(of: row.arrival, database) { row.pulled = row.rank * pull(date) }
            return row
        }
    }

    /// A match as the index knows it.
    struct Match {
        let arrival: Int64
        let rank: Double
        /// What it is chosen by; its rank where arrival says which are the newest.
        var pulled: Double

        init(arrival: Int64, rank: Double) {
            self.arrival = arrival
            self.rank = rank
            pulled = rank
        }
    }

    func walk(_ arguments: [SQLValue], _ ranges: [SearchScope.Range], upTo bound: Int) throws -> [Match] {
        var rows: [Match] = []
        for range in ranges where rows.count < bound {
            try database.step(
                """
                SELECT rowid, \(RankFunction.name)(message_search, ?) FROM message_search
                WHERE message_search MATCH ? AND rowid BETWEEN ? AND ? ORDER BY rowid DESC LIMIT ?
                """,
                arguments + [
                    .integer(range.lowerBound), .integer(range.upperBound), .integer(bound - rows.count),
                ]
            ) { rows.append(Match(arrival: $0.integer(0), rank: $0.real(1) ?? 0)) }
        }
        return rows
    }

    /// All matches of a range. FTS5 begins in the middle of a common word's list far sooner forwards than backwards.
    private func walkForwards(_ arguments: [SQLValue], _ range: SearchScope.Range) throws -> [Match] {
        var rows: [Match] = []
        try database.step(
            """
            SELECT rowid, \(RankFunction.name)(message_search, ?) FROM message_search
            WHERE message_search MATCH ? AND rowid BETWEEN ? AND ? ORDER BY rowid
            """, arguments + [.integer(range.lowerBound), .integer(range.upperBound)]
        ) { rows.append(Match(arrival: $0.integer(0), rank: $0.real(1) ?? 0)) }
        return rows.reversed()
    }
}
