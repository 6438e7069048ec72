/// Code with its comments, strings, numbers and keywords told apart: what a reader's eye looks for, by rules that most
/// languages share. It claims no more: a language it does not know is text.
struct CodeHighlighter {
    private let source: [Unicode.Scalar]
    private let language: CodeLanguage
    private var at = 0
    private var html = ""
    private var plain: [Unicode.Scalar] = []

    static func html(of source: [Unicode.Scalar], language name: String) -> String {
        guard let language = CodeLanguage(name), source.count < 400_000 else { return HTMLText.escaped(source) }
        var highlighter = CodeHighlighter(source: source, language: language)
        return highlighter.run()
    }

    private init(source: [Unicode.Scalar], language: CodeLanguage) {
        self.source = source
        self.language = language
    }

    private mutating func run() -> String {
        while at < source.count {
            if let end = endOfComment() {
                mark("c", to: end)
            } else if let end = endOfString() {
                mark("s", to: end)
            } else if source[at].isDigit, !(at > 0 && source[at - 1].isWord) {
                var end = at
                while end < source.count, source[end].isWord || source[end] == "." { end += 1 }
                while source[end - 1] == "." { end -= 1 }
                mark("n", to: end)
            } else if source[at].isWord {
                var end = at
                while end < source.count, source[end].isWord { end += 1 }
                let word = String(String.UnicodeScalarView(source[at..<end]))
                if language.isKeyword(word) {
                    mark("k", to: end)
                } else {
                    plain += source[at..<end]
                    at = end
                }
            } else {
                plain.append(source[at])
                at += 1
            }
        }
        flush()
        return html
    }

    private mutating func mark(_ style: String, to end: Int) {
        flush()
        html += "<span class=\"\(style)\">\(HTMLText.escaped(source[at..<end]))</span>"
        at = end
    }

    private mutating func flush() {
        html += HTMLText.escaped(plain)
        plain = []
    }

    private func begins(_ mark: String) -> Bool { source[at...].starts(with: mark.unicodeScalars) }

    private func endOfComment() -> Int? {
        for mark in language.lineComments where begins(mark) {
            // A hash inside of a word ("$#", "a#b") begins none.
            if mark == "#", at > 0, !source[at - 1].properties.isWhitespace { continue }
            return source[at...].firstIndex(of: "\n") ?? source.count
        }
        guard let (open, close) = language.blockComment, begins(open) else { return nil }
        let end = Array(close.unicodeScalars)
        var place = at + open.unicodeScalars.count
        while place < source.count, !source[place...].starts(with: end) { place += 1 }
        return min(place + end.count, source.count)
    }

    private func endOfString() -> Int? {
        guard language.quotes.contains(source[at]) else { return nil }
        let quote = source[at]
        let isTriple = source[at...].starts(with: [quote, quote, quote])
        let width = isTriple ? 3 : 1
        var place = at + width
        while place < source.count {
            if source[place] == "\\" {
                place += 2
            } else if source[place...].starts(with: repeatElement(quote, count: width)) {
                return min(place + width, source.count)
            } else if source[place] == "\n", !isTriple, quote != "`" {
                // A quote that does not end on its line is an apostrophe.
                return nil
            } else {
                place += 1
            }
        }
        return isTriple || quote == "`" ? source.count : nil
    }
}

extension Unicode.Scalar {
    fileprivate var isDigit: Bool { ("0"..."9").contains(self) }
    fileprivate var isWord: Bool {
        isASCII ? isDigit || self == "_" || properties.isAlphabetic : properties.isAlphabetic
    }
}
