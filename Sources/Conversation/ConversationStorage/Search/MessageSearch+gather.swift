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
    /// - Parameters:
    ///   - required: phrases, of which a message must hold one of each group.
    ///   - enough: so many matches of words that have to meet are enough to choose from.
    ///   - isLast: whether nothing else is tried should this find too little.
    mutating func gather(
        _ match: MatchExpression?, _ required: [[MatchExpression.Phrase]], _ plan: SearchPlan, in scope: SearchScope,
        enough: Int, isLast: Bool
    ) throws -> Gathered {
        guard let match else { return try filtered(nil, [], plan, in: scope, isLast: isLast) }
        if let recent = try recent(match, plan, in: scope) { return recent }
        let expression = query.messageFields.count < 3 ? match.inColumns(query.messageFields) : match
        explanation.expressions.append(expression.text)
        let arguments: [SQLValue] = [.blob(try counts.forRanking(expression.phrases)), .text(expression.text)]
        took("counts")
        if plan.conditions.isEmpty, query.branch == .all {
            return try weighed(arguments, required, in: scope, enough: enough, isLast: isLast)
        }
        return try filtered(arguments, required, plan, in: scope, isLast: isLast)
    }

    /// Whether several words have to meet, in a message or in a phrase.
    static func meet(_ required: [[MatchExpression.Phrase]]) -> Bool {
        required.count > 1 || required.contains { $0.contains { $0.tokens.count > 1 } }
    }

    // MARK: By the index alone

    /// Without conditions the index says what is good, and only the best rows are read.
    private mutating func weighed(
        _ arguments: [SQLValue], _ required: [[MatchExpression.Phrase]], in scope: SearchScope, enough: Int,
        isLast: Bool
    ) throws -> Gathered {
        let (rows, isWhole) =
            Self.meet(required)
            ? try walkTogether(arguments, required, in: scope, enough: enough, isLast: isLast)
            : try walkNewest(arguments, in: scope)
        took("index")
        let best = try best(of: rows)
        took("rows")
        return Gathered(
            candidates: best.candidates, matched: rows.count - best.hidden, weighed: isWhole ? nil : rows.count)
    }

    /// The newest matches with their ranks, and whether they are all.
    private mutating func walkNewest(
        _ arguments: [SQLValue], in scope: SearchScope
    ) throws -> (rows: [Match], isWhole: Bool) {
        let bound = SearchBounds.ranked
        let rows = try walk(arguments, scope.ranges, upTo: bound)
        guard rows.count == bound, let last = rows.last else { return (rows, true) }
        explanation.limits.append("the newest \(bound) matches")
        // Only of so many is it asked which are the newest by date.
        if try scope.isByDate(downTo: last.arrival, database) { return (rows, false) }
        let byDate = try scope.byDate(database)
        // In a block that holds old and new messages the newest may be the last.
        let most = try walk(arguments, byDate.ranges, upTo: bound + Int(SearchScope.blockLength))
        return (try dated(most, in: byDate), false)
    }

    /// The matches of an expression whose words have to meet, with their ranks, and whether they are all.
    ///
    /// FTS5 finds where several words meet by walking the list of the rarest, and is asked for a newer part of the
    /// messages first where that list is long.
    private mutating func walkTogether(
        _ arguments: [SQLValue], _ required: [[MatchExpression.Phrase]], in scope: SearchScope, enough: Int,
        isLast: Bool
    ) throws -> (rows: [Match], isWhole: Bool) {
        var scope = scope
        var slices = try slices(of: scope, required, isLast: isLast)
        if slices.parts.count > 1 || slices.leftOut > 0, let newest = slices.parts.first?.last,
            try !scope.isByDate(downTo: newest.lowerBound, database)
        {
            scope = try scope.byDate(database)
            slices = try self.slices(of: scope, required, isLast: isLast)
        }
        var rows: [Match] = []
        var leftOut = slices.leftOut + slices.arrivals
        for part in slices.parts {
            for range in part { rows += try walkForwards(arguments, range) }
            leftOut -= SearchScope(part).arrivals
            if rows.count >= enough { break }
        }
        if leftOut > 0 { explanation.limits.append("all but the oldest \(leftOut) messages") }
        return (scope.isByArrival ? rows : try dated(rows, in: scope), leftOut == 0)
    }

    /// The same with the pull towards the recent, where arrival does not say which are: rows that rank the same are many.
    func dated(_ rows: [Match], in scope: SearchScope) throws -> [Match] {
        try rows.map { row in
            var row = row
            if let date = try scope.date(of: row.arrival, database) { row.pulled = row.rank * pull(date) }
            return row
        }
    }

    private func walk(_ arguments: [SQLValue], _ ranges: [SearchScope.Range], upTo bound: Int) throws -> [Match] {
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
