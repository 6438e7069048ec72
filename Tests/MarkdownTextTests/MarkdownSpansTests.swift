import MarkdownText
import Testing

@Suite struct MarkdownSpansTests {
    private static let lines = [
        "a *b **c** d* `e*f` ~~g~~", "[label](https://example.com/a_(b) \"title\") after",
        "![picture](p.png) and <https://x.org/>",
        "snake_case_word and __strong__ and ***both***", "a \\*b\\* \\(x_1\\) [open *never closed",
        "نص **غامق** و `code` 半夜*三更*",
    ]

    @Test func `emphasis, code and links are spans without their marks`() {
        let spans = MarkdownSpans(stylesCode: true).spans(of: Array("a **b** `c` [d](e)".unicodeScalars))
        #expect(spans.map(\.text) == ["a ", "b", " ", "c", " ", "d"])
        #expect(spans.map(\.style) == [[], .strong, [], .code, [], []])
        #expect(spans.last?.link?.url == Array("e".unicodeScalars))
    }

    @Test(arguments: lines)
    func `what was certain of a line that still arrives is what the whole line says`(line: String) {
        let scalars = Array(line.unicodeScalars)
        let grammar = MarkdownSpans(stylesCode: true)
        let whole = Self.characters(grammar.spans(of: scalars))
        for count in scalars.indices {
            let certain = grammar.spans(of: Array(scalars[..<count]), after: nil, isWhole: false)
            let begun = Self.characters(certain.spans)
            #expect(begun == Array(whole.prefix(begun.count)))
        }
    }

    /// Each character of what is shown, with how it is set off.
    private static func characters(_ spans: [MarkdownSpan]) -> [String] {
        spans.flatMap { span in span.scalars.map { "\($0) \(span.style.rawValue) \(span.link?.url.count ?? 0)" } }
    }
}
