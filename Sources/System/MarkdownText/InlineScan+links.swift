/// Links and pictures in brackets, and addresses between angle brackets.
extension InlineScan {
    mutating func openBracket(length: Int) {
        brackets.append(Bracket(piece: pieces.count, start: index))
        text(source[index..<(index + length)], to: index + length)
    }

    mutating func closeBracket() {
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
    mutating func takeAngle() {
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

    private static func isURL(_ text: String) -> Bool {
        guard let colon = text.firstIndex(of: ":"), !text.contains(where: \.isWhitespace) else { return false }
        let scheme = text[..<colon]
        return scheme.count >= 2 && scheme.count <= 32 && scheme.first?.isLetter == true
            && scheme.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "+.-".contains($0)) }
    }
}
