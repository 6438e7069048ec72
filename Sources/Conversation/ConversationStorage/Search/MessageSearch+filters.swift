import Conversations
import GRDB

extension MessageSearch {
    /// With conditions on messages and threads: rows are read, the newest first, until enough came through.
    mutating func filtered(
        _ arguments: [SQLValue]?, _ required: [[MatchExpression.Phrase]], _ plan: SearchPlan, in scope: SearchScope,
        isLast: Bool
    ) throws -> Gathered {
        let scope = try scope.byDate(database)
        let isNewestAlone = order == .date || arguments == nil
        var look = Look(
            enough: isNewestAlone ? limit * SearchBounds.weighedForEachHit : max(SearchBounds.filtered, limit))
        var leftOut = false
        if !scope.threads.isEmpty, try isWorthTurns(required, scope.threads.count) {
            // The messages of one thread after the other, the last used first.
            for thread in scope.threads {
                guard look.goesOn() else { break }
                look.lastThread = thread
                for range in try SearchScope.ranges(ofThread: thread, database) {
                    guard look.goesOn() else { break }
                    try hold(arguments, range, against: plan, in: scope, &look)
                }
            }
            leftOut = scope.hasMoreThreads
        } else {
            let slices =
                Self.meet(required) && !scope.isNarrow
                ? try slices(of: scope, required, isLast: isLast) : Slices(parts: [scope.ranges])
            for range in slices.parts.joined() {
                guard look.goesOn() else { break }
                try hold(arguments, range, against: plan, in: scope, &look)
            }
            leftOut = slices.leftOut > 0
            if leftOut, !look.isCut { look.last = slices.parts.last?.last?.lowerBound }
        }
        let isWhole = !look.isCut && !leftOut
        if !scope.isByArrival {
            look.passed = order == .date ? try byDate(look.passed, in: scope) : try dated(look.passed, in: scope)
        }
        let best = try best(of: look.passed)
        took("rows")
        let count = look.passed.count - best.hidden
        guard !isWhole else { return Gathered(candidates: best.candidates, matched: count) }
        explanation.limits.append("the newest \(count) that the filters let through, of \(look.examined)")
        if look.passed.count < look.enough { lookedBackTo = try moment(of: look) }
        return Gathered(candidates: best.candidates, matched: count, weighed: count)
    }

    /// The newest first, where arrival does not say which are.
    private func byDate(_ matches: [Match], in scope: SearchScope) throws -> [Match] {
        let dates = try matches.map { try scope.date(of: $0.arrival, database)?.milliseconds ?? 0 }
        return zip(matches, dates).sorted { $0.1 > $1.1 }.map(\.0)
    }

    /// What was held against filters so far.
    private struct Look {
        let enough: Int
        var passed: [Match] = []
        var examined = 0
        /// The arrival it came to last, and the thread, where threads are looked through in turn.
        var last: Int64?
        var lastThread: Int64?
        /// Whether it ended before everything was looked at.
        private(set) var isCut = false

        init(enough: Int) { self.enough = enough }

        /// Whether to look at another; to be asked only where there may be one.
        mutating func goesOn() -> Bool {
            let bound = passed.isEmpty ? SearchBounds.examinedForAny : SearchBounds.examined
            if passed.count >= enough || examined >= bound { isCut = true }
            return !isCut
        }
    }

    /// The moment since which everything was looked at: what is left lies in blocks, or threads, that ended before it.
    private func moment(of look: Look) throws -> Timestamp? {
        if let thread = look.lastThread {
            return try database.first(
                "SELECT active_ms FROM thread WHERE id = ?", .integer(thread),
                value: { Timestamp(milliseconds: $0.integer(0)) })
        }
        guard let last = look.last else { return nil }
        return try database.first(
            "SELECT last_ms FROM arrival_block WHERE id = ?", .integer(last / SearchScope.blockLength),
            value: { Timestamp(milliseconds: $0.integer(0)) })
    }

