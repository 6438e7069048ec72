import Testing
import WordDiff

struct TextTokensTests {
    @Test(arguments: UInt64(1)...200)
    func `joined, the tokens are the text, byte for byte`(seed: UInt64) {
        var texts = RandomTexts(seed: seed)
        let text = texts.text(upTo: 60)
        let tokens = TextTokens(text)
        #expect(tokens.texts.joined().utf8.elementsEqual(text.utf8))
        #expect(tokens.texts.allSatisfy { !$0.isEmpty })
        #expect(tokens.count == tokens.texts.count)
        // What a reader takes for one character is never cut.
        #expect(tokens.texts.map(\.count).reduce(0, +) == text.count)
    }

    @Test(arguments: [
        ("Don’t stop.", ["Don’t", " ", "stop", "."]),
        ("l'été 3.14, 1,000", ["l'été", " ", "3.14", ",", " ", "1,000"]),
        ("snake_case\r\n\r\nx", ["snake_case", "\r\n\r\n", "x"]),
        ("今日は。", ["今", "日", "は", "。"]),
        ("น้ำใจ", ["น้ำ", "ใ", "จ"]),
        ("한국어 말", ["한국어", " ", "말"]),
        ("می‌خواهم بروم", ["می‌خواهم", " ", "بروم"]),
        ("हिन्दी में", ["हिन्दी", " ", "में"]),
        ("a👩‍👩‍👧b", ["a", "👩‍👩‍👧", "b"]),
        ("e\u{301}te\u{301}!", ["e\u{301}te\u{301}", "!"]),
        ("", []),
    ])
    func `a text is cut into words, signs and the space between`(text: String, tokens: [String]) {
        #expect(TextTokens(text).texts == tokens)
    }

    @Test func `words are counted in any script`() {
        #expect(TextTokens("Two words, no more.").wordCount == 4)
        #expect(TextTokens("今日は。").wordCount == 3)
        #expect(TextTokens(" … !").wordCount == 0)
    }
}
