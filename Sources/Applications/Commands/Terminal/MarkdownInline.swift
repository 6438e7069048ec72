import MarkdownText

/// A stretch of text in one style.
struct StyledRun: Equatable {
    var scalars: [Unicode.Scalar]
    var attributes: TerminalStyle.Attributes

    init(_ scalars: [Unicode.Scalar], _ attributes: TerminalStyle.Attributes) {
        self.scalars = scalars
        self.attributes = attributes
    }

    init(_ text: String, _ attributes: TerminalStyle.Attributes = []) {
        self.init(Array(text.unicodeScalars), attributes)
    }
}

/// The spans of a line of Markdown as a terminal shows them: a link is underlined, with its address after it.
struct MarkdownInline {
    private let spans: MarkdownSpans

    /// - Parameter stylesCode: whether a code span is told by its style alone, without its backticks.
    init(stylesCode: Bool) { spans = MarkdownSpans(stylesCode: stylesCode) }

    /// Characters that may begin something. Everything else is text as soon as it comes.
    static func isSpecial(_ scalar: Unicode.Scalar) -> Bool { MarkdownSpans.isSpecial(scalar) }

    /// The line's text in runs, as far as it is certain whatever may follow on the line, and how many scalars of the
    /// source they stand for. `before` is the character before it, nil at the beginning of the line; `isWhole` says that
    /// the line ends here: then all of it is certain.
    func runs(
        of source: [Unicode.Scalar], after before: Unicode.Scalar?, isWhole: Bool
    ) -> (runs: [StyledRun], consumed: Int) {
        let (spans, consumed) = spans.spans(of: source, after: before, isWhole: isWhole)
        var runs: [StyledRun] = []
        var open: (link: MarkdownSpan.Link, label: [Unicode.Scalar])?
        func append(_ scalars: [Unicode.Scalar], _ attributes: TerminalStyle.Attributes) {
            guard !scalars.isEmpty else { return }
            if let last = runs.indices.last, runs[last].attributes == attributes {
                runs[last].scalars += scalars
            } else {
                runs.append(StyledRun(scalars, attributes))
            }
        }
        func close() {
            guard let (link, label) = open else { return }
            open = nil
            guard link.url != label, !link.url.isEmpty else { return }
            append((label.isEmpty ? [] : [" "]) + ["("] + link.url + [")"], .dim)
        }
        for span in spans {
            if open?.link != span.link { close() }
            if let link = span.link { open = (link, (open?.label ?? []) + span.scalars) }
            append(span.scalars, span.attributes)
        }
        close()
        return (runs, consumed)
    }
}

extension MarkdownSpan {
    fileprivate var attributes: TerminalStyle.Attributes {
        var attributes: TerminalStyle.Attributes = link == nil ? [] : .underlined
        if style.contains(.strong) { attributes.insert(.bold) }
        if style.contains(.emphasis) { attributes.insert(.italic) }
        if style.contains(.struckOut) { attributes.insert(.struckOut) }
        if style.contains(.code) { attributes.insert(.cyan) }
        return attributes
    }
}
