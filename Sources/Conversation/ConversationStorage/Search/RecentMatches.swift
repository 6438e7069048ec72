import Conversations
import GRDB

extension MessageSearch {
    /// The newest messages that hold a word beginning with up to three letters, or one character of a script without spaces.
    ///
    /// FTS5 has no list for a beginning: it merges those of all words that begin so, every row of them, before it gives the
    /// first (a million messages, `a*`: 120 ms; an index of beginnings makes the whole half as large again). Where the
    /// newest messages hold enough, their words are looked at instead. Nil where they do not, which is where the lists are
    /// short, and where it is not a beginning alone that is asked for.
    mutating func recent(_ match: MatchExpression, _ plan: SearchPlan, in scope: SearchScope) throws -> Gathered? {
        guard let phrase = match.phrases.first, match.phrases.count == 1, phrase.isPrefix, phrase.tokens.count == 1,
            phrase.tokens[0].unicodeScalars.count <= 3, plan.conditions.isEmpty, query.branch == .all,
            query.fields.contains(.text), scope.arrivals > Int64(50 * SearchBounds.recent)
        else { return nil }
        let enough = max(SearchBounds.enough, limit) * SearchBounds.weighedForEachHit
        let wanted = PhraseFinder.wanted([phrase])
        let segmenter = WordSegmenter()
        var found: [Int64] = []
        var examined = 0
        /// Whether no more will be enough than were found so far: then the index is asked before much was read.
        var isRare: Bool { found.count * SearchBounds.recent < examined * enough / 2 }
        for range in try scope.byDate(database).ranges
        where examined < SearchBounds.recent && found.count < enough && !isRare {
            var last = range.upperBound
            while last >= range.lowerBound, examined < SearchBounds.recent, found.count < enough, !isRare {
                var oldest = range.lowerBound
                try database.each(
                    """
                    SELECT arrival, text FROM message WHERE arrival BETWEEN ? AND ? ORDER BY arrival DESC LIMIT ?
                    """, .integer(range.lowerBound), .integer(last), .integer(SearchBounds.recentAtOnce)
                ) { row in
                    oldest = row.integer(0)
                    examined += 1
                    guard found.count < enough else { return }
                    if row.withBytes(1, { PhraseFinder.holds(wanted, in: $0, segmenter) }) { found.append(oldest) }
                }
                last = oldest - 1
            }
        }
        took("newest")
        guard found.count >= enough else { return nil }
        explanation.limits.append("of the newest \(examined) messages \(found.count)")
        let best = try best(of: found.map { Match(arrival: $0, rank: 1) })
        took("rows")
        let count = found.count - best.hidden
        return Gathered(candidates: best.candidates, matched: count, weighed: count)
    }
}
