import ConversationFormats
import Conversations
import Foundation
import OrderedJSON
import Testing

@Suite struct ClaudeCodeTests {
    private static let path = "sea/11111111-2222-4333-8444-555555555555.jsonl"

    @Test func `the lines of an answer are one message, with its thoughts, words, tools and counts`() async throws {
        let conversation = try await session().conversations[0]
        #expect(conversation.id == "11111111-2222-4333-8444-555555555555")
        #expect(conversation.title == "Tides" && conversation.titleIsGiven)
        let answer = conversation.messages[1]
        #expect(answer.id == "a1")
        #expect(answer.parts.reasoningText == "Look it up.")
        #expect(answer.parts.text == "Two ports.")
        #expect(answer.parts.toolCalls.map(\.name) == ["Bash", "Task"])
        #expect(answer.parts.toolCalls[0].arguments == #"{"command":"tide Brest"}"#)
        #expect(answer.answer?.usage == TokenUsage(input: 34, cached: 20, output: 55))
        #expect(answer.answer?.modelReported == "claude-opus-4-6")
        #expect(answer.finishReason == "tool_use")
        #expect(answer.createdAt?.milliseconds == 1_768_910_240_000)
        #expect(answer.answer?.finishedAt?.milliseconds == 1_768_910_243_000)
    }

    @Test func `what follows hangs together: results, what came after progress, branches, an agent, a compaction`()
        async throws
    {
        let conversation = try await session().conversations[0]
        let parents = Dictionary(
            uniqueKeysWithValues: conversation.messages.map { message in
                let parent: String? = if case .message(let id) = message.parent { id } else { nil }
                return (message.id ?? "", parent)
            })
        #expect(
            parents == [
                "u1": nil, "a1": "u1", "s1": "a1", "s2": "s1", "r1": "a1", "r2": "r1", "a5": "r2", "u2": "a5",
                "u3": "a5",
                "c1": "u3", "u4": "c1", "a6": "u4",
            ])
        #expect(conversation.currentMessageID == "a6")
        #expect(conversation.messages.first { $0.id == "r1" }?.role == .tool)
    }

    @Test func `results, pictures, errors and what the program says are kept or said`() async throws {
        let reading = try await session()
        let conversation = reading.conversations[0]
        let picture = BlobDigest(of: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
        #expect(
            conversation.messages.first { $0.id == "r2" }?.parts == [
                .toolResult(ToolResult(callID: "toolu_2", output: "07:10")),
                .image(MessageMedia(source: .blob(picture), mediaType: "image/png")),
            ])
        let failed = try #require(conversation.messages.last)
        #expect(failed.status == .failed)
        #expect(failed.answer?.error?.traceID == "req_9")
        #expect(conversation.extras["cwd"] == "/sea")
        #expect(conversation.extras["messages"]?["u3"]?["gitBranch"] == "tides")
        #expect(conversation.extras["messages"]?["c1"]?["compactMetadata"]?["preTokens"]?.int == 155_000)
        #expect(conversation.extras["messages"]?["r2"]?["is_error"]?[0]?.string == "toolu_2")
        #expect(conversation.extras["summaries"] == ["Tides of another day"])
        #expect(
            Set(reading.notes(.skipped)) == [
                "line about the program: file-history-snapshot", "line about the program: progress",
                "tool result's second form beside its words",
            ])
        #expect(reading.notes(.lost) == [])
    }

    @Test func `a folder gives a conversation for each session, and leaves other files alone`() async throws {
        let bytes = try ExportExpectations.fixture("claudecode-session.jsonl")
        let agent = #"""
            {"parentUuid":null,"isSidechain":true,"agentId":"a1b2","sessionId":"s","type":"user","message":{"role":"user","content":"Go"},"uuid":"x","timestamp":"2026-01-20T11:57:17.716Z"}
            """#
        let source = ExportFiles([
            (Self.path, String(decoding: bytes, as: UTF8.self)), ("sea/agent-a1b2.jsonl", agent), ("notes.txt", "hi"),
        ])
        #expect(ClaudeCodeReader.recognize(source) == .certain)
        let reading = try await ExportReading.of(source, with: ClaudeCodeReader())
        #expect(reading.conversations.map(\.id) == ["11111111-2222-4333-8444-555555555555", "s/a1b2"])
    }

    @Test func `a member left out of a line costs no message unsaid`() async throws {
        let lines = try lines()
        try await Damage.isSaid(
            Self.path, .array(lines), reader: ClaudeCodeReader(), written: Self.written)
    }

    @Test func `damage, and parents in a circle, are survived`() async throws {
        let bytes = try ExportExpectations.fixture("claudecode-session.jsonl")
        try await Damage.survives(Self.path, bytes, reader: ClaudeCodeReader())
        let circle = #"""
            {"type":"progress","uuid":"p","parentUuid":"q","sessionId":"s"}
            {"type":"progress","uuid":"q","parentUuid":"p","sessionId":"s"}
            {"type":"user","uuid":"u","parentUuid":"p","sessionId":"s","message":{"role":"user","content":"hi"}}
            """#
        let reading = try await ExportReading.of(ExportFiles("s.jsonl", Array(circle.utf8)), with: ClaudeCodeReader())
        #expect(reading.messageCount == 1)
    }

    private static func written(_ json: JSON) -> [UInt8] {
        Array((json.array ?? []).map { $0.serialized() }.joined(separator: [0x0A]))
    }

    private func lines() throws -> [JSON] {
        try ExportExpectations.fixture("claudecode-session.jsonl").split(separator: 0x0A).map { try JSON(parsing: $0) }
    }

    private func session() async throws -> ExportReading {
        let reading = try await ExportReading.of(
            ExportFiles(Self.path, try ExportExpectations.fixture("claudecode-session.jsonl")), with: ClaudeCodeReader()
        )
        try #require(reading.messageCount == 12)
        return reading
    }
}
