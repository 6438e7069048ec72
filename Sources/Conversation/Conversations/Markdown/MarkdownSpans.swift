/// Emphasis, code, links and escapes inside one line of Markdown, after CommonMark 0.31 chapter 6, with `~~` of GFM.
///
/// What differs, for answers that are read on a terminal as they arrive: a span ends on its line, or its markers are
/// text; `\(` and `\[` stay as they are, since models write formulas with them; reference links and HTML are text.
package struct MarkdownSpans: Sendable {
    /// Whether a code span is told by its style alone; if not, it is text with its backticks.
    let stylesCode: Bool

    package init(stylesCode: Bool) { self.stylesCode = stylesCode }

    /// Characters that may begin something. Everything else is text as soon as it comes.
    package static func isSpecial(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "*", "_", "`", "~", "[", "!", "<", "\\": true
        default: false
        }
    }

    /// The line's text in spans, as far as it is certain whatever may follow on the line, and how many scalars of the
    /// source they stand for. `before` is the character before it, nil at the beginning of the line; `isWhole` says that
    /// the line ends here: then all of it is certain.
    package func spans(
        of source: [Unicode.Scalar], after before: Unicode.Scalar?, isWhole: Bool
    ) -> (spans: [MarkdownSpan], consumed: Int) {
        var scan = InlineScan(source: source, before: before, isWhole: isWhole, stylesCode: stylesCode)
        return scan.spans()
    }

    /// The spans of a whole line.
    package func spans(of line: [Unicode.Scalar]) -> [MarkdownSpan] { spans(of: line, after: nil, isWhole: true).spans }
}

/// One pass over a line: the text is cut into pieces, then the delimiter runs among them are paired (CommonMark's
/// "algorithm for parsing nested emphasis and links").
private struct InlineScan {
    let source: [Unicode.Scalar]
    let before: Unicode.Scalar?
    let isWhole: Bool
    let stylesCode: Bool

    private struct Piece {
        var scalars: [Unicode.Scalar]
        var style: MarkdownSpan.Style = []
        var link: MarkdownSpan.Link?
        let start: Int
        var delimiter: Delimiter?
    }

    private struct Delimiter {
        let length: Int
        let canOpen: Bool
        let canClose: Bool
    }

    private struct Bracket {
        let piece: Int
        let start: Int
        var isActive = true
    }

    private var pieces: [Piece] = []
    private var brackets: [Bracket] = []
    private var index = 0
    private var links = 0
    /// From here on nothing is certain.
    private var limit: Int

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

