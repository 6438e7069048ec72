import ConversationFormats
import Conversations
import Foundation
import OrderedJSON
import Testing

@Suite struct LibreChatTests {
    @Test(arguments: ["librechat-a3.json", "librechat-a4.json"])
    func `fixtures agree with Python's count`(_ name: String) async throws {
        try await ProgramExpectations.check(
            ExportExpectations.fixtures.appending(path: name), format: "librechat", with: LibreChatReader())
    }

    @Test(.enabled(if: ExportExpectations.folder != nil, ExportExpectations.skipReason))
    func `other people's exports agree with Python's count`() async throws {
        let files = try ExportExpectations.files(in: "librechat-import-fixtures").filter {
            $0.lastPathComponent.hasPrefix("librechat")
        }
        #expect(files.count == 4)
        for file in files { try await ProgramExpectations.check(file, format: "librechat", with: LibreChatReader()) }
    }

    @Test func `a message that has only blocks is kept with its thoughts and tools, and so is what hangs below it`()
        async throws
    {
        let conversation = try await read(ExportExpectations.fixture("librechat-a3.json")).conversations[0]
        let answer = conversation.messages[1]
        #expect(
            answer.parts == [
                .reasoning(Reasoning(text: "table")),
                .toolCall(ToolCall(id: "call_1", name: "lookup_tide", arguments: "{\"harbour\":\"Brest\"}")),
                .toolResult(ToolResult(callID: "call_1", output: "05:41")), .text("05:41"),
            ])
        #expect(conversation.messages[2].parts.text == "thanks")
        #expect(conversation.messages[2].parent == .message(answer.id ?? ""))
        #expect(answer.answer?.upstream == "openAI")
        #expect(conversation.messages[0].parent == .none)
    }

    @Test func `an error is a failed message with its words`() async throws {
        let conversation = try await read(ExportExpectations.fixture("librechat-a4.json")).conversations[0]
        #expect(conversation.messages[2].status == .failed)
        #expect(conversation.messages[2].answer?.error?.message == "quota")
    }

    @Test func `the preset's instructions and options are the conversation's`() async throws {
        let text = """
            {"conversationId":"c","title":"T","exportAt":"10:00","options":{"promptPrefix":"Be terse","model":"m",
            "temperature":0.8},"messages":[{"messageId":"1","sender":"User","isCreatedByUser":true,"text":"hi",
            "files":[{"filename":"a.png","filepath":"/images/a.png","type":"image/png","width":1}]}]}
            """
        let reading = try await read(Array(text.utf8))
        let conversation = reading.conversations[0]
        #expect(conversation.instructions == "Be terse")
        #expect(conversation.model == "m")
        #expect(conversation.extras["options"]?["temperature"]?.double == 0.8)
        #expect(
            conversation.messages[0].parts[1]
                == .image(MessageMedia(source: .fileID("/images/a.png"), mediaType: "image/png", name: "a.png")))
        #expect(reading.notes(.degraded) == ["attachment whose bytes are not in the export"])
    }

    @Test func `a tree deeper than JSON is read keeps every message`() async throws {
        var text = #"{"conversationId":"c","title":"[{deep}]","exportAt":"10:00","messagesTree":["#
        let depth = 3000
        for number in 0..<depth {
            text +=
                #"{"messageId":"\#(number)","text":"\#(number) \"children\":[","isCreatedByUser":\#(number % 2 == 0),"#
            text += #""createdAt":"2025-05-01T10:00:00.000Z","children":["#
        }
        text += String(repeating: "]}", count: depth) + "]}"
        let conversation = try #require(try await read(Array(text.utf8)).conversations.first)
        #expect(conversation.title == "[{deep}]")
        try #require(conversation.messages.count == depth)
        #expect(conversation.messages[2999].parent == .message("2998"))
        #expect(conversation.messages[2999].parts.text == #"2999 "children":["#)
    }

    @Test(arguments: ["librechat-a3.json", "librechat-a4.json"])
    func `a member left out costs no message unsaid`(_ name: String) async throws {
        try await Damage.isSaid(
            name, try JSON(parsing: ExportExpectations.fixture(name)), reader: LibreChatReader())
    }

    @Test func `damage is survived`() async throws {
        try await Damage.survives(
            "librechat.json", ExportExpectations.fixture("librechat-a3.json"), reader: LibreChatReader())
    }

    private func read(_ bytes: [UInt8]) async throws -> ExportReading {
        try await ExportReading.of(ExportFiles("librechat.json", bytes), with: LibreChatReader())
    }
}
