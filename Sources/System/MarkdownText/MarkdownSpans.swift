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
