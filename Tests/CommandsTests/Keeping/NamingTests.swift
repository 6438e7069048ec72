import ConversationService
import Testing

@testable import Commands

struct NamingTests {
    @Test(
        arguments: [
            ("Trip to Kyoto", "Trip to Kyoto"), ("\"Trip to Kyoto.\"", "Trip to Kyoto"),
            ("Title: **Trip to Kyoto**\n\nI chose it because", "Trip to Kyoto"),
            ("\n\n# Trip to Kyoto", "Trip to Kyoto"),
            ("「京都の旅」", "京都の旅"), ("title", nil), ("", nil), ("  \n \"\" \n", nil),
            ("Title\nTrip to Kyoto", "Trip to Kyoto"),
        ] as [(String, String?)])
    func `a title is what is left of an answer without what models put around one`(answer: String, title: String?) {
        #expect(AutomaticTitle.title(in: answer) == title)
    }

    @Test func `a title of a talkative model is cut at sixty columns`() throws {
        let title = try #require(AutomaticTitle.title(in: String(repeating: "word ", count: 40)))
        #expect(TerminalText.columns(of: title) <= 60)
    }

    @Test func `the tag comes last, with or without its sign`() throws {
        let plain = try TagCommand.read(["k3f9", "@2", "work"])
        #expect(plain.threads == ["k3f9", "@2"])
        #expect(plain.tag == "work")
        #expect(try TagCommand.read(["k3f9", "#work"]).tag == "work")
    }

    @Test(arguments: [["work"], [], ["k3f9", "#"], ["k3f9", "two words"], ["k3f9", "a,b"], ["k3f9", "a\u{7}"]])
    func `a tag without a thread, or one that is no word, is refused`(words: [String]) {
        #expect(throws: (any Error).self) { try TagCommand.read(words) }
    }

    @Test(arguments: ["draft", "keep", "第二稿", "v2", "a.b"])
    func `a word is a label`(name: String) throws {
        try NameRules.checkLabel(name)
    }

    @Test(arguments: ["", "a b", "a/b", "a:b", "@2", "-x", "a\u{1b}", String(repeating: "a", count: 65)])
    func `what could not be typed after a colon is no label`(name: String) {
        #expect(throws: ServiceError.self) { try NameRules.checkLabel(name) }
    }
}
