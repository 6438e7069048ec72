import Conversations

/// How a query is answered: one expression for the index, and conditions on what it finds.
struct SearchPlan {
    /// What the index is asked for; nil where only conditions were given.
    let match: MatchExpression?
    /// What every message found must be besides.
    let conditions: [SQLCondition]
    /// The same as they follow others in a statement.
    let filters: String
    let filterValues: [SQLValue]
    /// Whether they say something of the thread that a message is in.
    var readsThreads: Bool { filters.contains("thread.") }
    /// Those of them that speak of threads alone.
    let threadConditions: [SQLCondition]
    /// Statements, each of which gives the arrivals of all messages that can be found, the newest first.
    let arrivals: [SQLCondition]
    /// Names of models, as patterns, each of which everything found was asked of.
    let models: [String]
    /// The moments, in milliseconds, between which everything found was written.
    let time: Range<Int64>?
    /// The phrases of each word, phrase or group of alternatives, of which a message must hold one each.
    let required: [[MatchExpression.Phrase]]
    /// What its words are found by one by one; empty where nothing may be left out of the query.
    let parts: [MatchExpression.Phrase]
    /// What is left out of the query whatever is found.
    let unwanted: [MatchExpression]

    /// Plans a query on messages, or with `onTitles` on threads' titles: nil if it asks what titles do not have.
    ///
    /// - Parameter readsAll: whether every message will be held against the conditions, rather than the newest few.
    init?(_ query: SearchQuery, onTitles: Bool = false, readsAll: Bool = false) {
        let translation = Translation(onTitles: onTitles, readsAll: readsAll)
        let nodes = if case .all(let nodes) = query.root { nodes } else { [query.root] }
        var wanted: [SearchQuery.Node] = []
        var unwanted: [MatchExpression] = []
        var conditions: [SQLCondition] = []
        var threadConditions: [SQLCondition] = []
        var arrivals: [SQLCondition] = []
        var models: [String] = []
        var time: Range<Int64>?
        for node in nodes {
            if MatchExpression(node) != nil {
                wanted.append(node)
            } else if case .not(let inner) = node, let expression = MatchExpression(inner) {
                unwanted.append(expression)
            } else {
                guard let condition = translation.condition(node) else { return nil }
                conditions.append(condition)
                if node.isOfThreads, let selection = Translation(onTitles: onTitles, readsAll: true).condition(node) {
                    threadConditions.append(selection)
                }
                guard case .filter(let filter) = node else { continue }
                if let selection = filter.arrivals { arrivals.append(selection) }
                if case .model(let name) = filter { models.append(SearchQuery.Filter.glob(name)) }
                if case .time(let range) = filter {
                    time = (time ?? .min..<(.max)).clamped(to: range.milliseconds)
                }
            }
        }
        if let match = MatchExpression(.all(wanted)) {
            self.match = match.without(unwanted)
        } else {
            match = nil
            conditions += unwanted.map { !translation.found(by: $0) }
        }
        self.conditions = conditions
        filters = conditions.map { " AND (\($0.sql))" }.joined()
        filterValues = conditions.flatMap(\.values)
        self.threadConditions = threadConditions
        self.arrivals = arrivals
        self.models = models
        self.time = time
        self.unwanted = unwanted
        required = wanted.compactMap { MatchExpression($0)?.phrases.filter(\.isWanted) }
        let parts = MatchExpression.parts(of: .all(wanted))
        // A phrase in quotation marks is what it is; so is a single word.
        self.parts = parts.count > 1 && wanted != wanted.filter(\.isPhrase) ? parts : []
    }

    /// The best of any of the parts, without what is unwanted.
    func relaxed(to parts: [MatchExpression.Phrase]) -> MatchExpression {
        MatchExpression(anyOf: parts).without(unwanted)
    }
}

/// From a query's nodes to SQL.
private struct Translation {
    let onTitles: Bool
    let readsAll: Bool

    func condition(_ node: SearchQuery.Node) -> SQLCondition? {
        if let expression = MatchExpression(node) { return found(by: expression) }
        switch node {
        case .filter(let filter): return filter.condition(onTitles: onTitles, readsAll: readsAll)
        case .not(let inner): return condition(inner).map { !$0 }
        case .all(let nodes), .any(let nodes):
            let inner = nodes.map { condition($0) }
            guard !inner.isEmpty, inner.allSatisfy({ $0 != nil }) else { return nil }
            let isAll = if case .all = node { true } else { false }
            return SQLCondition(joining: inner.compactMap { $0 }, with: isAll ? "AND" : "OR")
        case .word, .phrase: return SQLCondition("0")
        }
    }

    func found(by expression: MatchExpression) -> SQLCondition {
        let (index, row) = onTitles ? ("thread_search", "thread.id") : ("message_search", "message.arrival")
        // To ask the index for one row takes some 20 µs; to make a list of all that hold a common word, 100 ms.
        return SQLCondition(
            readsAll
                ? "\(row) IN (SELECT rowid FROM \(index) WHERE \(index) MATCH ?)"
                : "EXISTS (SELECT 1 FROM \(index) WHERE \(index) MATCH ? AND rowid = \(row))", .text(expression.text))
    }
}

extension SearchQuery.Node {
    fileprivate var isPhrase: Bool { if case .phrase = self { true } else { false } }

    /// Whether it names threads, and says nothing of their messages. What leaves threads out names none.
    fileprivate var isOfThreads: Bool {
        switch self {
        case .filter(let filter): filter.isOfThreads
        case .not: false
        case .all(let nodes), .any(let nodes): nodes.allSatisfy(\.isOfThreads)
        case .word, .phrase: false
        }
    }
}

extension DateRange {
    fileprivate var milliseconds: Range<Int64> {
        let from = from?.milliseconds ?? .min
        return from..<max(from, upTo?.milliseconds ?? .max)
    }
}
