import ConversationFormats
import Conversations
import Foundation
import OrderedJSON
import Testing

@Suite struct ChatGPTExportTests {
    @Test func `a fixture of every kind of content agrees with Python's count`() async throws {
        try await ExportExpectations.check(
            ExportExpectations.fixtures.appending(path: "chatgpt-a0.json"), format: "chatgpt", with: ChatGPTReader())
    }

    @Test(.enabled(if: ExportExpectations.folder != nil, ExportExpectations.skipReason))
    func `other people's exports agree with Python's count`() async throws {
        let files =
            try ExportExpectations.files(in: "librechat-import-fixtures").filter {
                $0.lastPathComponent.hasPrefix("chatgpt")
            } + ExportExpectations.files(in: "chatgpt-export-parser/tests")
        #expect(files.count == 4)
        for file in files { try await ExportExpectations.check(file, format: "chatgpt", with: ChatGPTReader()) }
    }

    @Test func `a conversation without its messages and a broken tree are said and read`() async throws {
        let reading = try await readFixture()
        #expect(reading.conversations.map(\.title) == ["Harbour 🌊", nil, "broken tree"])
        #expect(reading.notes(.lost) == ["conversation whose messages are not in the export"])
        let broken = try #require(reading.conversations.last)
        #expect(broken.messages.map(\.text) == ["a", "b"])
        #expect(broken.currentMessageID == nil)
    }

    @Test func `code that is sent to a tool is a call, and what the tool says its result`() async throws {
        let messages = try await readFixture().conversations[0].messages
        let call = try #require(messages.lazy.compactMap(\.parts.toolCalls.first).first)
        #expect(call.name == "python")
        #expect(call.arguments == "print(1+1)")
        #expect(call.kind == "custom")
        let results = messages.flatMap(\.parts).compactMap {
            if case .toolResult(let result) = $0 { result } else { nil }
        }
        #expect(results.map(\.output) == ["2\n", "[Port](https://example.test/port)\n\nPort plan", ""])
        #expect(results.first?.callID == call.id)
        #expect(messages.filter { $0.role == .tool }.count == 3)
    }

    @Test func `thoughts are reasoning, models and endings are kept`() async throws {
        let messages = try await readFixture().conversations[0].messages
        #expect(
            messages.map(\.parts.reasoningText).filter { !$0.isEmpty } == [
                "Looking\nGranite quay.", "Thought for 4 seconds",
            ])
        let answer = try #require(messages.first { $0.text.hasPrefix("It looks like Brest") })
        #expect(answer.answer?.modelReported == "o3")
        #expect(answer.finishReason == "stop")
        #expect(answer.status == .complete)
        let body = try JSON(parsing: try #require(answer.answer?.body))
        #expect(body["metadata"]?["citations"]?[0]?["metadata"]?["url"] == "https://example.test/port")
    }

