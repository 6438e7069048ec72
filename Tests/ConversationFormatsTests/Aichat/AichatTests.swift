import Conversations
import Foundation
import OrderedJSON
import Testing

@testable import ConversationFormats

@Suite struct AichatTests {
    private static let log = """
        # CHAT: High tide? [2025-05-01T12:00:00+02:00] (sailor#charts)
        High tide?
        --------
        <tool_calls>
        I look.
        [{"call":{"name":"tide","arguments":{"at":"Brest"},"id":"c1"},"output":{"time":"05:41"}}]
        </tool_calls>
        05:41
        --------

        # CHAT: [odd] one [2025-05-01T12:00:01+02:00]
        [odd] one

        # CHAT: not a header [2025-05-01T12:00:01+02:00]
        --------
        é😀

        two
        --------

        # CHAT: High tide? [2025-05-01T12:00:00+02:00] (sailor#charts)
        High tide?
        --------
        again
        --------


        """

    @Test func `each entry of the log is a conversation with its date, tools and role`() async throws {
        let reading = try await read("messages.md", Self.log)
        try #require(reading.conversations.count == 3)
        let first = reading.conversations[0]
        #expect(first.title == "High tide?")
        #expect(first.createdAt?.milliseconds == 1_746_093_600_000)
        #expect(first.extras["role"] == "sailor" && first.extras["rag"] == "charts")
        #expect(first.messages.map(\.role.name) == ["user", "assistant", "tool", "assistant"])
        #expect(first.messages[1].parts[0] == .text("I look."))
        #expect(first.messages[1].parts.toolCalls == [ToolCall(id: "c1", name: "tide", arguments: #"{"at":"Brest"}"#)])
        #expect(first.messages[2].parts == [.toolResult(ToolResult(callID: "c1", output: #"{"time":"05:41"}"#))])
        #expect(first.messages[3].parts.text == "05:41")
        let second = reading.conversations[1]
        #expect(second.title == "[odd] one")
        #expect(
            second.messages.map(\.parts.text) == [
                "[odd] one\n\n# CHAT: not a header [2025-05-01T12:00:01+02:00]", "é😀\n\ntwo",
            ])
        #expect(reading.conversations[2].id != first.id)
        #expect(reading.notes == [])
    }

    @Test func `a log that was cut off and a line of hyphens in a question are said`() async throws {
        let text =
            "# CHAT: a [2025-05-01T12:00:00Z]\na\n--------\nb\n--------\nc\n--------\n\n# CHAT: d [2025-05-01T12:00:00Z]\nd\n"
        let reading = try await read("messages.md", text)
        #expect(reading.conversations.map { $0.messages.map(\.parts.text) } == [["a", "b\n--------\nc"], ["d"]])
        #expect(
            reading.notes(.degraded) == [
                "question and answer told apart by the first of several lines of hyphens", "question without an answer",
            ])
    }

    @Test func `a session keeps what was compressed, its pictures, tools, model and options`() async throws {
        let reading = try await session()
        let conversation = reading.conversations[0]
        #expect(conversation.title == "high-tide")
        #expect(conversation.createdAt?.milliseconds == 1_746_093_600_000)
        #expect(conversation.model == "openai:gpt-4o")
        #expect(conversation.extras["use_tools"] == "all")
        try #require(
            conversation.messages.map(\.role.name) == [
                "user", "assistant", "system", "user", "assistant", "tool", "assistant",
            ])
        #expect(conversation.messages[0].parts.text == "Old: \"question\"\nwith lines\n")
        #expect(conversation.messages[1].parts.text == "true")
        #expect(conversation.messages[2].parts.text == "Summary: all's well # not a comment")
        let picture = BlobDigest(of: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
        #expect(
            conversation.messages[3].parts == [
                .text("What is it?"),
                .image(MessageMedia(source: .blob(picture), mediaType: "image/png", name: "port.png")),
            ])
        #expect(
            conversation.messages[4].parts.toolCalls == [
                ToolCall(id: "c1", name: "tide", arguments: #"{"at":"Brest","day":1}"#)
            ])
        #expect(conversation.messages[5].parts == [.toolResult(ToolResult(callID: "c1", output: "05:41"))])
        #expect(conversation.messages[6].parts.text == "05:41 é😀\n\n  indented\n")
        #expect(conversation.messages[6].answer?.parameters.temperature == 0.5)
        #expect(reading.notes == [])
    }

    @Test(arguments: ["a: &x [1]\nb: *x\nmodel: m\nmessages: []\n", "model: m\nmessages: [[[", "model: m\n"])
    func `a document that refers to itself, is cut off or is no session is refused in words`(
        _ text: String
    ) async throws {
        await #expect(throws: FormatError.self) { try await read("s.yaml", "model: m\n# messages:\n" + text) }
    }

    @Test func `a session without one of its keys is kept, kept in part and said, or refused by name`() async throws {
        let path = "sessions/_/20250501T100000-high-tide.yaml"
        let json = try YAMLDocument.json(ExportExpectations.fixture("aichat-session.yaml"), named: path)
        let whole = try await ExportReading.of(ExportFiles(path, yaml(json)), with: AichatReader())
        #expect(
            whole.conversations[0].messages.map(\.parts) == (try await session()).conversations[0].messages.map(\.parts)
        )
        for (place, document) in Damage.withoutOneMember(json) {
            // A session that was never compressed has none of these, and a call's arguments are whatever they are.
            if place == "compressed_messages" || place.contains("/arguments/") { continue }
            let reading: ExportReading
            do {
                reading = try await ExportReading.of(ExportFiles(path, yaml(document)), with: AichatReader())
            } catch is FormatError {
                continue
            }
            #expect(reading.messageCount >= whole.messageCount || !reading.notes(.lost).isEmpty, "without \(place)")
            let words = { (reading: ExportReading) in
                reading.conversations.flatMap(\.messages).flatMap(\.allWords).reduce(0) { $0 + $1.utf8.count }
            }
            #expect(
                words(reading) >= words(whole) || !reading.notes.isEmpty, "without \(place): fewer words, nothing said")
        }
    }

    @Test func `damage is survived`() async throws {
        try await Damage.survives("messages.md", Array(Self.log.utf8), reader: AichatReader())
        try await Damage.survives(
            "s.yaml", ExportExpectations.fixture("aichat-session.yaml"), reader: AichatReader())
        let deep = "model: m\nmessages: " + String(repeating: "[", count: 100_000)
        await #expect(throws: FormatError.self) { try await read("s.yaml", deep) }
    }

    private func session() async throws -> ExportReading {
        try await ExportReading.of(
            ExportFiles("sessions/_/20250501T100000-high-tide.yaml", ExportExpectations.fixture("aichat-session.yaml")),
            with: AichatReader())
    }

    /// JSON is YAML (YAML 1.2, section 1.2); its outermost members stand on lines of their own, as aichat writes them.
    private func yaml(_ json: JSON) -> [UInt8] {
        Array((json.object ?? [:]).map { "\($0.key): \($0.value.text())\n" }.joined().utf8)
    }

    @discardableResult
    private func read(_ path: String, _ text: String) async throws -> ExportReading {
        let source = ExportFiles(path, Array(text.utf8))
        return try await ExportReading.of(source, with: AichatReader())
    }
}
