import Conversations
import Testing

@testable import ConversationFormats

struct PlainMarkdownTests {
    @Test func `headings that say who speaks make a conversation`() async throws {
        let text = """
            # On tides

            ## User

            High tide?

            ## Assistant

            ```
            ## User
            ```
            05:41

            ### You:
            Thanks.
            """
        let read = try await ReadDocument.of(DocumentSource("a.md", text), MarkdownReader())
        let conversation = try #require(read.conversations.first)
        #expect(conversation.title == "On tides")
        #expect(conversation.messages.map(\.role) == [.user, .assistant, .user])
        #expect(conversation.messages.map { $0.parts.text } == ["High tide?", "```\n## User\n```\n05:41", "Thanks."])
        #expect(conversation.messages.allSatisfy { $0.id == nil && $0.parent == .previous })
    }

    @Test func `bold names do as well, and a system prompt instructs`() async throws {
        let text =
            "---\ntitle: \"A chat\"\n---\n**System:**\nBe brief.\n\n**You:**\r\nHi\r\n\n**ChatGPT:**\nHello **you**.\n"
        let read = try await ReadDocument.of(DocumentSource("a.md", text), MarkdownReader())
        let conversation = try #require(read.conversations.first)
        #expect(conversation.title == "A chat")
        #expect(conversation.instructions == "Be brief.")
        #expect(conversation.messages.map { $0.parts.text } == ["Hi", "Hello **you**."])
    }

    @Test func `a document without turns is passed over and said`() async throws {
        let read = try await ReadDocument.of(DocumentSource("a.md", "# Notes\n\n- milk\n"), MarkdownReader())
        #expect(read.conversations.isEmpty)
        #expect(read.notes.map(\.severity) == [.skipped])
        #expect(MarkdownReader.recognize(DocumentSource("a.md", "# Notes\n")) == nil)
    }

    @Test func `what Diwan wrote is recognized for certain`() async throws {
        let document = try await WrittenDocument.of([plainThread(["a"])], MarkdownWriter(includesBranches: false))
        #expect(MarkdownReader.recognize(DocumentSource("a.md", document.text)) == .certain)
        #expect(MarkdownReader.recognize(DocumentSource("a.md", "## User\n\nhi\n")) == .possible)
        #expect(DiwanReader.recognize(DocumentSource("a.md", document.text)) == nil)
    }
}
