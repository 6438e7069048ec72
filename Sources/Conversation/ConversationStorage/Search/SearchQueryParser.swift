/// Reads the query language. It never fails.
struct SearchQueryParser {
    /// Terms beyond these are left out: a whole pasted page is no query.
    static let termLimit = 256
    /// Parentheses within parentheses beyond these are left out.
    static let depthLimit = 16

    /// Scalars and not characters: a combining mark does not hide the quotation mark or space before it.
    private let text: [Unicode.Scalar]
    private let dates: SearchDates
    private var at = 0
    private var depth = 0
    private var terms = 0
    /// Terms beyond the limit, which were left out.
    var omittedTerms: Int { max(0, terms - Self.termLimit) }

    /// The `in:` filters met, and whether each stood after `-`.
    private(set) var fields: [(SearchQuery.Field, isExcluded: Bool)] = []
    /// The last `branch:` met.
    private(set) var branch: SearchQuery.Branch?

    init(_ text: String, dates: SearchDates) {
        self.text = text.unicodeScalars.map { $0.properties.isWhitespace || $0.value < 0x20 ? " " : $0 }
        self.dates = dates
    }

    mutating func query() -> SearchQuery.Node {
        var nodes: [SearchQuery.Node] = []
        while at < text.count {
            let node = group()
            if case .all(let inner) = node { nodes += inner } else { nodes.append(node) }
        }
        return .all(nodes).simplified ?? .all([])
    }

    /// What stands side by side, up to the parenthesis that ends it.
    private mutating func group() -> SearchQuery.Node {
        var nodes: [SearchQuery.Node] = []
        /// Whether OR stands between the last node and the next.
        var isAlternative = false
        while true {
            skipSpaces()
            guard at < text.count else { break }
            if text[at] == ")" {
                at += 1
                if depth > 0 { break }
                continue  // nothing is open
            }
            if let name = connective() {
                // It connects only what there is: OR at the beginning or the end is words.
                let isBetween = !nodes.isEmpty && !isAlternative
                at += name.count
                let here = at
                skipSpaces()
                if isBetween, at < text.count, text[at] != ")", connective() == nil {
                    isAlternative = name == "OR"
                    continue
                }
                at = here
                append(.phrase(name, isPrefix: false), to: &nodes, asAlternative: isAlternative)
                isAlternative = false
                continue
            }
            if let node = term() {
                append(node, to: &nodes, asAlternative: isAlternative)
            }
            isAlternative = false
        }
        return .all(nodes)
    }

    private mutating func append(
        _ node: SearchQuery.Node, to nodes: inout [SearchQuery.Node], asAlternative: Bool
    ) {
        guard asAlternative, let last = nodes.popLast() else {
            nodes.append(node)
            return
        }
        if case .any(let alternatives) = last {
            nodes.append(.any(alternatives + [node]))
        } else {
            nodes.append(.any([last, node]))
        }
    }

    private mutating func skipSpaces() {
        while at < text.count, text[at] == " " { at += 1 }
    }

    /// `OR` or `AND` at this place, as a word of its own.
    private func connective() -> String? {
        for name in ["OR", "AND"] where text[at...].starts(with: name.unicodeScalars) {
            let end = at + name.count
            if end == text.count || [" ", "(", ")"].contains(text[end]) || Self.closingQuote(text[end]) != nil {
                return name
            }
        }
        return nil
    }

    // MARK: Terms

    private mutating func term() -> SearchQuery.Node? {
        var isExcluded = false
        if text[at] == "-" {
            let dashes = text[at...].prefix { $0 == "-" }.count
            at += dashes
            guard at < text.count, text[at] != " ", text[at] != ")" else { return nil }
            // Two dashes begin an option's name, which is words.
            isExcluded = dashes == 1
        }
        let node: SearchQuery.Node?
        if text[at] == "(" {
            at += 1
            if depth < Self.depthLimit {
                depth += 1
                node = group()
                depth -= 1
            } else {
                return nil
            }
        } else if let closing = Self.closingQuote(text[at]) {
            node = phrase(closing)
        } else {
            node = word(isExcluded)
        }
        return isExcluded ? node.map { .not($0) } : node
    }

    private static func closingQuote(_ scalar: Unicode.Scalar) -> Set<Unicode.Scalar>? {
        switch scalar {
        case "\"": ["\""]
        case "“", "”", "„": ["“", "”", "\""]
        default: nil
        }
    }

    /// What is written between quotation marks; the text's end closes it.
    private mutating func quoted(_ closing: Set<Unicode.Scalar>) -> String {
        let start = at + 1
        at = start
        while at < text.count, !closing.contains(text[at]) { at += 1 }
        let content = text[start..<at].map { $0 == "\"" ? " " : $0 }
        if at < text.count { at += 1 }
        return content.split(separator: " ").map(Self.string).joined(separator: " ")
    }

    private mutating func phrase(_ closing: Set<Unicode.Scalar>) -> SearchQuery.Node? {
        let content = quoted(closing)
        var isPrefix = false
        if at < text.count, text[at] == "*" {
            at += 1
            isPrefix = true
        }
        return SearchWords.isSearchable(content) ? counted(.phrase(content, isPrefix: isPrefix)) : nil
    }

