package import Conversations
package import Foundation

/// What a person looks for, as understood from what they typed.
///
/// One grammar everywhere: `two words` (all of them), `"a phrase"`, `pre*`, `-not`, `a OR b` (which binds tighter than
/// what stands side by side), `( )` and the filters of ``Filter``. Any text is a query: what is no operator and no filter
/// is words, what has no end ends with the text, and punctuation alone is nothing.
package struct SearchQuery: Sendable, Hashable {
    /// What a message must be, beside the ``fields`` and the ``branch`` that are looked at.
    package let root: Node
    /// Where the words are looked for.
    package let fields: Set<Field>
    package let branch: Branch
    /// How many words and filters beyond ``SearchQueryParser/termLimit`` were left out.
    package let omittedTerms: Int

    package indirect enum Node: Sendable, Hashable {
        /// Every one of these; without any, everything.
        case all([Node])
        /// One of these.
        case any([Node])
        case not(Node)
        /// A word as typed. It may hold several (`foo/bar`), which then follow each other, and may be an identifier.
        case word(String, isPrefix: Bool)
        /// Words that follow each other.
        case phrase(String, isPrefix: Bool)
        case filter(Filter)
    }

    /// What a message may be asked for besides its words.
    package enum Filter: Sendable, Hashable {
        case role(String)
        /// The model asked, sent or reported, in either case; `*` stands for anything.
        case model(String)
        case upstream(String)
        /// A thread's handle, id or title.
        case thread(String)
        case tag(String)
        /// The program a thread came from.
        case from(String)
        case `import`(String)
        case replay(String)
        case has(Content)
        case status(String)
        /// Written at or after the one moment and before the other.
        case time(DateRange)
    }

    package enum Field: String, Sendable, Hashable, CaseIterable {
        case title, text, reasoning, tool
    }

    package enum Content: String, Sendable, Hashable, CaseIterable {
        case code, tool, image, link, file
    }

    package enum Branch: String, Sendable, Hashable {
        /// The path that each thread would go on from.
        case tip
        case all
    }

    /// Reads a query. Days are those of `calendar`, in its time zone; `last:7d` ends at `now`.
    package init(_ text: String, now: Timestamp, calendar: Calendar) {
        var parser = SearchQueryParser(text, dates: SearchDates(now: now, calendar: calendar))
        let root = parser.query()
        self.root = root
        var included: Set<Field> = []
        var excluded: Set<Field> = []
        for (field, isExcluded) in parser.fields {
            if isExcluded { excluded.insert(field) } else { included.insert(field) }
        }
        let asked = (included.isEmpty ? Set(Field.allCases) : included).subtracting(excluded)
        fields = asked.isEmpty ? Set(Field.allCases) : asked
        branch = parser.branch ?? .all
        omittedTerms = parser.omittedTerms
    }

    private init(_ root: Node, like other: SearchQuery) {
        self.root = root
        fields = other.fields
        branch = other.branch
        omittedTerms = other.omittedTerms
    }

    /// The same, found only where this filter finds it, too.
    package func narrowed(to filter: Filter) -> SearchQuery {
        SearchQuery(root == .all([]) ? root : .all([root, .filter(filter)]), like: self)
    }

    /// The index's columns that are looked at.
    var messageFields: [String] { [Field.text, .reasoning, .tool].filter(fields.contains).map(\.rawValue) }

    /// Whether nothing was asked for.
    package var isEmpty: Bool { root == .all([]) }

    /// The query as it was understood, in its own language: read again it is the same query.
    package var understood: String {
        var parts: [String] = []
        let words = root.written(in: .top)
        if !words.isEmpty { parts.append(words) }
        if fields.count < Field.allCases.count {
            parts += Field.allCases.filter { fields.contains($0) }.map { "in:\($0.rawValue)" }
        }
        if branch != .all { parts.append("branch:\(branch.rawValue)") }
        return parts.joined(separator: " ")
    }
}

extension SearchQuery.Node {
    fileprivate enum Surroundings { case top, all, any, not }

    fileprivate func written(in surroundings: Surroundings) -> String {
        switch self {
        case .all(let nodes):
            let text = nodes.map { $0.written(in: .all) }.joined(separator: " ")
            return surroundings == .top ? text : "(\(text))"
        case .any(let nodes):
            let text = nodes.map { $0.written(in: .any) }.joined(separator: " OR ")
            return surroundings == .top || surroundings == .all ? text : "(\(text))"
        case .not(let node): return "-" + node.written(in: .not)
        case .word(let word, let isPrefix): return isPrefix ? word + "*" : word
        case .phrase(let phrase, let isPrefix): return isPrefix ? "\"\(phrase)\"*" : "\"\(phrase)\""
        case .filter(let filter): return filter.written
        }
    }
}

extension SearchQuery.Filter {
    fileprivate var written: String {
        switch self {
        case .role(let value): Self.written("role", value)
        case .model(let value): Self.written("model", value)
        case .upstream(let value): Self.written("upstream", value)
        case .thread(let value): Self.written("thread", value)
        case .tag(let value): Self.written("tag", value)
        case .from(let value): Self.written("from", value)
        case .import(let value): Self.written("import", value)
        case .replay(let value): Self.written("replay", value)
        case .has(let content): "has:\(content.rawValue)"
        case .status(let value): Self.written("status", value)
        case .time(let range): range.written
        }
    }

    private static func written(_ key: String, _ value: String) -> String {
        let isPlain = !value.unicodeScalars.contains {
            $0.properties.isWhitespace || "(),“”„".unicodeScalars.contains($0)
        }
        return isPlain ? "\(key):\(value)" : "\(key):\"\(value)\""
    }
}
