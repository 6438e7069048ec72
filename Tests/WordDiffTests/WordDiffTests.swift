import TestSupport
import Testing
import WordDiff

struct WordDiffTests {
    private func marked(_ old: String, _ new: String) -> String {
        WordDiff(from: old, to: new).runs.map { run in
            switch run.change {
            case .equal: run.text
            case .removed: "[-\(run.text)-]"
            case .inserted: "{+\(run.text)+}"
            }
        }.joined()
    }

    @Test(arguments: UInt64(1)...300)
    func `the changes make the other text, byte for byte, both ways`(seed: UInt64) throws {
        var texts = RandomTexts(seed: seed)
        let old = texts.text(upTo: 80)
        for new in [texts.changed(old), texts.text(upTo: 80), old, ""] {
            let diff = WordDiff(from: old, to: new)
            #expect(try #require(diff.apply(to: old)).utf8.elementsEqual(new.utf8))
            #expect(try #require(diff.reversed.apply(to: new)).utf8.elementsEqual(old.utf8))
            #expect((0...1).contains(diff.similarity))
            #expect(abs(diff.similarity - WordDiff(from: new, to: old).similarity) < 0.1)
            #expect(diff.isEmpty == old.utf8.elementsEqual(new.utf8))
            #expect(diff.runs.allSatisfy { !$0.text.isEmpty })
            for (run, next) in zip(diff.runs, diff.runs.dropFirst()) {
                #expect(run.change != next.change && !(run.change == .inserted && next.change == .removed))
            }
        }
    }

    @Test(arguments: UInt64(1)...100)
    func `as much stays as can`(seed: UInt64) {
        var numbers = SeededNumbers(seed: seed)
        let words = ["a", "b", "c", "d"]
        let old = (0..<40).map { _ in words.randomElement(using: &numbers) ?? "" }
        let new = (0..<30).map { _ in words.randomElement(using: &numbers) ?? "" }
        // The longest common subsequence by the textbook.
        var row = [Int](repeating: 0, count: new.count + 1)
        for word in old {
            var corner = 0
            for index in new.indices {
                let above = row[index + 1]
                row[index + 1] = word == new[index] ? corner + 1 : max(above, row[index])
                corner = above
            }
        }
        let diff = WordDiff(from: old.joined(separator: " "), to: new.joined(separator: " "))
        #expect(abs(diff.similarity - Double(2 * row[new.count]) / 70) < 1e-9)
    }

    @Test func `two spellings of one letter are a change`() {
        let diff = WordDiff(from: "caf\u{E9}", to: "cafe\u{301}")
        #expect(diff.runs.map(\.change) == [.removed, .inserted])
        #expect(diff.similarity == 0)
        #expect(diff.apply(to: "cafe\u{301}") == nil)
    }

    @Test func `changes are of words, and the space around them stays`() {
        #expect(
            marked("The tide is high at noon.", "The tide is low at noon.") == "The tide is [-high-]{+low+} at noon.")
        #expect(marked("one two four", "one two three four") == "one two {+three +}four")
        #expect(marked("今日は雨です。", "今日は晴れです。") == "今日は[-雨-]{+晴れ+}です。")
        #expect(marked("هذا كتاب قديم", "هذا كتاب جديد") == "هذا كتاب [-قديم-]{+جديد+}")
        #expect(marked("a b", "a\nb") == "a[- -]{+\n+}b")
        #expect(WordDiff(from: "a b", to: "a\nb").similarity == 1)
    }

    @Test func `a word that stayed by chance does not cut two sentences into pieces`() {
        let shown = marked("High water comes to the harbour before noon", "Nobody asked whether the ships sail today")
        #expect(shown == "[-High water comes to the harbour before noon-]{+Nobody asked whether the ships sail today+}")
    }

    @Test func `nothing and something`() {
        #expect(WordDiff(from: "", to: "").similarity == 1)
        #expect(WordDiff(from: "", to: "x").runs == [WordDiff.Run(.inserted, "x")])
        #expect(WordDiff(from: "x", to: "").similarity == 0)
    }

    @Test func `long texts with nothing in common end, and are right`() {
        var numbers = SeededNumbers(seed: 7)
        func words(_ count: Int, of vocabulary: Int) -> String {
            (0..<count).map { _ in "w\(Int.random(in: 0..<vocabulary, using: &numbers))" }.joined(separator: " ")
        }
        let (old, new) = (words(5_000, of: 40), words(5_000, of: 40))
        #expect(WordDiff(from: old, to: new).apply(to: old) == new)
        let long = words(100_000, of: 1_000_000)
        let longer = long.replacing("w7", with: "v7") + words(1_000, of: 10)
        #expect(WordDiff(from: long, to: longer).apply(to: long) == longer)
    }
}