    private mutating func word(_ isExcluded: Bool) -> SearchQuery.Node? {
        let start = at
        if let filter = filter(isExcluded) { return filter.node }
        at = start
        var nested = 0
        while at < text.count, text[at] != " ", Self.closingQuote(text[at]) == nil {
            // f(x) is one word, also inside parentheses.
            if text[at] == "(" { nested += 1 }
            if text[at] == ")" {
                if nested == 0 { break }
                nested -= 1
            }
            at += 1
        }
        if at == start { at += 1 }
        let typed = Self.string(text[start..<at])
        if let range = dates.range(typed) { return counted(.filter(.time(range))) }
        guard SearchWords.isSearchable(typed) else { return nil }
        let stars = text[start..<at].reversed().prefix { $0 == "*" }.count
        guard let word = trimmed(typed) else { return counted(.word(typed, isPrefix: false)) }
        return counted(.word(word, isPrefix: stars == 1))
    }

    private static func string(_ scalars: some Sequence<Unicode.Scalar>) -> String {
        var string = String.UnicodeScalarView()
        string.append(contentsOf: scalars)
        return String(string)
    }

    /// A word without the punctuation around it; nil where without it, it would be an operator or filter.
    private func trimmed(_ typed: String) -> String? {
        var word = typed.unicodeScalars[...]
        while word.last == "*" { word.removeLast() }
        let whole = Self.string(word)
        while let first = word.first, SearchWords.isPunctuation(first) { word.removeFirst() }
        // What ends C++, C# and f(x) is part of them.
        let kept: Set<Unicode.Scalar> = word.contains("(") ? ["+", "#", ")"] : ["+", "#"]
        while let last = word.last, !kept.contains(last), SearchWords.isPunctuation(last) { word.removeLast() }
        for candidate in [Self.string(word), whole] where !candidate.isEmpty {
            if candidate == typed { return typed }
            var again = SearchQueryParser(candidate, dates: dates)
            if again.query() == .word(candidate, isPrefix: false) { return candidate }
        }
        return nil
    }

    private mutating func counted(_ node: SearchQuery.Node) -> SearchQuery.Node? {
        terms += 1
        return terms <= Self.termLimit ? node : nil
    }

    // MARK: Filters

    /// A filter's meaning; its node is nil where it says where to look rather than for what.
    private struct Found {
        let node: SearchQuery.Node?
    }

    private mutating func filter(_ isExcluded: Bool) -> Found? {
        var name = ""
        while at < text.count, text[at].isASCII, text[at].properties.isAlphabetic, name.count < 10 {
            name += text[at].properties.lowercaseMapping
            at += 1
        }
        guard at < text.count, text[at] == ":" || text[at] == "：", Self.names.contains(name) else { return nil }
        at += 1
        guard at < text.count, text[at] != " ", text[at] != ")" else { return nil }
        let values: [String]
        if let closing = Self.closingQuote(text[at]) {
            values = [quoted(closing)]
        } else {
            let start = at
            while at < text.count, ![" ", "(", ")"].contains(text[at]), Self.closingQuote(text[at]) == nil { at += 1 }
            values = text[start..<at].split(separator: ",").map(Self.string)
        }
        guard !values.isEmpty, values.allSatisfy({ !$0.isEmpty }) else { return nil }
        if name == "in" {
            let asked = values.compactMap { SearchQuery.Field(rawValue: $0.lowercased()) }
            guard asked.count == values.count else { return nil }
            fields += asked.map { ($0, isExcluded) }
            return Found(node: nil)
        }
        if name == "branch" {
            guard values.count == 1, let asked = SearchQuery.Branch(rawValue: values[0].lowercased()) else {
                return nil
            }
            branch = asked
            return Found(node: nil)
        }
        let filters = values.compactMap { meaning(name, $0) }
        guard filters.count == values.count else { return nil }
        let nodes = filters.map { SearchQuery.Node.filter($0) }
        return Found(node: counted(nodes.count == 1 ? nodes[0] : .any(nodes)))
    }

    private static let names: Set<String> = [
        "role", "model", "upstream", "thread", "tag", "from", "import", "replay", "in", "has", "status", "after",
        "before",
        "on", "last", "branch",
    ]

    private static let statuses: Set<String> = ["complete", "incomplete", "interrupted", "failed"]

    private func meaning(_ name: String, _ value: String) -> SearchQuery.Filter? {
        switch name {
        case "role": .role(value.lowercased())
        case "model": .model(value)
        case "upstream": .upstream(value)
        case "thread": .thread(value)
        case "tag": .tag(value)
        case "from": .from(value)
        case "import": .import(value)
        case "replay": .replay(value)
        case "has": SearchQuery.Content(rawValue: value.lowercased()).map { .has($0) }
        case "status": Self.statuses.contains(value.lowercased()) ? .status(value.lowercased()) : nil
        case "after": dates.after(value).map { .time($0) }
        case "before": dates.before(value).map { .time($0) }
        case "on": dates.on(value).map { .time($0) }
        case "last": dates.last(value).map { .time($0) }
        default: nil
        }
    }
}
