import ConversationFormats
import Conversations
import Foundation
import OrderedJSON
import Testing

@Suite struct ClaudeExportTests {
    @Test func `the fixture agrees with Python's count`() async throws {
        try await ExportExpectations.check(
            ExportExpectations.fixtures.appending(path: "claude-a1.json"), format: "claude", with: ClaudeReader())
    }

    @Test(.enabled(if: ExportExpectations.folder != nil, ExportExpectations.skipReason))
    func `other people's exports agree with Python's count`() async throws {
        let files =
            try ExportExpectations.files(in: "claude-chat-viewer/testdata")
            + ExportExpectations.files(in: "claude-chat-viewer/src/data/sampleConversations")
        #expect(files.count == 16)
        for file in files { try await ExportExpectations.check(file, format: "claude", with: ClaudeReader()) }
    }

    @Test(.enabled(if: ExportExpectations.folder != nil, ExportExpectations.skipReason))
    func `the example of the schema is read, its unknown block kept`() async throws {
        let folder = try #require(ExportExpectations.folder)
        let script = try String(
            contentsOf: folder.appending(path: "claude-json-schema/example/data.js"), encoding: .utf8)
        let json = try #require(script.firstIndex(of: "[")).self
        let reading = try await ExportReading.of(
            ExportFiles([("conversations.json", String(script[json...]))]), with: ClaudeReader())
        let messages = try #require(reading.conversations.first?.messages)
        #expect(messages.map(\.role) == [.user, .assistant])
        #expect(messages[1].parts.count == 3)
        #expect(messages[1].allWords.contains { $0.contains("detect_pasta_consciousness") })
        #expect(reading.notes(.degraded) == ["block of a message of a kind not known here"])
    }

