/// One pass over a line: the text is cut into pieces, then the delimiter runs among them are paired (CommonMark's
/// "algorithm for parsing nested emphasis and links").
struct InlineScan {
    let source: [Unicode.Scalar]
    let before: Unicode.Scalar?
    let isWhole: Bool
    let stylesCode: Bool

    struct Piece {
        var scalars: [Unicode.Scalar]
        var style: MarkdownSpan.Style = []
        var link: MarkdownSpan.Link?
        let start: Int
        var delimiter: Delimiter?
    }

    struct Delimiter {
        let length: Int
        let canOpen: Bool
        let canClose: Bool
    }

    struct Bracket {
        let piece: Int
        let start: Int
        var isActive = true
    }

    var pieces: [Piece] = []
    var brackets: [Bracket] = []
    var index = 0
    var links = 0
    /// From here on nothing is certain.
    var limit: Int

    init(source: [Unicode.Scalar], before: Unicode.Scalar?, isWhole: Bool, stylesCode: Bool) {
        self.source = source
        self.before = before
        self.isWhole = isWhole
        self.stylesCode = stylesCode
        limit = source.count
    }

    mutating func spans() -> (spans: [MarkdownSpan], consumed: Int) {
        while index < source.count && limit == source.count { takeOne() }
        if !isWhole, let open = brackets.first(where: \.isActive) { limit = min(limit, open.start) }
        var end = pieces.firstIndex { $0.start >= limit } ?? pieces.count
        pairDelimiters(in: 0..<end)
        if !isWhole,
            let open = pieces[..<end].firstIndex(where: { $0.delimiter?.canOpen == true && !$0.scalars.isEmpty })
        {
            // A run that has closed one span and may open another cannot be cut in two: its length and its neighbours
            // decide what it pairs with. Then nothing is certain yet.
            if pieces[open].scalars.count != pieces[open].delimiter?.length { return ([], 0) }
            limit = pieces[open].start
            end = open
        }
        var spans: [MarkdownSpan] = []
        for piece in pieces[..<end] where !piece.scalars.isEmpty || piece.link?.url.isEmpty == false {
            if let last = spans.indices.last, spans[last].style == piece.style, spans[last].link == piece.link {
                spans[last].scalars += piece.scalars
            } else if !piece.scalars.isEmpty || spans.last?.link != piece.link {
                spans.append(MarkdownSpan(scalars: piece.scalars, style: piece.style, link: piece.link))
            }
        }
        return (spans, limit)
    }

    private mutating func takeOne() {
        let start = index
        let scalar = source[index]
        switch scalar {
        case "\\": takeEscape()
        case "`": takeCode()
        case "*", "_", "~": takeDelimiters()
        case "!" where index + 1 == source.count && !isWhole: limit = start
        case "!" where index + 1 < source.count && source[index + 1] == "[": openBracket(length: 2)
        case "[": openBracket(length: 1)
        case "]": closeBracket()
        case "<": takeAngle()
        default:
            var end = index + 1
            while end < source.count, !MarkdownSpans.isSpecial(source[end]), source[end] != "]" { end += 1 }
            text(source[index..<end], to: end)
        }
    }

    mutating func text(_ scalars: some Sequence<Unicode.Scalar>, to end: Int) {
        pieces.append(Piece(scalars: Array(scalars), start: index))
        index = end
    }

    private mutating func takeEscape() {
        guard index + 1 < source.count else {
            // At the end of a line it is a hard line break, which every line break is here.
            if isWhole { index += 1 } else { limit = index }
            return
        }
        let next = source[index + 1]
        if "()[]".unicodeScalars.contains(next) || !Self.isASCIIPunctuation(next) {
            text(source[index...(index + 1)], to: index + 2)
        } else {
            text([next], to: index + 2)
        }
    }

    private mutating func takeCode() {
        let length = runLength(at: index)
        let open = index + length
        var at = open
        while at < source.count {
            guard source[at] == "`" else {
                at += 1
                continue
            }
            let closing = runLength(at: at)
            if closing == length {
                if at + closing == source.count && !isWhole { break }
                appendCode(source[open..<at], ticks: length, to: at + closing)
                return
            }
            at += closing
        }
        if isWhole { text(source[index..<open], to: open) } else { limit = index }
    }

    private mutating func appendCode(_ content: ArraySlice<Unicode.Scalar>, ticks: Int, to end: Int) {
        var code = content
        if code.count > 1, code.first == " ", code.last == " ", code.contains(where: { $0 != " " }) {
            code = code.dropFirst().dropLast()
        }
        if stylesCode {
            pieces.append(Piece(scalars: Array(code), style: .code, start: index))
        } else {
            pieces.append(Piece(scalars: Array(source[index..<end]), start: index))
        }
        index = end
    }

    // MARK: Characters

    func runLength(at start: Int) -> Int {
        var end = start
        while end < source.count, source[end] == source[start] { end += 1 }
        return end - start
    }

    static func isASCIIPunctuation(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E: true
        default: false
        }
    }
}