    @Test func `what a person thought of an answer is kept beside it`() async throws {
        let mapping = #"""
            {"q":{"id":"q","parent":null,"children":["a"],"message":{"id":"q","author":{"role":"user"},
              "content":{"content_type":"text","parts":["When?"]}}},
             "a":{"id":"a","parent":"q","children":[],"message":{"id":"a","author":{"role":"assistant"},
              "content":{"content_type":"text","parts":["At noon."]}}}}
            """#
        let ratings = #"""
            [{"message_id":"a","conversation_id":"c","user_id":"u","rating":"thumbsUp","content":"so true"},
             {"id":"gone","conversation_id":"c","rating":"thumbsDown"}]
            """#
        let reading = try await ExportReading.of(
            ExportFiles([
                ("conversations.json", #"[{"id":"c","create_time":1,"mapping":\#(mapping)}]"#),
                ("message_feedback.json", ratings),
            ]), with: ChatGPTReader())
        let body = try JSON(parsing: try #require(reading.conversations[0].messages[1].answer?.body))
        #expect(body["feedback"] == ["rating": "thumbsUp", "content": "so true"])
        #expect(reading.notes(.skipped) == ["rating of a message that is not in the export"])
        let damaged = try await ExportReading.of(
            ExportFiles([("conversations.json", "[]"), ("message_feedback.json", ##"[{"message_id":"a","##)]),
            with: ChatGPTReader())
        #expect(damaged.notes(.skipped) == ["ratings of answers, in a form not known here"])
    }

    @Test func `custom instructions are the conversation's`() async throws {
        let conversation = try await readFixture().conversations[0]
        #expect(conversation.instructions == "I sail.\n\nShort answers.")
        #expect(!conversation.messages.contains { $0.text.contains("I sail.") })
    }

    @Test func `U+0000 and other words stay as they are`() async throws {
        let messages = try await readFixture().conversations[1].messages
        #expect(messages.map(\.text).first == "old\u{0} style")
        #expect(messages.map(\.role) == [.user, .tool, .assistant])
    }

    @Test func `a node without words is bridged`() async throws {
        let reading = try await readFixture()
        let first = reading.conversations[0].messages[0]
        #expect(first.parent == .none)
        let last = try #require(reading.conversations[0].messages.first { $0.text.hasPrefix("Sorry") })
        #expect(last.parent == .message("0000000d-0000-4000-8000-00000000000d"))
        #expect(
            reading.notes(.skipped).sorted() == [
                "empty message of the system", "empty message of the system", "message in which nothing was said",
            ])
    }

    // MARK: - Files

    @Test func `attachments are found by the beginning of their names, wherever they lie`() async throws {
        let json = String(decoding: try ExportExpectations.fixture("chatgpt-a0.json"), as: UTF8.self)
        let source = ExportFiles([
            ("x/conversations.json", json), ("x/user-1/file_0000000000000001_photo.png", "\u{89}PNG picture"),
            ("x/audio/file_0000000000000002.dat", "RIFF....WAVE"), ("x/dalle-generations/file-OLD-12.webp", "old"),
            ("x/file_00000000000000012.png", "another id"), ("x/user.json", "{}"),
        ])
        let reading = try await ExportReading.of(source, with: ChatGPTReader())
        let media = reading.conversations.flatMap(\.messages).flatMap(\.media)
        #expect(media.map(\.name) == ["quai.png", "file_0000000000000002.dat", "file-OLD-12.webp"])
        #expect(media.map(\.mediaType) == ["image/png", "audio/wav", "image/webp"])
        #expect(reading.kept.count == 3)
        #expect(!reading.notes(.degraded).contains { $0.hasPrefix("attachment") })
        #expect(
            reading.notes.contains(
                ImportNote(.skipped, "attachment that no message names", at: "x/file_00000000000000012.png")))
    }

    @Test func `attachments that are missing keep their ids and are noted, unless nobody wants them`() async throws {
        let reading = try await readFixture()
        #expect(reading.notes(.degraded).filter { $0 == "attachment whose bytes are not in the export" }.count == 3)
        let picture = try #require(reading.conversations[0].messages[0].media.first)
        #expect(picture.source == .fileID("file_0000000000000001"))
        #expect(picture.name == "quai.png")
        let unwanted = try await readFixture(wantsAttachments: false)
        #expect(unwanted.notes(.degraded) == ["message that the tree names and the export does not hold"])
        #expect(unwanted.kept.isEmpty)
    }

    @Test func `shards, wrapped lists and single conversations are read, and files beside them are not`() async throws {
        let conversation = Self.conversation("one")
        let shards = ExportFiles([
            ("conversations-001.json", "[\(Self.conversation("two"))]"),
            ("conversations-000.json", "[\(conversation)]"),
            ("shared_conversations.json", "[{\"id\":\"s\",\"title\":\"shared\"}]"), ("user.json", "{\"id\":\"u\"}"),
        ])
        #expect(ChatGPTReader.recognize(shards) == .certain)
        let reading = try await ExportReading.of(shards, with: ChatGPTReader())
        #expect(reading.conversations.map(\.title) == ["one", "two"])
        #expect(reading.notes(.skipped).count == 1)
        for json in ["{\"conversations\":[\(conversation)]}", conversation, "[\(conversation)]\r\n"] {
            let source = ExportFiles([("saved.json", json)])
            #expect(ChatGPTReader.recognize(source) == .certain)
            let reading = try await ExportReading.of(source, with: ChatGPTReader())
            #expect(reading.conversations.map(\.title) == ["one"])
        }
    }

    @Test func `one conversation that cannot be read does not stop the next one`() async throws {
        let source = ExportFiles([
            (
                "conversations.json",
                "[\(Self.conversation("one")), {\"title\":\"no\" \"mapping\"}, \(Self.conversation("two"))]"
            )
        ])
        let reading = try await ExportReading.of(source, with: ChatGPTReader())
        #expect(reading.conversations.map(\.title) == ["one", "two"])
        #expect(reading.notes(.lost).count == 1)
    }

    // MARK: - Words

    @Test func `marks of citations become what stands for them, and others stay`() async throws {
        let text = "Tall.\u{E200}cite\u{E202}turn0search1\u{E201} \u{E203}hidden\u{E204} 【1†source】 \u{E200}x\u{E201}"
        let references: JSON = [
            [
                "matched_text": "\u{E200}cite\u{E202}turn0search1\u{E201}", "start_idx": 5,
                "alt": "([Port](https://p.test))",
            ],
            ["matched_text": "\u{E203}", "start_idx": 30, "type": "hidden", "alt": nil],
            ["matched_text": "\u{E204}", "start_idx": 37, "type": "hidden", "alt": nil],
            ["matched_text": " ", "start_idx": 60, "type": "sources_footnote", "alt": "no mark"],
        ]
        let message = try await readMessage(
            role: "assistant", content: ["content_type": "text", "parts": [.string(text)]],
            metadata: ["content_references": references])
        #expect(message.text == "Tall.([Port](https://p.test)) hidden 【1†source】 \u{E200}x\u{E201}")
    }

    @Test func `content of a kind not known here is kept whole, its words among the words`() async throws {
        let content: JSON = ["content_type": "hologram", "text": "look", "depth": 3]
        let message = try await readMessage(role: "assistant", content: content)
        #expect(message.parts == [.text("look"), .unknown(content)])
    }

    @Test func `what has no place of its own is kept with the answer, or among the conversation's extras`() async throws
    {
        let drawing: JSON = [
            "content_type": "image_asset_pointer", "asset_pointer": "sediment://f00d#file_1#p_0.png",
            "metadata": ["dalle": ["prompt": "a harbour"]],
        ]
        let drawn = try await readConversation([
            "m": [
                "author": ["role": "tool", "name": "dalle.text2im"],
                "content": ["content_type": "multimodal_text", "parts": [drawing]],
            ],
            "h": [
                "author": ["role": "user"], "content": ["content_type": "text", "parts": ["hidden words"]], "weight": 0,
                "metadata": ["is_visually_hidden_from_conversation": true, "request_id": "r"],
            ],
        ])
        #expect(drawn.messages[0].media.map(\.source) == [.fileID("file_1")])
        let extras = drawn.extras["messages"]
        #expect(extras?["m"]?["content"]?["parts"]?[0]?["metadata"]?["dalle"]?["prompt"] == "a harbour")
        #expect(extras?["h"] == ["weight": 0, "metadata": ["is_visually_hidden_from_conversation": true]])
    }

    @Test func `more than a list of threads can bear is left out of the extras and said`() async throws {
        let large = JSON.string(String(repeating: "x", count: 20_000))
        let source = JSON.array([
            Self.document([
                "m": [
                    "author": ["role": "user"], "content": ["content_type": "text", "parts": ["a"]],
                    "metadata": ["x": large],
                ]
            ])
        ]).serialized()
        let reading = try await ExportReading.of(ExportFiles("conversations.json", source), with: ChatGPTReader())
        #expect(reading.conversations[0].extras.isEmpty)
        #expect(reading.notes(.skipped) == ["technical fields of a message beside its words, too many to keep"])
    }

    @Test func `a result belongs to the nearest call of its tool`() async throws {
        func call(_ tool: String) -> JSON {
            [
                "author": ["role": "assistant"], "recipient": .string(tool),
                "content": ["content_type": "text", "parts": ["{}"]],
            ]
        }
        func result(_ tool: String) -> JSON {
            [
                "author": ["role": "tool", "name": .string(tool)],
                "content": ["content_type": "text", "parts": ["done"]],
            ]
        }
        let messages = try await readConversation(
            [
                "a": call("web.search"), "b": call("python"), "c": result("web"), "d": result("python"),
                "e": result("other"),
            ], inOneLine: true
        ).messages
        let answered = messages.flatMap(\.parts).compactMap {
            if case .toolResult(let result) = $0 { result.callID } else { nil }
        }
        #expect(answered == ["a", "b", "b"])
        #expect(messages.flatMap(\.parts.toolCalls).map(\.kind) == ["function", "function"])
    }

    @Test(arguments: [
        ("in_progress", nil, Message.Status.interrupted), ("finished_partial_completion", nil, .incomplete),
        ("error", nil, .failed), ("finished_successfully", "max_tokens", .incomplete),
        ("in_progress", "stop", .complete),
        ("finished_successfully", "interrupted", .interrupted),
    ])
    func `how an answer ended is its status`(status: String, finish: String?, expected: Message.Status) async throws {
        let details: JSON = finish.map { ["finish_details": ["type": .string($0)]] } ?? [:]
        let message = try await readMessage(
            role: "assistant", content: ["content_type": "text", "parts": ["words"]], metadata: details, status: status)
        #expect(message.status == expected)
        #expect(message.finishReason == finish)
    }

    @Test func `numbers, strings and ISO are times; a message above the conversation's fields has its own`()
        async throws
    {
        for (written, milliseconds) in [
            ("1760000000.123456", 1_760_000_000_123), ("1760000000", 1_760_000_000_000),
            ("\"2025-10-09T08:53:20.123456Z\"", 1_760_000_000_123),
            ("\"2025-10-09T10:53:20+02:00\"", 1_760_000_000_000),
            ("1760000000123", 1_760_000_000_123), ("\"1760000000.5\"", 1_760_000_000_500),
        ] {
            let json = Self.conversation("one").replacing("\"create_time\":1.0", with: "\"create_time\":\(written)")
            let reading = try await ExportReading.of(
                ExportFiles([("conversations.json", "[\(json)]")]), with: ChatGPTReader())
            #expect(reading.conversations.first?.createdAt?.milliseconds == Int64(milliseconds), "\(written)")
        }
    }

    // MARK: - Damage

    @Test func `whatever member is missing, no message is missing without a note`() async throws {
        try await DamagedExports.checkEveryRemoval(
            from: try ExportExpectations.fixture("chatgpt-a0.json"), named: "conversations.json", with: ChatGPTReader())
    }

    @Test func `cuts and turned bits never crash`() async throws {
        await DamagedExports.checkBrokenBytes(
            try ExportExpectations.fixture("chatgpt-a0.json"), named: "conversations.json", with: ChatGPTReader())
    }

    // MARK: - Making

    private func readFixture(wantsAttachments: Bool = true) async throws -> ExportReading {
        try await ExportReading.of(
            ExportFiles("conversations.json", try ExportExpectations.fixture("chatgpt-a0.json")), with: ChatGPTReader(),
            wantsAttachments: wantsAttachments)
    }

    private func readMessage(
        role: String, content: JSON, metadata: JSON = [:], status: String = "finished_successfully"
    ) async throws -> ForeignMessage {
        let message: JSON = [
            "id": "m", "author": ["role": .string(role)], "content": content, "metadata": metadata,
            "status": .string(status), "recipient": "all",
        ]
        let json: JSON = [
            ["id": "c", "mapping": ["m": ["id": "m", "message": message, "parent": nil, "children": []]]]
        ]
        let reading = try await ExportReading.of(
            ExportFiles("conversations.json", json.serialized()), with: ChatGPTReader())
        return try #require(reading.conversations.first?.messages.first)
    }

    private func readConversation(_ messages: JSONObject, inOneLine: Bool = false) async throws -> ForeignConversation {
        let document = JSON.array([Self.document(messages, inOneLine: inOneLine)])
        let reading = try await ExportReading.of(
            ExportFiles("conversations.json", document.serialized()), with: ChatGPTReader())
        return try #require(reading.conversations.first)
    }

    /// A conversation of these messages, side by side or each continuing the one before.
    private static func document(_ messages: JSONObject, inOneLine: Bool = false) -> JSON {
        var mapping = JSONObject()
        for (index, message) in messages.enumerated() {
            let parent = inOneLine && index > 0 ? JSON.string(messages[index - 1].key) : JSON.null
            mapping.append(message.key, ["message": message.value, "parent": parent])
        }
        return ["id": "c", "mapping": .object(mapping)]
    }

    private static func conversation(_ title: String) -> String {
        """
        {"title":"\(title)","moderation_results":[{"x":1}],"create_time":1.0,"mapping":{"m":{"id":"m","message":\
        {"id":"m","author":{"role":"user"},"content":{"content_type":"text","parts":["hello"]}},"parent":null,\
        "children":[]}},"current_node":"m","id":"\(title)"}
        """
    }
}