    @Test func `branches, calls and thoughts are kept`() async throws {
        let reading = try await readFixture()
        let messages = reading.conversations[0].messages
        try #require(messages.count == 5)
        #expect(messages[3].parent == messages[4].parent)
        #expect(
            messages[1].parts == [
                .reasoning(Reasoning(text: "Need a table.")),
                .toolCall(ToolCall(id: "toolu_1", name: "lookup_tide", arguments: "{\"harbour\":\"Brest\"}")),
                .toolResult(ToolResult(callID: "toolu_1", output: "05:41")), .text("05:41."),
            ])
        #expect(messages[1].answer?.sentAt == Timestamp(milliseconds: 1_777_629_602_000))
        #expect(messages[1].answer?.finishedAt == Timestamp(milliseconds: 1_777_629_605_500))
        #expect(
            reading.notes == [
                ImportNote(.degraded, "attachment whose bytes are not in the export", at: "Marées — é"),
                ImportNote(
                    .skipped, "conversation in which nothing was said", at: "000001fe-0000-4000-8000-0000000001fe"),
            ])
        #expect(reading.conversations[1].messages.map(\.parent) == [.none, .previous])
    }

    @Test func `a long paste is the message's words, a named file's words stand below its name`() async throws {
        #expect(try await readFixture().conversations[0].messages[2].parts == [.text("pasted text\n")])
        let message = try await readMessage([
            "uuid": "m", "sender": "human", "text": "Look:", "created_at": "2026-05-01T10:00:00Z",
            "attachments": [
                ["file_name": "tide.csv", "extracted_content": "05:41,11:58"],
                ["file_name": "scan.pdf", "file_size": 3],
            ],
            "files": [["file_uuid": "f-1", "file_name": "chart.png"]],
            "files_v2": [["file_uuid": "f-1", "file_name": "chart.png"]],
        ])
        #expect(
            message.parts == [
                .text("Look:"), .text("tide.csv:\n\n05:41,11:58"),
                .file(MessageMedia(source: .fileID("scan.pdf"), name: "scan.pdf")),
                .image(MessageMedia(source: .fileID("f-1"), mediaType: "image/png", name: "chart.png")),
            ])
    }

    @Test func `pictures whose bytes the block holds are kept`() async throws {
        let reading = try await read([
            "uuid": "m", "sender": "human",
            "content": [
                ["type": "image", "source": ["type": "base64", "media_type": "image/png", "data": "aGFyYm91cg=="]]
            ],
        ])
        #expect(reading.kept.values.map { String(decoding: $0, as: UTF8.self) } == ["harbour"])
        #expect(reading.conversations[0].messages[0].media.first?.mediaType == "image/png")
    }

    @Test func `projects' instructions are those of their conversations, their documents a thread`() async throws {
        let conversation = """
            {"uuid":"c","name":"Tides","created_at":"2026-05-01T10:00:00Z","is_starred":true,"project_uuid":"p",\
            "current_leaf_message_uuid":"m","model":"claude-x","chat_messages":[{"uuid":"m","sender":"human","text":"hi"}]}
            """
        let project = """
            {"uuid":"p","name":"Harbours","prompt_template":"Short answers.","created_at":"2026-04-01T00:00:00Z",\
            "docs":[{"uuid":"d","filename":"brest.md","content":"Quays.","created_at":"2026-04-02T00:00:00Z"}]}
            """
        for (path, text) in [("data/projects.json", "[\(project)]"), ("data/projects/p.json", project)] {
            let source = ExportFiles([
                ("data/conversations.json", "[\(conversation)]"), (path, text),
                ("data/users.json", "[{\"uuid\":\"u\"}]"),
                ("data/memories.json", "[{\"conversations_memory\":\"likes tides\"}]"),
            ])
            #expect(ClaudeReader.recognize(source) == .certain)
            let reading = try await ExportReading.of(source, with: ClaudeReader())
            #expect(reading.conversations.map(\.id) == ["project:p", "c"])
            #expect(reading.conversations[0].messages.map(\.text) == ["brest.md:\n\nQuays."])
            let tides = reading.conversations[1]
            #expect(tides.instructions == "Short answers.")
            #expect(tides.isPinned)
            #expect(tides.model == "claude-x")
            #expect(tides.currentMessageID == "m")
            #expect(tides.extras["project_name"] == "Harbours")
            #expect(reading.notes(.skipped).count == 1)
        }
    }

    @Test func `what stands for an empty message is what it continued`() async throws {
        let reading = try await read(
            ["uuid": "a", "sender": "human", "text": "a"],
            ["uuid": "b", "sender": "assistant", "text": "", "content": [], "parent_message_uuid": "a"],
            ["uuid": "c", "sender": "human", "text": "c", "parent_message_uuid": "b"], leaf: "b")
        #expect(reading.conversations[0].messages.map(\.parent) == [.none, .message("a")])
        #expect(reading.conversations[0].currentMessageID == "a")
        #expect(reading.notes == [ImportNote(.skipped, "message in which nothing was said", at: "talk")])
    }

    @Test func `a cut answer is incomplete`() async throws {
        let message = try await readMessage([
            "uuid": "m", "sender": "assistant", "text": "half", "truncated": true, "stop_reason": "max_tokens",
        ])
        #expect(message.status == .incomplete)
        #expect(message.finishReason == "max_tokens")
    }

    @Test func `another file is no export of Claude's`() async throws {
        #expect(ClaudeReader.recognize(ExportFiles([("simple.json", "{\"invalid\":\"no\"}")])) == nil)
        #expect(ClaudeReader.recognize(ExportFiles([("conversations.json", "[{\"mapping\":{}}]")])) == nil)
    }

    // MARK: - Damage

    @Test func `whatever member is missing, no message is missing without a note`() async throws {
        try await DamagedExports.checkEveryRemoval(
            from: try ExportExpectations.fixture("claude-a1.json"), named: "conversations.json", with: ClaudeReader())
    }

    @Test func `cuts and turned bits never crash`() async throws {
        await DamagedExports.checkBrokenBytes(
            try ExportExpectations.fixture("claude-a1.json"), named: "conversations.json", with: ClaudeReader())
    }

    // MARK: - Making

    private func readFixture() async throws -> ExportReading {
        try await ExportReading.of(
            ExportFiles("conversations.json", try ExportExpectations.fixture("claude-a1.json")), with: ClaudeReader())
    }

    private func read(_ messages: JSON..., leaf: String? = nil) async throws -> ExportReading {
        var conversation: JSONObject = ["uuid": "c", "name": "talk", "chat_messages": .array(messages)]
        if let leaf { conversation["current_leaf_message_uuid"] = .string(leaf) }
        return try await ExportReading.of(
            ExportFiles("conversations.json", JSON.array([.object(conversation)]).serialized()), with: ClaudeReader())
    }

    private func readMessage(_ message: JSON) async throws -> ForeignMessage {
        try #require(try await read(message).conversations.first?.messages.first)
    }
}
