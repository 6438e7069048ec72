import Conversations
import ModelWire
import OrderedJSON
import Testing

/// Messages that are more than words.
struct RequestContentTests {
    private func content(_ dialect: Dialect, _ said: Said, blobs: HeldBlobs = HeldBlobs()) throws -> String? {
        let body = try RequestWriter.body(dialect, [said], storesAtUpstream: true, blobs: blobs)
        return try JSON(parsing: body)[dialect == .chat ? "messages" : "input"]?[0]?["content"]?.text()
    }

    @Test func `a picture of the vault goes as a data URL`() throws {
        var blobs = HeldBlobs()
        let digest = try blobs.hold([0xFF, 0xD8, 0xFF], under: 1)
        let said = Said(
            .user, .text("see"),
            .image(MessageMedia(source: .blob(digest), mediaType: "image/jpeg", name: "a.jpg", detail: "low")))
        #expect(
            try content(.chat, said, blobs: blobs)
                == #"[{"type":"text","text":"see"},{"type":"image_url","image_url":{"url":"data:image/jpeg;base64,/9j/","detail":"low"}}]"#
        )
        for dialect in [Dialect.responses, .acedata] {
            #expect(
                try content(dialect, said, blobs: blobs)
                    == #"[{"type":"input_text","text":"see"},{"type":"input_image","detail":"low","image_url":"data:image/jpeg;base64,/9j/"}]"#
            )
        }
    }

    @Test func `a picture at an address or under an id`() throws {
        let url = Said(.user, .image(MessageMedia(source: .url("https://example.test/a.png"))))
        #expect(
            try content(.responses, url)
                == #"[{"type":"input_image","detail":"auto","image_url":"https://example.test/a.png"}]"#)
        #expect(
            try content(.chat, url) == #"[{"type":"image_url","image_url":{"url":"https://example.test/a.png"}}]"#)
        let id = Said(.user, .image(MessageMedia(source: .fileID("file_1"))))
        #expect(try content(.responses, id) == #"[{"type":"input_image","detail":"auto","file_id":"file_1"}]"#)
        #expect(try content(.chat, id) == #"[{"type":"file","file":{"file_id":"file_1"}}]"#)
    }

    @Test func `a document in every form`() throws {
        var blobs = HeldBlobs()
        let digest = try blobs.hold([UInt8]("%PDF"), under: 2)
        let blob = Said(
            .user, .file(MessageMedia(source: .blob(digest), mediaType: "application/pdf", name: "a \"b\".pdf")))
        #expect(
            try content(.responses, blob, blobs: blobs)
                == #"[{"type":"input_file","filename":"a \"b\".pdf","file_data":"data:application/pdf;base64,JVBERg=="}]"#
        )
        #expect(
            try content(.chat, blob, blobs: blobs)
                == #"[{"type":"file","file":{"filename":"a \"b\".pdf","file_data":"data:application/pdf;base64,JVBERg=="}}]"#
        )
        let url = Said(.user, .file(MessageMedia(source: .url("https://example.test/a.pdf"))))
        #expect(try content(.responses, url) == #"[{"type":"input_file","file_url":"https://example.test/a.pdf"}]"#)
        let id = Said(.user, .file(MessageMedia(source: .fileID("file_1"))))
        #expect(try content(.acedata, id) == #"[{"type":"input_file","file_id":"file_1"}]"#)
        #expect(try content(.chat, id) == #"[{"type":"file","file":{"file_id":"file_1"}}]"#)
    }

    @Test(
        arguments: [("audio/wav", "wav"), ("audio/mpeg", "mp3"), ("audio/flac", "flac"), (nil, "wav")]
            as [(String?, String)])
    func `a recording goes as its bytes and its format`(type: String?, format: String) throws {
        var blobs = HeldBlobs()
        let digest = try blobs.hold([1, 2, 3], under: 3)
        let said = Said(.user, .audio(MessageMedia(source: .blob(digest), mediaType: type)))
        for dialect in Dialect.allCases {
            #expect(
                try content(dialect, said, blobs: blobs)
                    == #"[{"type":"input_audio","input_audio":{"data":"AQID","format":"\#(format)"}}]"#)
        }
    }

    @Test func `a blob that is missing stops the request`() throws {
        let digest = try #require(BlobDigest(bytes: [UInt8](repeating: 9, count: 32)))
        #expect(throws: HeldBlobs.Missing.self) {
            try content(.chat, Said(.user, .image(MessageMedia(source: .blob(digest)))))
        }
    }

    @Test func `a refusal is words, and its own kind where there is one`() throws {
        let said = Said(.assistant, .text("a"), .refusal("no"))
        #expect(try content(.chat, said) == #""a\nno""#)
        #expect(try content(.acedata, said) == #""a\nno""#)
        #expect(
            try content(.responses, said)
                == #"[{"type":"output_text","text":"a"},{"type":"refusal","refusal":"no"}]"#)
    }

    @Test(arguments: Dialect.allCases)
    func `pieces a user sent that are not known are handed on; an answer's are not`(dialect: Dialect) throws {
        let video: JSON = ["type": "input_video", "video": ["url": "x"]]
        #expect(try content(dialect, Said(.user, .unknown(video))) == "[\(video.text())]")
        #expect(try content(dialect, Said(.assistant, .unknown(video), .text("a"))) == #""a""#)
        #expect(try content(dialect, Said(.assistant, .unknown(video))) == nil)
    }

    @Test func `another program's own pieces, and files it has under ids of its own, are not sent as they are`() throws
    {
        let foreign = Said(
            .user, .text("Look:"), .image(MessageMedia(source: .fileID("file-x"), name: "cat.png")),
            .unknown(["content_type": "tether"]))
        #expect(
            try RequestWriter.body(.chat, [foreign], keepsFileIDs: false)
                == #"{"model":"m","messages":[{"role":"user","content":"Look:\n[cat.png, which is not here]"}]}"#)
        #expect(try RequestWriter.body(.chat, [foreign]).contains(#""file_id":"file-x""#))
    }

    @Test func `an answer kept in one message with its tools' results is sent as calls and results in turn`() throws {
        let one = Said(
            .assistant, .text("Let me see."), .toolCall(ToolCall(id: "1", name: "f", arguments: "{}")),
            .toolResult(ToolResult(callID: "1", output: "A")), .text("And:"),
            .toolCall(ToolCall(id: "2", name: "f", arguments: "{}")),
            .toolResult(ToolResult(callID: "2", output: "B")), .text("Done."))
        let sent = try JSON(parsing: RequestWriter.body(.chat, [.user("Go"), one]))["messages"]?.array ?? []
        #expect(sent.map { $0["role"]?.string } == ["user", "assistant", "tool", "assistant", "tool", "assistant"])
        #expect(sent.map { $0["content"]?.string } == ["Go", "Let me see.", "A", "And:", "B", "Done."])
        #expect(sent[1]["tool_calls"]?[0]?["id"] == "1" && sent[4]["tool_call_id"] == "2")
    }

    // MARK: - Reasoning

    private static let item: JSON = [
        "id": "rs_1", "type": "reasoning", "summary": [], "encrypted_content": "gA", "status": "completed",
    ]

    private func input(_ parts: MessagePart..., keeps: Bool = true, stores: Bool = false) throws -> [JSON] {
        var message = Said(.assistant)
        message.parts = parts
        let result = Said(.tool, .toolResult(ToolResult(callID: "c", output: "o")))
        let body = try RequestWriter.body(
            .responses, [message, result], storesAtUpstream: stores, keepsReasoning: keeps)
        return try #require(try JSON(parsing: body)["input"]?.array)
    }

    @Test func `reasoning goes back encrypted, without its id, before what followed it`() throws {
        let call = MessagePart.toolCall(ToolCall(id: "c", name: "f", arguments: "{}"))
        let items = try input(.reasoning(Reasoning(text: "", item: Self.item)), call)
        #expect(items.count == 3)
        #expect(items.first?.text() == #"{"type":"reasoning","summary":[],"encrypted_content":"gA"}"#)
        #expect(items[1]["type"]?.string == "function_call")
    }

    @Test func `reasoning an upstream keeps goes back by its id`() throws {
        let items = try input(.reasoning(Reasoning(text: "", item: Self.item)), .text("a"), stores: true)
        #expect(items.first?["id"]?.string == "rs_1")
        #expect(items.last?["content"]?.string == "a")
    }

    @Test func `reasoning is left out where nothing can be made of it`() throws {
        let reasoning = MessagePart.reasoning(Reasoning(text: "hm", item: Self.item))
        let lost = MessagePart.toolCall(ToolCall(id: "unanswered", name: "f", arguments: "{}"))
        #expect(try input(reasoning, .text("a"), keeps: false).count == 1)
        #expect(try input(.reasoning(Reasoning(text: "hm")), .text("a")).count == 1)
        #expect(
            try input(.reasoning(Reasoning(text: "hm", item: ["type": "reasoning", "id": "rs"])), .text("a")).count == 1
        )
        #expect(try input(reasoning).isEmpty, "nothing followed it")
        #expect(try input(reasoning, lost).isEmpty, "what followed it is left out")
        #expect(try input(.text("a"), reasoning, lost).count == 1)
    }

    @Test func `reasoning details go back in chat`() throws {
        let details: JSON = ["reasoning_details": [["type": "reasoning.text", "text": "hm", "signature": "s"]]]
        let said = [Said(.assistant, .reasoning(Reasoning(text: "hm", item: details)), .text("a"))]
        #expect(
            try RequestWriter.body(.chat, said, keepsReasoning: true)
                == #"{"model":"m","messages":[{"role":"assistant","content":"a","reasoning_details":[{"type":"reasoning.text","text":"hm","signature":"s"}]}]}"#
        )
        #expect(
            try RequestWriter.body(.chat, said) == #"{"model":"m","messages":[{"role":"assistant","content":"a"}]}"#)
    }
}
