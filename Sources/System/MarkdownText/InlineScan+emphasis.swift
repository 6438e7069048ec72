/// Runs of `*`, `_` and `~`: what each may begin or end, and which of them belong together.
extension InlineScan {
    mutating func takeDelimiters() {
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

    mutating func pairDelimiters(in range: Range<Int>) {
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
}
