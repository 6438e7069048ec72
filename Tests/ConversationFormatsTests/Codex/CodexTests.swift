import ConversationFormats
import Conversations
import Foundation
import OrderedJSON
import Testing

@Suite struct CodexTests {
    private static let path = "2026/02/01/rollout-2026-02-01T10-00-00-0199a213-81a0-7000-8000-000000000001.jsonl"

    @Test func `the items of an answer are one message, and each turn has its model and counts`() async throws {
        let conversation = try await session("codex-rollout.jsonl").conversations[0]
        #expect(conversation.id == "0199a213-81a0-7000-8000-000000000001")
        #expect(conversation.title == "Tides")
        #expect(conversation.instructions == "You are Codex.")
        #expect(conversation.createdAt?.milliseconds == 1_769_939_999_500)
        #expect(conversation.extras["git"]?["branch"] == "main")
        #expect(
            conversation.messages.map(\.role.name) == [
                "developer", "user", "user", "assistant", "tool", "tool", "assistant", "user", "assistant", "user",
                "assistant", "assistant",
            ])
        let answer = conversation.messages[3]
        #expect(answer.parts.reasoningText == "**Looking**")
        #expect(answer.parts.text == "I look.")
        #expect(
            answer.parts.toolCalls == [
                ToolCall(id: "call_1", name: "shell", arguments: #"{"command":["tide"]}"#),
                ToolCall(id: "call_2", name: "apply_patch", arguments: "*** Begin Patch", kind: "custom"),
            ])
        #expect(answer.answer?.usage == TokenUsage(input: 90, cached: 40, output: 30, reasoning: 20))
        #expect(answer.answer?.modelRequested == "gpt-5.2-codex")
        #expect(answer.answer?.upstream == "openai")
        #expect(answer.answer?.parameters.extras["reasoning_effort"] == "high")
        guard case .reasoning(let reasoning) = answer.parts[0] else {
            throw ExportExpectations.Failure(reason: "order")
        }
        #expect(reasoning.item?["encrypted_content"] == "gAAA")
        #expect(conversation.messages[6].parts.text == "05:41 é😀")
        #expect(conversation.model == "gpt-5.3-codex")
    }

    @Test func `a turn that was rolled back is a branch, and what was said after it hangs before it`() async throws {
        let reading = try await session("codex-rollout.jsonl")
        let messages = reading.conversations[0].messages
        #expect(messages[8].status == .interrupted)
        #expect(messages[9].parts.text == "And tomorrow?")
        #expect(messages[9].parent == messages[7].parent)
        #expect(messages[10].parts.text == "Summary so far")
        #expect(messages[11].status == .failed)
        #expect(messages[11].answer?.error?.message == "stream disconnected")
        #expect(reading.conversations[0].currentMessageID == messages[11].id)
        #expect(reading.notes(.lost) == [])
    }

    @Test func `the first layout reads the same`() async throws {
        let conversation = try await session("codex-first-layout.jsonl").conversations[0]
        #expect(conversation.id == "5973b6c0-94b8-487b-a530-2aeb6098ae0e")
        #expect(conversation.instructions == "Be terse")
        #expect(conversation.messages.map(\.role.name) == ["user", "assistant", "tool", "assistant"])
        #expect(conversation.messages[1].parts.toolCalls.map(\.id) == ["call_1"])
        #expect(conversation.createdAt?.milliseconds == 1_746_638_661_597)
    }

    @Test func `words that only an event has are a message`() async throws {
        let text = #"""
            {"timestamp":"2026-02-01T10:00:00.000Z","type":"session_meta","payload":{"id":"x"}}
            {"timestamp":"2026-02-01T10:00:01.000Z","type":"event_msg","payload":{"type":"user_message","message":"hi"}}
            {"timestamp":"2026-02-01T10:00:02.000Z","type":"event_msg","payload":{"type":"agent_reasoning","text":"hm"}}
            {"timestamp":"2026-02-01T10:00:03.000Z","type":"event_msg","payload":{"type":"agent_message","message":"ho"}}
            """#
        let reading = try await ExportReading.of(ExportFiles(Self.path, Array(text.utf8)), with: CodexReader())
        #expect(reading.conversations[0].messages.map(\.parts.text).filter { !$0.isEmpty } == ["hi", "ho"])
    }

    @Test(arguments: ["codex-rollout.jsonl", "codex-first-layout.jsonl"])
    func `a member left out of a line costs no message unsaid`(_ name: String) async throws {
        let lines = try ExportExpectations.fixture(name).split(separator: 0x0A).map { try JSON(parsing: $0) }
        try await Damage.isSaid(Self.path, .array(lines), reader: CodexReader()) { json in
            Array((json.array ?? []).map { $0.serialized() }.joined(separator: [0x0A]))
        }
    }

    @Test func `damage is survived`() async throws {
        try await Damage.survives(Self.path, ExportExpectations.fixture("codex-rollout.jsonl"), reader: CodexReader())
    }

    private func session(_ name: String) async throws -> ExportReading {
        let source = ExportFiles(Self.path, try ExportExpectations.fixture(name))
        #expect(CodexReader.recognize(source) == .certain)
        let reading = try await ExportReading.of(source, with: CodexReader())
        try #require(reading.messageCount == (name == "codex-rollout.jsonl" ? 12 : 4))
        return reading
    }
}
