import Conversations
import ModelWire
import OrderedJSON
import Testing

struct ConversationItemsTests {
    private static let uid = ServedStream.uids[0]
    private static let picture = BlobDigest(of: Array("png".utf8))

    private struct Blobs: BlobReader {
        func bytes(of digest: BlobDigest) -> [UInt8] { Array("png".utf8) }
    }

    private func items(
        _ parts: [MessagePart], role: Role = .assistant, status: Message.Status = .complete
    ) throws -> [JSON] {
        try ConversationItems.items(of: parts, role: role, messageUID: Self.uid, status: status, blobs: Blobs())
            .map { .object($0.json) }
    }

    @Test func `what a user says and shows is one item`() throws {
        let items = try items(
            [
                .text("Look:"),
                .image(MessageMedia(source: .blob(Self.picture), mediaType: "image/png", detail: "low")),
                .text("and"), .file(MessageMedia(source: .fileID("file-1"), name: "a.pdf")),
                .image(MessageMedia(source: .url("https://x/y.png"))), .unknown(["type": "input_new", "a": 1]),
            ], role: .user)
        #expect(items.count == 1)
        #expect(items[0]["id"] == .string("msg_\(Self.uid)"))
        #expect(
            items[0]["content"] == [
                ["type": "input_text", "text": "Look:"],
                [
                    "type": "input_image", "detail": "low", "file_id": .null,
                    "image_url": "data:image/png;base64,cG5n",
                ], ["type": "input_text", "text": "and"],
                ["type": "input_file", "filename": "a.pdf", "file_id": "file-1"],
                ["type": "input_image", "detail": "auto", "file_id": .null, "image_url": "https://x/y.png"],
                ["type": "input_new", "a": 1],
            ])
    }

    @Test func `an answer is an item a message, a thought and a call, each with an id of its own`() throws {
        let reasoning: JSON = ["id": "rs_up", "type": "reasoning", "summary": [], "encrypted_content": "zz"]
        let items = try items([
            .reasoning(Reasoning(text: "", item: reasoning)), .text("One."), .refusal("No."),
            .toolCall(ToolCall(id: "c1", name: "f", arguments: "{}")),
            .toolCall(ToolCall(id: "c2", name: "g", arguments: "go", kind: "custom")), .text("Two."),
            .unknown(["type": "web_search_call", "id": "ws_1", "status": "completed"]),
            .unknown(["type": "mcp_list_tools", "tools": []]), .reasoning(Reasoning(text: "Hm.")),
        ])
        let ids = items.compactMap { $0["id"]?.string }
        #expect(
            ids == [
                "rs_up", "msg_\(Self.uid)", "fc_\(Self.uid)_0", "ctc_\(Self.uid)_1", "msg_\(Self.uid)_1", "ws_1",
                "item_\(Self.uid)_0", "rs_\(Self.uid)_1",
            ])
        #expect(items[0] == reasoning)
        #expect(
            items[1]["content"] == [
                ["type": "output_text", "text": "One.", "annotations": [], "logprobs": []],
                ["type": "refusal", "refusal": "No."],
            ])
        #expect(
            items[2] == [
                "id": .string("fc_\(Self.uid)_0"), "type": "function_call", "status": "completed", "call_id": "c1",
                "name": "f", "arguments": "{}",
            ])
        #expect(items[3]["input"] == "go")
        #expect(items[7]["summary"] == [["type": "summary_text", "text": "Hm."]])
        for id in ids where id.contains(Self.uid) { #expect(ServedItem.messageUID(ofItem: id) == Self.uid) }
        #expect(ServedItem.messageUID(ofItem: "rs_up") == nil)
        #expect(ServedItem.messageUID(ofItem: "resp") == nil)
    }

    @Test func `what tools gave back is an item each`() throws {
        let items = try items(
            [
                .toolResult(ToolResult(callID: "c1", output: "5")),
                .toolResult(ToolResult(callID: "c2", output: "6", kind: "custom")),
            ], role: .tool)
        #expect(items.map { $0["type"]?.string } == ["function_call_output", "custom_tool_call_output"])
        #expect(items.map { $0["id"]?.string } == ["fco_\(Self.uid)_0", "ctco_\(Self.uid)_1"])
        #expect(items.map { $0["output"]?.string } == ["5", "6"])
    }

    @Test func `an answer that was cut is incomplete in its last item only`() throws {
        let items = try items([.reasoning(Reasoning(text: "a")), .text("b")], status: .interrupted)
        #expect(items.map { $0["status"]?.string } == ["completed", "incomplete"])
        let calls = try self.items(
            [
                .toolCall(ToolCall(id: "1", name: "f", arguments: "{\"a")),
                .toolCall(ToolCall(id: "2", name: "f", arguments: "{}")), .text("b"),
            ], status: .interrupted)
        #expect(calls.map { $0["status"]?.string } == ["incomplete", "completed", "incomplete"])
    }

    @Test func `an answer of nothing is one empty message`() throws {
        let items = try items([.text("")])
        #expect(items.count == 1)
        #expect(items[0]["content"]?[0]?["text"] == "")
    }

    @Test func `a picture in an answer is the item of the tool that draws`() throws {
        let items = try items([
            .text("Here."), .image(MessageMedia(source: .url("data:image/png;base64,cG5n"))),
            .image(MessageMedia(source: .blob(Self.picture))), .image(MessageMedia(source: .url("https://x/y"))),
        ])
        #expect(items.dropFirst().map { $0["result"] } == ["cG5n", "cG5n", .null])
        #expect(items[3]["image_url"] == "https://x/y")
    }

    @Test func `stored completions list the same messages in chat's form`() throws {
        func messages(_ parts: [MessagePart], _ role: Role) throws -> [JSON] {
            try ChatMessages.messages(of: parts, role: role, messageUID: Self.uid, blobs: Blobs())
        }
        let user = try messages([.text("Hi"), .image(MessageMedia(source: .blob(Self.picture)))], .user)
        #expect(user[0]["id"] == .string("msg_\(Self.uid)"))
        #expect(user[0]["role"] == "user")
        #expect(user[0]["content"] == "Hi")
        #expect(user[0]["content_parts"]?[1]?["image_url"]?["url"] == "data:image/png;base64,cG5n")
        let plain = try messages([.text("Hi")], .user)
        #expect(plain[0]["content_parts"] == .null)
        let call = try messages([.toolCall(ToolCall(id: "c", name: "f", arguments: "{}"))], .assistant)
        #expect(call[0]["content"] == .null)
        #expect(call[0]["tool_calls"]?[0]?["function"] == ["name": "f", "arguments": "{}"])
        let results = try messages(
            [.toolResult(ToolResult(callID: "a", output: "1")), .toolResult(ToolResult(callID: "b", output: "2"))],
            .tool)
        #expect(results.map { $0["tool_call_id"]?.string } == ["a", "b"])
        #expect(results.map { $0["id"]?.string } == ["msg_\(Self.uid)", "msg_\(Self.uid)_1"])
    }
}
