import ConversationService
import Foundation
import Testing
import WordDiff

@testable import Commands

struct ComparisonLayoutTests {
    private var table: FactsTable {
        var table = FactsTable(columns: [
            .init(title: "", side: .leading, leastWidth: 12), .init(title: "done"), .init(title: "same", rank: 1),
            .init(title: "fingerprint", side: .leading, rank: 3), .init(title: "cost", rank: 2),
            .init(title: "never", rank: 9),
        ])
        table.rows = [
            ["a-model-with-quite-a-long-name", "2/2", "83 %", "fp_0123456789", "$0.01", ""],
            ["大模型大模型大模型大模型", "2/2 1 failed", "9 %", "fp_1", "$12.00", ""],
        ]
        return table
    }

    @Test(arguments: [24, 30, 40, 50, 60, 70, 80, 200])
    func `no line is wider than the terminal`(width: Int) {
        for line in table.lines(width: width, style: .off) {
            #expect(TerminalText.columns(of: line) <= width, "\(line)")
        }
    }

    @Test func `what is least needed goes first, and what nobody has is no column`() {
        let wide = table.lines(width: nil, style: .off)
        #expect(wide[0].contains("fingerprint") && !wide[0].contains("never"))
        let narrow = table.lines(width: 46, style: .off)
        #expect(!narrow[0].contains("fingerprint") && narrow[0].contains("done"))
        #expect(narrow[1].hasPrefix("a-model-") && narrow[1].contains("2/2"))
    }

    @Test func `changes are marked, in colour or without`() {
        let runs = WordDiff(from: "one two\nthree", to: "one 2\nthree four").runs
        #expect(
            ChangedWords(style: .off, width: nil, indent: "").text(of: runs) == "one [-two-]{+2+}\nthree{+ four+}\n")
        let coloured = TerminalStyle(isTerminal: true, environment: [:])
        let text = ChangedWords(style: coloured, width: 40, indent: "").text(of: runs)
        #expect(text.contains("\u{1B}[") && !text.contains("[-"))
    }

    @Test func `lines keep what they begin with, wrapped ones too`() {
        let runs = WordDiff(
            from: "def a():\n    return 1", to: "def a():\n    if b:\n        return 1 or some more of it"
        ).runs
        #expect(
            ChangedWords(style: .off, width: nil, indent: "  ").text(of: [WordDiff.Run(.equal, "a:\n  b\n\n\tc")])
                == "  a:\n    b\n\n      c\n")
        let coloured = ChangedWords(style: TerminalStyle(isTerminal: true, environment: [:]), width: 30, indent: "  ")
        let lines = TerminalText.sanitized(coloured.text(of: runs)).split(separator: "\n")
        #expect(lines.count == 4 && lines[1].contains("      ") && lines[3].hasPrefix("          "), "\(lines)")
    }

    @Test func `nothing of an answer is obeyed by a terminal`() {
        let runs = [WordDiff.Run(.inserted, "a\u{1B}[2Jb\u{202E}c")]
        let text = ChangedWords(style: .off, width: 40).text(of: runs)
        #expect(!text.contains("\u{1B}") && !text.contains("\u{202E}"))
    }

    @Test func `an excerpt keeps a few words around each change`() {
        let words = (1...200).map { "w\($0)" }
        var other = words
        other[100] = "changed"
        let runs = ChangedWords.excerpt(
            of: WordDiff(from: words.joined(separator: " "), to: other.joined(separator: " ")).runs)
        let text = runs.map(\.text).joined()
        #expect(text.contains("w100 w101changed w102") && text.hasPrefix("… ") && text.hasSuffix(" …"))
        #expect(text.count < 200)
    }

    @Test func `percentiles are of what was measured, by nearest rank`() {
        #expect(ArmFigures.percentile(50, of: []) == nil)
        #expect(ArmFigures.percentile(50, of: [7]) == 7)
        #expect(ArmFigures.percentile(95, of: Array(1...100)) == 95)
        #expect(ArmFigures.percentile(50, of: [4, 1, 3, 2]) == 2)
    }

    @Test func `numbers are written for people`() {
        #expect(Shown.seconds(1234) == "1.2 s")
        #expect(Shown.seconds(61_000) == "61 s")
        #expect(Shown.seconds(95) == "95 ms")
        #expect(Shown.tokens(1_554, 200) == "1,554→200")
        #expect(
            1_234_567.counted("call") == "1,234,567 calls" && 1.counted("call") == "1 call"
                && (-1_000).grouped == "-1,000")
        #expect(Shown.ratio(1.05) == "×1.05")
        #expect(Shown.percent(0.999) == "99 %")
        #expect(Shown.percent(1) == "100 %")
        #expect(Money(0.00101, "USD").text == "$0.0010")
        #expect(Money(12.5, "EUR").text == "€12.50")
    }
}