    /// Whether to look through one thread after the other takes less than to hold every match against the filters.
    private mutating func isWorthTurns(_ required: [[MatchExpression.Phrase]], _ threads: Int) throws -> Bool {
        let rarest = try required.map { try $0.map { try counts.count($0) }.reduce(0, +) }.min()
        // To ask the index for a thread takes as long as to look at so many matches.
        return rarest.map { $0 > Double(threads * 20) } ?? true
    }

    /// Holds the matches of a range against the filters.
    private mutating func hold(
        _ arguments: [SQLValue]?, _ range: SearchScope.Range, against plan: SearchPlan, in scope: SearchScope,
        _ look: inout Look
    ) throws {
        let newest = try counts.newest()
        guard !scope.isByArrival || arguments != nil && range.upperBound < newest else {
            try hold(arguments, range, against: plan, in: scope, forwards: false, &look)
            return
        }
        // FTS5 begins in the middle of a common word's list far sooner forwards than backwards.
        var last = range.upperBound
        var length = SearchScope.blockLength
        while last >= range.lowerBound, look.goesOn() {
            // A block with old and new messages is looked through to its end.
            let first = max(range.lowerBound, scope.isByArrival ? last - length + 1 : last / length * length)
            try hold(arguments, first...last, against: plan, in: scope, forwards: true, &look)
            last = first - 1
            if scope.isByArrival { length *= 4 }
        }
    }

    private mutating func hold(
        _ arguments: [SQLValue]?, _ range: SearchScope.Range, against plan: SearchPlan, in scope: SearchScope,
        forwards: Bool, _ look: inout Look
    ) throws {
        let order = forwards ? "ASC" : "DESC"
        let (source, values): (String, [SQLValue]) =
            if let arguments {
                (
                    """
                    (SELECT rowid, \(RankFunction.name)(message_search, ?) AS rank FROM message_search
                     WHERE message_search MATCH ? AND rowid BETWEEN ? AND ? ORDER BY rowid \(order) LIMIT -1) AS found
                    CROSS JOIN message ON message.arrival = found.rowid
                    """, arguments
                )
            } else {
                (
                    """
                    (SELECT arrival AS rowid, 0.0 AS rank FROM message WHERE arrival BETWEEN ? AND ?
                     ORDER BY arrival \(order) LIMIT -1) AS found CROSS JOIN message ON message.arrival = found.rowid
                    """, []
                )
            }
        let thread =
            plan.readsThreads || query.branch == .tip
            ? """
            CROSS JOIN strand ON strand.id = message.id >> 24 CROSS JOIN thread ON thread.id = strand.thread
            """ : ""
        let place = query.branch == .tip ? "message.id, strand.thread" : "0, 0"
        let meant =
            scope.meant.map {
                SQLCondition(
                    "WHERE found.rowid IN (SELECT value FROM json_each(?))",
                    .text(Self.list($0.lazy.filter { range.contains($0) })))
            } ?? SQLCondition("")
        var found: [Match] = []
        try database.stepWhile(
            """
            SELECT found.rowid, found.rank, message.trashed_ms IS NULL\(plan.filters), \(place) FROM \(source) \(thread) \(meant.sql)
            """,
            // The conditions come before the source.
            plan.filterValues + values + [.integer(range.lowerBound), .integer(range.upperBound)] + meant.values
        ) { row in
            look.examined += 1
            if !forwards { look.last = row.integer(0) }
            var isLetThrough = row.integer(2) != 0
            if isLetThrough, query.branch == .tip {
                isLetThrough = try sight.isOnTipPath(MessagePlace(row: row.integer(3)), ofThread: row.integer(4))
            }
            let match = Match(arrival: row.integer(0), rank: row.real(1) ?? 0)
            // Forwards the newest come last: a part is read to its end.
            guard !forwards else {
                if isLetThrough { found.append(match) }
                return true
            }
            if isLetThrough { look.passed.append(match) }
            return look.goesOn()
        }
        guard forwards else { return }
        look.passed += found.reversed()
        look.last = range.lowerBound
    }
}
