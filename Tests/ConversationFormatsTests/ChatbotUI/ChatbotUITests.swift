import ConversationFormats
import Conversations
import Foundation
import OrderedJSON
import Testing

@Suite struct ChatbotUITests {
    private static let version4 = #"""
        {"version":4,"history":[{"id":"a","name":"Tides","messages":[{"role":"user","content":"High tide?"},
        {"role":"assistant","content":"05:41"}],"model":{"id":"gpt-4","name":"GPT-4"},"prompt":"Be terse","temperature":0.5,
        "folderId":"f"}],"folders":[{"id":"f","name":"Sea","type":"chat"}],"prompts":[{"id":"p","name":"P","content":"x"}]}
        """#

    @Test(.enabled(if: ExportExpectations.folder != nil, ExportExpectations.skipReason))
    func `another person's export agrees with Python's count`() async throws {
        let files = try ExportExpectations.files(in: "librechat-import-fixtures").filter {
            $0.lastPathComponent.hasPrefix("chatbotui")
        }
        #expect(files.count == 1)
        for file in files { try await ProgramExpectations.check(file, format: "chatbotui", with: ChatbotUIReader()) }
    }

    @Test func `instructions, model, temperature and folder are kept, and a prompt template is said`() async throws {
        let reading = try await read(Self.version4)
        let conversation = reading.conversations[0]
        #expect(conversation.instructions == "Be terse")
        #expect(conversation.tags == ["Sea"])
        #expect(conversation.messages.map(\.parts.text) == ["High tide?", "05:41"])
        #expect(conversation.messages[1].answer?.modelRequested == "gpt-4")
        #expect(conversation.messages[1].answer?.parameters.temperature == 0.5)
        #expect(reading.notes(.skipped) == ["prompt template: no part of a conversation"])
    }

    @Test(arguments: [
        #"[{"id":1,"name":"Tides","messages":[{"role":"user","content":"High tide?"},{"role":"assistant","content":"05:41"}]}]"#,
        #"{"history":[{"id":1,"name":"Tides","messages":[{"role":"user","content":"High tide?"},{"role":"assistant","content":"05:41"}]}],"folders":[]}"#,
        #"{"theme":"dark","conversationHistory":"[{\"id\":1,\"name\":\"Tides\",\"messages\":[{\"role\":\"user\",\"content\":\"High tide?\"},{\"role\":\"assistant\",\"content\":\"05:41\"}]}]"}"#,
    ])
    func `older versions and a browser's storage read the same`(_ text: String) async throws {
        let source = ExportFiles("data.json", Array(text.utf8))
        #expect(ChatbotUIReader.recognize(source) != nil)
        let conversations = try await read(text).conversations
        #expect(conversations.map(\.id) == ["1"])
        #expect(conversations.flatMap(\.messages).map(\.parts.text) == ["High tide?", "05:41"])
    }

    @Test func `a member left out costs no message unsaid`() async throws {
        try await Damage.isSaid("chatbotui.json", try JSON(parsing: Self.version4), reader: ChatbotUIReader())
    }

    @Test func `damage is survived`() async throws {
        try await Damage.survives("chatbotui.json", Array(Self.version4.utf8), reader: ChatbotUIReader())
    }

    private func read(_ text: String) async throws -> ExportReading {
        try await ExportReading.of(ExportFiles("data.json", Array(text.utf8)), with: ChatbotUIReader())
    }
}