    private mutating func text(_ scalars: some Sequence<Unicode.Scalar>, to end: Int) {
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

    private mutating func takeDelimiters() {
        let scalar = source[index]
        let length = runLength(at: index)
        let end = index + length
        guard end < source.count || isWhole else {
            limit = index
            return
        }
        let previous = index > 0 ? source[index - 1] : before
        let next = end < source.count ? source[end] : nil
        let (afterSpace, afterPunctuation) = Self.kind(previous)
        let (beforeSpace, beforePunctuation) = Self.kind(next)
        let leftFlanking = !beforeSpace && (!beforePunctuation || afterSpace || afterPunctuation)
        let rightFlanking = !afterSpace && (!afterPunctuation || beforeSpace || beforePunctuation)
        var canOpen = leftFlanking
        var canClose = rightFlanking
        if scalar == "_" {
            canOpen = leftFlanking && (!rightFlanking || afterPunctuation)
            canClose = rightFlanking && (!leftFlanking || beforePunctuation)
        }
        if (scalar == "~" && length != 2) || (scalar != "*" && (canOpen || canClose) && isInBareURL) {
            canOpen = false
            canClose = false
        }
        let delimiter = Delimiter(length: length, canOpen: canOpen, canClose: canClose)
        pieces.append(Piece(scalars: Array(source[index..<end]), start: index, delimiter: delimiter))
        index = end
    }

    /// Whether `index` is inside `http://…` or `https://…`, where `_` and `~` are the address's own.
    private var isInBareURL: Bool {
        var start = index
        while start > 0, index - start < 256, !" \t<([*".unicodeScalars.contains(source[start - 1]) { start -= 1 }
        let word = source[start..<index]
        return word.starts(with: "https://".unicodeScalars) || word.starts(with: "http://".unicodeScalars)
    }

    // MARK: Links

    private mutating func openBracket(length: Int) {
        brackets.append(Bracket(piece: pieces.count, start: index))
        text(source[index..<(index + length)], to: index + length)
    }

    private mutating func closeBracket() {
        guard let bracket = brackets.popLast(), bracket.isActive else { return text(["]"], to: index + 1) }
        guard index + 1 < source.count else {
            if isWhole { text(["]"], to: index + 1) } else { limit = bracket.start }
            return
        }
        guard source[index + 1] == "(" else { return text(["]"], to: index + 1) }
        switch destination(from: index + 2) {
        case .incomplete:
            if isWhole { text(["]"], to: index + 1) } else { limit = bracket.start }
        case .none: text(["]"], to: index + 1)
        case .found(let url, let end): appendLink(bracket, url: url, end: end)
        }
    }

    private mutating func appendLink(_ bracket: Bracket, url: [Unicode.Scalar], end: Int) {
        pairDelimiters(in: (bracket.piece + 1)..<pieces.count)
        let isImage = pieces[bracket.piece].scalars.count == 2
        links += 1
        let link = MarkdownSpan.Link(url: url, isImage: isImage, number: links)
        pieces[bracket.piece].scalars = []
        pieces[bracket.piece].link = link
        for piece in (bracket.piece + 1)..<pieces.count {
            // An image in a link stands for the link: there is one address to go to.
            pieces[piece].link = link
            pieces[piece].delimiter = nil
        }
        index = end
        // Links do not contain links; an image may stand in one.
        if !isImage {
            for open in brackets.indices where pieces[brackets[open].piece].scalars.count == 1 {
                brackets[open].isActive = false
            }
        }
    }

    private enum Destination {
        case none, incomplete
        case found(url: [Unicode.Scalar], end: Int)
    }

    /// What stands in the parentheses of a link: a URL, perhaps in angle brackets, perhaps with a title.
    private func destination(from start: Int) -> Destination {
        var at = start
        func skipSpaces() { while at < source.count, source[at] == " " { at += 1 } }
        skipSpaces()
        guard at < source.count else { return .incomplete }
        var url: [Unicode.Scalar] = []
        if source[at] == "<" {
            at += 1
            while at < source.count, source[at] != ">" {
                if source[at] == "<" { return .none }
                url.append(source[at])
                at += 1
            }
            guard at < source.count else { return .incomplete }
            at += 1
        } else {
            var depth = 0
            while at < source.count, source[at] != " " {
                if source[at] == "\\", at + 1 < source.count, Self.isASCIIPunctuation(source[at + 1]) {
                    at += 1
                } else if source[at] == "(" {
                    depth += 1
                } else if source[at] == ")" {
                    if depth == 0 { break }
                    depth -= 1
                }
                url.append(source[at])
                at += 1
            }
        }
        skipSpaces()
        guard at < source.count else { return .incomplete }
        if source[at] == ")" { return .found(url: url, end: at + 1) }
        guard let quote = ["\"": "\"", "'": "'", "(": ")"][source[at]] as Unicode.Scalar? else { return .none }
        at += 1
        while at < source.count, source[at] != quote { at += source[at] == "\\" ? 2 : 1 }
        at += 1
        skipSpaces()
        guard at < source.count else { return .incomplete }
        return source[at] == ")" ? .found(url: url, end: at + 1) : .none
    }

    /// `<https://…>` is its URL, `<br>` is a line break, every other `<` is text.
    private mutating func takeAngle() {
        var at = index + 1
        while at < source.count, source[at] != ">", Self.mayStandInAngle(source[at]), at - index <= 2048 {
            // Only a letter begins either, so that "a < b" does not wait.
            if at == index + 1, !source[at].isASCII || !source[at].properties.isAlphabetic { break }
            at += 1
        }
        guard at < source.count else {
            if isWhole { text(["<"], to: index + 1) } else { limit = index }
            return
        }
        let inside = String(String.UnicodeScalarView(source[(index + 1)..<at]))
        if source[at] == ">", ["br", "br/"].contains(inside.lowercased()) {
            text(["\n"], to: at + 1)
        } else if source[at] == ">", Self.isURL(inside) {
            let url = Array(inside.unicodeScalars)
            links += 1
            let link = MarkdownSpan.Link(url: url, isImage: false, number: links)
            pieces.append(Piece(scalars: url, link: link, start: index))
            index = at + 1
        } else {
            text(["<"], to: index + 1)
        }
    }

    private static func mayStandInAngle(_ scalar: Unicode.Scalar) -> Bool {
        scalar != " " && scalar != "\t" && scalar != "<"
    }

    // MARK: Emphasis

    private mutating func pairDelimiters(in range: Range<Int>) {
        var open: [Int] = []
        for closer in range {
            guard let delimiter = pieces[closer].delimiter else { continue }
            if delimiter.canClose {
                while let marker = pieces[closer].scalars.first,
                    let position = open.lastIndex(where: { pairs(opener: $0, closer: closer, marker: marker) })
                {
                    emphasize(from: open[position], to: closer)
                    open.removeSubrange((position + 1)...)
                    if pieces[open[position]].scalars.isEmpty { open.removeLast() }
                }
            }
            if delimiter.canOpen && !pieces[closer].scalars.isEmpty { open.append(closer) }
        }
    }

    private func pairs(opener: Int, closer: Int, marker: Unicode.Scalar) -> Bool {
        guard let first = pieces[opener].delimiter, let second = pieces[closer].delimiter,
            pieces[opener].scalars.first == marker
        else { return false }
        // Rules 9 and 10: lengths that add up to a multiple of 3 do not pair, unless both are multiples of 3.
        guard first.canClose || second.canOpen else { return true }
        return (first.length + second.length) % 3 != 0 || (first.length % 3 == 0 && second.length % 3 == 0)
    }

    private mutating func emphasize(from opener: Int, to closer: Int) {
        let isStrong = pieces[opener].scalars.count >= 2 && pieces[closer].scalars.count >= 2
        let marker = pieces[opener].scalars[0]
        let style: MarkdownSpan.Style = marker == "~" ? .struckOut : isStrong ? .strong : .emphasis
        for piece in (opener + 1)..<closer {
            pieces[piece].style.formUnion(style)
            pieces[piece].delimiter = nil
        }
        pieces[opener].scalars.removeLast(isStrong ? 2 : 1)
        pieces[closer].scalars.removeLast(isStrong ? 2 : 1)
    }

    // MARK: Characters

    private func runLength(at start: Int) -> Int {
        var end = start
        while end < source.count, source[end] == source[start] { end += 1 }
        return end - start
    }

    private static func isASCIIPunctuation(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E: true
        default: false
        }
    }

    private static func kind(_ scalar: Unicode.Scalar?) -> (isSpace: Bool, isPunctuation: Bool) {
        guard let scalar, !scalar.properties.isWhitespace else { return (true, false) }
        if scalar.isASCII { return (false, isASCIIPunctuation(scalar)) }
        switch scalar.properties.generalCategory {
        case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
            .finalPunctuation, .otherPunctuation, .mathSymbol, .currencySymbol, .modifierSymbol, .otherSymbol:
            return (false, true)
        default: return (false, false)
        }
    }

    private static func isURL(_ text: String) -> Bool {
        guard let colon = text.firstIndex(of: ":"), !text.contains(where: \.isWhitespace) else { return false }
        let scheme = text[..<colon]
        return scheme.count >= 2 && scheme.count <= 32 && scheme.first?.isLetter == true
            && scheme.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "+.-".contains($0)) }
    }
}
