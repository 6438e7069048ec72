import ConversationStorage
import Conversations
import Foundation
import OrderedJSON
import Testing

@testable import ConversationFormats

struct ShareGPTTests {
    private func read(_ text: String, wantsAttachments: Bool = true) async throws -> ReadDocument {
        try await ReadDocument.of(
            DocumentSource("a.json", text), ShareGPTReader(), wantsAttachments: wantsAttachments)
    }

    @Test func `turns, instructions, tools and preferences are read`() async throws {
        let read = try await read(Self.fixture)
        #expect(read.notes == [])
        #expect(read.conversations.map(\.id) == ["id_0", "id_1_0", "id_2", nil, "id_4"])
        #expect(read.conversations[0].messages.map(\.role) == [.user, .assistant, .user])
        #expect(read.conversations[1].messages.map(\.role) == [.assistant, .user, .assistant])
        let tools = read.conversations[2]
        #expect(tools.instructions == "You are a tide clerk.")
        #expect(
            tools.messages.map(\.parts) == [
                [.text("Brest?")],
                [.toolCall(ToolCall(id: "call_1", name: "lookup_tide", arguments: #"{"harbour":"Brest"}"#))],
                [.toolResult(ToolResult(callID: "call_1", output: "05:41"))], [.text("05:41")],
            ])
        #expect(tools.messages[3].answer?.parameters.tools?[0]?["function"]?["name"] == "lookup_tide")
        #expect(read.conversations[3].instructions == "inline system")
        #expect(read.conversations[3].messages.map(\.role) == [.user, .assistant])
        let preference = read.conversations[4]
        #expect(preference.messages.map(\.labels) == [[], ["chosen"], ["rejected"]])
        #expect(preference.messages.map(\.parent) == [.previous, .message("1"), .message("1")])
        #expect(preference.currentMessageID == preference.messages[1].id)
    }

    @Test(arguments: [
        #"[{"conversations":[{"from":"human","value":"q"},{"from":"gpt","value":"a"}]}]"#,
        #"{"conversations":[{"from":"user","value":"q"},{"from":"bing","value":"a"}]}"#,
        #"{"conversation":[{"role":"user","content":"q"},{"role":"assistant","content":"a"}]}"# + "\n\n"
            + #"{"conversation":[{"role":"user","content":"q"}]}"#,
        #"{"items":[{"from":"human","value":"q"},{"from":"chatgpt","value":"a"}]}"#,
        #"{"messages":[{"role":"user","content":"q"},{"role":"assistant","content":"a"}],"id":1}"#,
        "\u{FEFF}" + #"[{"conversations":[{"from":"human","value":"q"},{"from":"gpt","value":"a"}]}]"#,
    ])
    func `every name for a turn is known`(text: String) async throws {
        let read = try await read(text)
        #expect(read.notes == [])
        #expect(read.conversations[0].messages.map(\.role) == [.user, .assistant])
        #expect(read.conversations[0].messages.map { $0.parts.text } == ["q", "a"])
    }

    @Test func `a conversation that cannot be read is lost and the next one is not`() async throws {
        let read = try await read(
            #"[{"conversations":[{"value":"x"}]},{"no":1},7,{"conversations":[{"from":"human","value":"q"}]}]"#)
        #expect(read.conversations.map { $0.messages.map { $0.parts.text } } == [["q"]])
        #expect(
            read.lost == [
                "a conversation with a turn that does not say who speaks", "a conversation with no turns",
                "an example that is no object",
            ])
    }

    @Test func `a line separator inside of a line is a character`() async throws {
        let read = try await read(
            "{\"conversations\":[{\"from\":\"human\",\"value\":\"a\u{2028}b\"}]}\n{\"conversations\":[{\"from\":\"human\",\"value\":\"c\"}]}"
        )
        #expect(read.conversations.map { $0.messages[0].parts.text } == ["a\u{2028}b", "c"])
    }

    @Test(arguments: [true, false])
    func `what is written is read as it was`(asArray: Bool) async throws {
        var threads: [ThreadRecord] = []
        for (index, text) in RandomThread.hardTexts.enumerated() {
            var thread = plainThread([text, text + "!", "\(index)", text])
            thread.id = ThreadID(derivedFrom: ["\(index)"])
            thread.instructions = index % 2 == 0 && !text.isEmpty ? text : nil
            threads.append(thread)
        }
        let document = try await WrittenDocument.of(threads, ShareGPTWriter(asArray: asArray))
        let read = try await read(document.text)
        #expect(read.notes == [])
        #expect(ShareGPTReader.recognize(DocumentSource("a.json", document.text)) == .certain)
        #expect(read.conversations.map(\.id) == threads.map(\.id.description))
        for (thread, conversation) in zip(threads, read.conversations) {
            #expect(conversation.messages.map(\.parts) == thread.messages.map(\.parts))
            #expect(conversation.messages.map(\.role) == thread.messages.map(\.role))
            #expect(conversation.instructions == thread.instructions)
        }
    }

    @Test func `a call and a preference go out as they came`() async throws {
        var thread = plainThread(["q", "", "", "good"])
        thread.messages[1].parts = [.toolCall(ToolCall(id: "x", name: "t", arguments: #"{"a":1}"#))]
        thread.messages[2].role = .tool
        thread.messages[2].parts = [.toolResult(ToolResult(callID: "x", output: "r"))]
        thread.messages[3].labels = ["chosen"]
        var rejected = thread.messages[3]
        rejected.id = MessageID(derivedFrom: ["rejected"])
        rejected.parts = [.text("bad"), .reasoning(Reasoning(text: "hm"))]
        rejected.labels = ["rejected"]
        thread.messages.append(rejected)
        let document = try await WrittenDocument.of([thread], ShareGPTWriter(asArray: false))
        let json = try JSON(parsing: document.text)
        #expect(json["conversations"]?.array?.map { $0["from"] } == ["human", "function_call", "observation"])
        #expect(json["conversations"]?[1]?["value"] == #"{"name":"t","arguments":{"a":1}}"#)
        #expect(json["chosen"] == ["from": "gpt", "value": "good"])
        #expect(json["rejected"] == ["from": "gpt", "value": "bad"])
        #expect(document.leftOut.sorted.map(\.what) == ["reasoning"])
    }

    @Test func `a training set of a project is read whole`() async throws {
        guard let folder = ProcessInfo.processInfo.environment["DIWAN_TEST_DATA"],
            let text = try? String(
                contentsOfFile: folder + "/sharegpt-format/dummy_conversation.json", encoding: .utf8)
        else { return }
        let read = try await read(text)
        #expect(read.notes == [])
        #expect(read.conversations.count == (try JSON(parsing: text).array?.count))
    }

    static let fixture = """
        [{"id":"id_0","conversations":[{"from":"human","value":"High tide?"},{"from":"gpt","value":"05:41"},\
        {"from":"human","value":"trailing human turn"}]},\
        {"id":"id_1_0","conversations":[{"from":"gpt","value":"(starts with the model)"},{"from":"human","value":"ok"},\
        {"from":"gpt","value":"<div class=\\"markdown prose\\"><p>HTML &amp; <code>x</code></p></div>"}]},\
        {"id":"id_2","system":"You are a tide clerk.","tools":"[{\\"name\\":\\"lookup_tide\\",\\"parameters\\":{}}]",\
        "conversations":[{"from":"human","value":"Brest?"},{"from":"function_call",\
        "value":"{\\"name\\":\\"lookup_tide\\",\\"arguments\\":{\\"harbour\\":\\"Brest\\"}}"},\
        {"from":"observation","value":"05:41"},{"from":"gpt","value":"05:41"}]},\
        {"conversations":[{"from":"system","value":"inline system"},{"from":"user","value":"alias roles"},\
        {"from":"chatgpt","value":"ok"}]},\
        {"id":"id_4","conversations":[{"from":"human","value":"q"}],"chosen":{"from":"gpt","value":"good"},\
        "rejected":{"from":"gpt","value":"bad"}}]
        """
}
