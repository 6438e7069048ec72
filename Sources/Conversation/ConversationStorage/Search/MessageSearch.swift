import Conversations
import Foundation
import GRDB

/// One search under way.
struct MessageSearch {
    let database: Database
    let query: SearchQuery
    let order: SearchOrder
    let limit: Int
    let now: Timestamp

    var sight: SearchSight
    var counts: WordCounts
    var explanation = SearchExplanation()
    /// What was written before this was not looked at, though too little was found.
    var lookedBackTo: Timestamp?
    private var lastStep = ContinuousClock.now

    init(database: Database, query: SearchQuery, order: SearchOrder, limit: Int, now: Timestamp) {
        self.database = database
        self.query = query
        self.order = order
        self.limit = max(1, limit)
        self.now = now
        sight = SearchSight(database)
        counts = WordCounts(database)
    }

    mutating func run() throws -> SearchPage {
        var found = Found()
        explanation.omittedTerms = query.omittedTerms
        if !query.isEmpty, !query.messageFields.isEmpty, let plan = SearchPlan(query) {
            try findMessages(plan, &found)
        }
        if !query.isEmpty, query.fields.contains(.title), let plan = SearchPlan(query, onTitles: true),
            let match = plan.match
        {
            try findTitles(match, plan, &found)
        }
        if order == .date { found.candidates.sort { $0.createdAt > $1.createdAt } }
        var reader = SearchHitReader(database, phrases: found.phrases)
        var hits: [SearchHit] = []
        var rest = found.candidates[...]
        while hits.count < limit, !rest.isEmpty {
            let next = rest.prefix(limit - hits.count)
            let some = try reader.hits(next, &sight)
            hits += some
            found.matched -= next.count - some.count
            rest = rest.dropFirst(next.count)
        }
        took("hits")
        return SearchPage(
            hits: hits, understood: query.understood, matched: max(found.matched, hits.count),
            ranked: found.ranked, lookedBackTo: hits.count < limit ? lookedBackTo : nil, isRelaxed: found.isRelaxed,
            explanation: explanation)
    }

    /// What was found so far.
    private struct Found {
        var candidates: [SearchCandidate] = []
        var phrases: [MatchExpression.Phrase] = []
        var matched = 0
        var ranked: Int?
        var isRelaxed = false
    }

    private mutating func findMessages(_ plan: SearchPlan, _ found: inout Found) throws {
        let scope = try SearchScope.of(plan, database)
        if scope.isNarrow { explanation.limits.append("only where the filters point: \(scope.description)") }
        took("filters")
        found.phrases = plan.match?.phrases ?? []
        let exact = try gather(
            plan.match, plan.required, plan, in: scope, enough: max(limit, SearchBounds.enough),
            isLast: plan.parts.isEmpty)
        found.matched = exact.matched
        found.ranked = exact.weighed
        found.candidates = merged(exact.candidates)
        guard found.candidates.count < min(limit, SearchBounds.enough), !plan.parts.isEmpty else { return }
        let known = Set(exact.candidates.compactMap(\.place))
        let (parts, leavesOut) = try affordable(plan.parts)
        took("counts")
        // Of several the newest few are not the best, and there are no more of them than these.
        let enough = parts.count > 1 ? SearchBounds.relaxed : SearchBounds.enough
        let any = try gather(
            plan.relaxed(to: parts), [parts], plan, in: scope, enough: max(limit, enough), isLast: true)
        let more = merged(any.candidates.filter { candidate in candidate.place.map { !known.contains($0) } ?? true })
        found.isRelaxed = !more.isEmpty
        guard found.isRelaxed else { return }
        found.ranked = any.weighed ?? (leavesOut ? any.matched : nil)
        found.matched = max(found.matched + more.count, any.matched)
        found.phrases += parts
        found.candidates += more
        if leavesOut {
            explanation.limits.append("of the words only the rarest: \(parts.map(\.text).joined(separator: " "))")
        }
    }

    private mutating func findTitles(_ match: MatchExpression, _ plan: SearchPlan, _ found: inout Found) throws {
        // What ranks below a full page is not read.
        let isFull = found.ranked != nil && !found.isRelaxed && order == .relevance && found.candidates.count >= limit
        let (titles, matched) = try titles(
            match, plan, besides: Set(found.candidates.map(\.thread)),
            above: isFull ? found.candidates[limit - 1].score : nil)
        took("titles")
        found.matched += matched
        if found.phrases.isEmpty { found.phrases = match.phrases }
        // What holds everything comes before what holds some of it.
        found.candidates = found.isRelaxed ? titles + found.candidates : merged(found.candidates + titles)
    }

    /// The best first, with the answers to one question and the copies of one message as one.
    private func merged(_ candidates: [SearchCandidate]) -> [SearchCandidate] {
        var kept: [SearchCandidate] = []
        var byLineage: [[UInt8]: Int] = [:]
        var byQuestion: [Int64: Int] = [:]
        let sorted = candidates.sorted { left, right in
            left.score != right.score ? left.score > right.score : left.createdAt > right.createdAt
        }
        for candidate in sorted {
            if let earlier = byLineage[candidate.lineage] ?? candidate.question.flatMap({ byQuestion[$0] }) {
                kept[earlier].alsoOn += 1
                continue
            }
            if !candidate.lineage.isEmpty { byLineage[candidate.lineage] = kept.count }
            if let question = candidate.question { byQuestion[question] = kept.count }
            kept.append(candidate)
        }
        return kept
    }

    /// A fifth more for what was written now, half of that for half a year ago.
    func pull(_ time: Timestamp) -> Double {
        let days = Double(max(0, now.milliseconds(since: time))) / 86_400_000
        return 1 + (Self.strongestPull - 1) * exp2(-days / 182)
    }

    static let strongestPull = 1.2

    /// Notes how long the step that ends here took.
    mutating func took(_ step: String) {
        let here = ContinuousClock.now
        explanation.steps.append(.init(name: step, duration: here - lastStep))
        lastStep = here
    }

    /// The rarest of the parts, as many as together are in few enough rows; and whether that leaves others out.
    private mutating func affordable(
        _ parts: [MatchExpression.Phrase]
    ) throws -> (parts: [MatchExpression.Phrase], leavesOut: Bool) {
        if try counts.newest() <= SearchBounds.relaxed { return (parts, false) }
        var weights: [(MatchExpression.Phrase, Double)] = []
        for part in parts { weights.append((part, try counts.count(part))) }
        let counted = weights.filter { $0.1 > 0 }.sorted { $0.1 < $1.1 }
        var sum = 0.0
        let chosen = counted.prefix { _, count in
            sum += count
            return sum <= Double(SearchBounds.relaxed)
        }
        // Where all are common, the rarest alone.
        let kept = chosen.isEmpty ? counted.prefix(1) : chosen
        return (kept.isEmpty ? Array(parts.prefix(1)) : kept.map(\.0), kept.count < counted.count)
    }
}
