import ConversationFormats
import Conversations
import Foundation
import OrderedJSON
import Testing

@Suite struct OpenWebUITests {
    @Test func `a fixture agrees with Python's count`() async throws {
        try await ProgramExpectations.check(
            ExportExpectations.fixtures.appending(path: "openwebui-a5.json"), format: "openwebui",
            with: OpenWebUIReader())
    }

    @Test func `branches, tags, pictures, thoughts, counts and errors are kept`() async throws {
        let reading = try await read(ExportExpectations.fixture("openwebui-a5.json"))
        let tides = reading.conversations[0]
        #expect(tides.tags == ["sea"])
        #expect(tides.createdAt?.milliseconds == 1_777_630_000_000)
        #expect(tides.currentMessageID == "00000324-0000-4000-8000-000000000324")
        let bytes: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
        #expect(
            tides.messages[0].parts == [
                .text("High tide?"), .image(MessageMedia(source: .blob(BlobDigest(of: bytes)), mediaType: "image/png")),
            ])
        #expect(reading.kept == [BlobDigest(of: bytes): bytes])
        #expect(tides.messages[1].parts == [.reasoning(Reasoning(text: "table")), .text("05:41")])
        #expect(tides.messages[1].answer?.usage == TokenUsage(input: 4, output: 3))
        #expect(tides.messages[2].status == .failed)
        #expect(tides.messages[2].answer?.error?.message == "timeout")
        #expect(tides.messages[2].parent == tides.messages[1].parent)
        #expect(reading.conversations[1].isArchived)
        #expect(reading.conversations[1].currentMessageID == nil)
    }

    @Test func `details in the words become parts, and what is no detail stays words`() async throws {
        let content =
            #"<details type=\"reasoning\" done=\"true\">\n<summary>Thought</summary>\n&gt; a &lt; b\n&gt; c\n</details>\n"#
            + #"<details type=\"tool_calls\" done=\"true\" id=\"c1\" name=\"tide\" arguments=\"&quot;{\\&quot;at\\&quot;:1}&quot;\""#
            + #" result=\"&quot;05:41&quot;\">\n<summary>Tool Executed</summary>\n</details>\nAt <details >5</details>:41 &amp; so"#
        let text = #"""
            [{"id":"x","user_id":"u","title":"t","pinned":true,"folder_id":"f","chat":{"params":{"system":"Be terse"},
            "messages":[{"role":"user","content":"q","timestamp":1700000000},
            {"role":"assistant","model":"m","content":"\#(content)","timestamp":1700000001000}]}}]
            """#
        let conversation = try await read(Array(text.utf8)).conversations[0]
        #expect(conversation.isPinned)
        #expect(conversation.instructions == "Be terse")
        #expect(conversation.extras["folder_id"] == "f")
        #expect(
            conversation.messages[1].parts == [
                .reasoning(Reasoning(text: "a < b\nc")),
                .toolCall(ToolCall(id: "c1", name: "tide", arguments: #"{"at":1}"#)),
                .toolResult(ToolResult(callID: "c1", output: "05:41")), .text("At <details >5</details>:41 &amp; so"),
            ])
        #expect(conversation.messages[1].createdAt?.milliseconds == 1_700_000_001_000)
        #expect(conversation.messages[1].parent == .message("#0"))
    }

    @Test func `words that somebody changed are the ones that count`() async throws {
        let text = #"""
            [{"id":"x","chat":{"history":{"currentId":"a","messages":{"a":{"id":"a","parentId":null,"childrenIds":[],
            "role":"assistant","content":"changed","output":[{"type":"function_call","call_id":"1","name":"f","arguments":"{}"},
            {"type":"message","content":[{"type":"output_text","text":"as it came"}]}]}}}}}]
            """#
        let message = try await read(Array(text.utf8)).conversations[0].messages[0]
        #expect(message.parts == [.toolCall(ToolCall(id: "1", name: "f", arguments: "{}")), .text("changed")])
    }

    @Test func `a member left out costs no message unsaid`() async throws {
        try await Damage.isSaid(
            "openwebui.json", try JSON(parsing: ExportExpectations.fixture("openwebui-a5.json")),
            reader: OpenWebUIReader())
    }

    @Test func `damage is survived`() async throws {
        try await Damage.survives(
            "openwebui.json", ExportExpectations.fixture("openwebui-a5.json"), reader: OpenWebUIReader())
    }

    private func read(_ bytes: [UInt8]) async throws -> ExportReading {
        try await ExportReading.of(ExportFiles("chat-export.json", bytes), with: OpenWebUIReader())
    }
}
