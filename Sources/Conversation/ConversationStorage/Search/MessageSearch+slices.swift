import GRDB

extension MessageSearch {
    /// Parts of a scope, the newest first, each larger than the one before.
    struct Slices {
        var parts: [[SearchScope.Range]]
        /// How many arrivals are in none of them, because it would take too long.
        var leftOut: Int64 = 0

        var arrivals: Int64 { parts.reduce(0) { $0 + SearchScope($1).arrivals } }
    }

    /// What is looked through one after the other for words that have to meet, until there is enough.
    ///
    /// To find where they meet, FTS5 looks for every word at each place of the rarest, so that what a part takes is known
    /// before: a common phrase that nothing holds would be looked for in the whole vault.
    mutating func slices(
        of scope: SearchScope, _ required: [[MatchExpression.Phrase]], isLast: Bool
    ) throws -> Slices {
        let places = try required.map { try $0.map { try counts.count($0) }.reduce(0, +) }.min() ?? 0
        // The more words there are, the longer each place takes, and the fewer messages hold them all.
        let words = Double(max(1, Self.words(required)))
        let each = words * words
        // Were the rarest in every message, there were as many places.
        let density = max(places, 1) / Double(max(1, try counts.newest()))
        func arrivals(_ looks: Int) -> Int64 {
            max(SearchBounds.lookedAnyway, Int64(min(Double(looks) / each / density, 1e15)))
        }
        let bound = arrivals(isLast ? SearchBounds.lookedAtLast : SearchBounds.looked)
        var slices = Slices(parts: [])
        var rest = scope
        var next = min(arrivals(SearchBounds.lookedFirst), bound)
        var taken: Int64 = 0
        while !rest.ranges.isEmpty, taken < bound {
            let (newer, older) = rest.split(after: min(next, bound - taken))
            slices.parts.append(newer)
            taken += SearchScope(newer).arrivals
            rest = SearchScope(older)
            next *= 8
        }
        slices.leftOut = rest.arrivals
        return slices
    }

    /// How many words have to meet.
    static func words(_ required: [[MatchExpression.Phrase]]) -> Int {
        required.reduce(0) { $0 + ($1.map(\.tokens.count).max() ?? 0) }
    }
}
