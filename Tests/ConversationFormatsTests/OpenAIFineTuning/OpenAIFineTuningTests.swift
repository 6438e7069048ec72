import ConversationStorage
import Conversations
import Foundation
import OrderedJSON
import Testing

@testable import ConversationFormats

struct OpenAIFineTuningTests {
    private func read(_ text: String, wantsAttachments: Bool = true) async throws -> ReadDocument {
        try await ReadDocument.of(
            DocumentSource("a.jsonl", text), OpenAIFineTuningReader(), wantsAttachments: wantsAttachments)
    }

    @Test func `examples with weights, tools and pictures are read`() async throws {
        let lines = [
            #"{"messages":[{"role":"system","content":"Be terse."},{"role":"user","content":"High tide?"},{"role":"assistant","content":"bad","weight":0},{"role":"user","content":"again"},{"role":"assistant","content":"05:41","weight":1}]}"#,
            "",
            #"{"messages":[{"role":"user","content":"Brest?"},{"role":"assistant","tool_calls":[{"id":"call_1","type":"function","function":{"name":"lookup_tide","arguments":"{\"harbour\":\"Brest\"}"}}]},{"role":"tool","tool_call_id":"call_1","content":"05:41"},{"role":"assistant","content":"05:41"}],"parallel_tool_calls":false,"tools":[{"type":"function","function":{"name":"lookup_tide"}}]}"#,
            "{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"what\u{2028}is this?\"},{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/png;base64,iVBORw0KGgo=\",\"detail\":\"low\"}}]},{\"role\":\"assistant\",\"content\":\"a quay\"}]}",
        ]
        let read = try await read(lines.joined(separator: "\n"))
        #expect(read.notes == [])
        #expect(read.conversations.count == 3)
        #expect(read.conversations[0].instructions == "Be terse.")
        #expect(read.conversations[0].extras["messages"]?["2"] == ["weight": 0])
        #expect(read.conversations[0].extras["messages"]?["4"] == ["weight": 1])
        let answer = read.conversations[1].messages[3].answer
        #expect(answer?.parameters.tools == [["type": "function", "function": ["name": "lookup_tide"]]])
        #expect(answer?.parameters.extras["parallel_tool_calls"] == false)
        let parts = read.conversations[2].messages[0].parts
        #expect(parts.text == "what\u{2028}is this?")
        #expect(read.kept.values.first == [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
        #expect(parts[1].media?.detail == "low" && parts[1].media?.mediaType == "image/png")
    }

    @Test func `a preference is two answers to one question`() async throws {
        let read = try await read(
            #"{"input":{"messages":[{"role":"user","content":"High tide?"}],"tools":[],"parallel_tool_calls":true},"preferred_completion":[{"role":"assistant","content":"05:41"}],"non_preferred_completion":[{"role":"assistant","content":"soon"}]}"#
        )
        let conversation = try #require(read.conversations.first)
        #expect(conversation.messages.map { $0.parts.text } == ["High tide?", "05:41", "soon"])
        #expect(conversation.messages.map(\.parent) == [.previous, .message("1"), .message("1")])
        #expect(conversation.messages.map(\.labels) == [[], ["chosen"], ["rejected"]])
    }

    @Test func `the older form of functions is read`() async throws {
        let read = try await read(
            #"{"messages":[{"role":"user","content":"q"},{"role":"assistant","content":null,"function_call":{"name":"f","arguments":"{}"}},{"role":"function","name":"f","content":"r"}],"functions":[{"name":"f"}]}"#
        )
        let conversation = try #require(read.conversations.first)
        #expect(
            conversation.messages.map(\.parts) == [
                [.text("q")], [.toolCall(ToolCall(id: "f", name: "f", arguments: "{}"))],
                [.toolResult(ToolResult(callID: "f", output: "r"))],
            ])
        #expect(conversation.messages[1].answer?.parameters.tools == [["type": "function", "function": ["name": "f"]]])
    }

    @Test func `an example that cannot be read is lost and the next one is not`() async throws {
        let read = try await read(
            "{\"messages\":[{\"content\":\"x\"}]}\n{\"messages\":[{\"role\"\n[]\n{\"messages\":[{\"role\":\"user\",\"content\":\"q\"}]}\n"
        )
        #expect(read.conversations.map { $0.messages.map { $0.parts.text } } == [["q"]])
        #expect(read.lost.count == 3)
    }

    @Test func `pictures that are not wanted leave their place`() async throws {
        let read = try await read(
            #"{"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,AQ=="}}]}]}"#,
            wantsAttachments: false)
        #expect(read.kept.isEmpty)
        #expect(read.conversations[0].messages[0].parts[0].media?.mediaType == "image/png")
    }

    @Test func `what is written is read as it was`() async throws {
        let bytes: [UInt8] = [1, 2]
        let attachment = ExportedAttachment(digest: BlobDigest(of: bytes), mediaType: "image/png", bytes: bytes)
        var threads: [ThreadRecord] = []
        for (index, text) in RandomThread.hardTexts.enumerated() {
            var thread = plainThread([text, text, text, "", "", text])
            thread.instructions = index % 2 == 0 ? text : nil
            thread.messages[2].parts.append(
                .image(MessageMedia(source: .blob(attachment.digest), mediaType: "image/png", detail: "high")))
            thread.messages[3].parts = [.toolCall(ToolCall(id: "c\(index)", name: "t", arguments: text))]
            thread.messages[4].role = .tool
            thread.messages[4].parts = [.toolResult(ToolResult(callID: "c\(index)", output: text))]
            thread.origin = ["extras": ["messages": ["2": ["weight": 0]]]]
            threads.append(thread)
        }
        let document = try await WrittenDocument.of(threads, OpenAIFineTuningWriter(), [attachment])
        #expect(document.leftOut.isEmpty)
        #expect(OpenAIFineTuningReader.recognize(DocumentSource("a.jsonl", document.text)) == .certain)
        let read = try await read(document.text)
        #expect(read.notes == [])
        #expect(read.conversations.count == threads.count)
        for (thread, conversation) in zip(threads, read.conversations) {
            #expect(conversation.messages.map(\.parts) == thread.messages.map(\.parts))
            #expect(conversation.messages.map(\.role) == [.user, .assistant, .user, .assistant, .tool, .assistant])
            #expect(conversation.instructions == thread.instructions)
            #expect(conversation.extras["messages"] == ["2": ["weight": 0]])
        }
    }

    @Test func `weights and names go through a vault and out again`() async throws {
        let lines = [
            #"{"messages":[{"role":"user","content":"q"},{"role":"assistant","content":"bad","weight":0},{"role":"user","content":"again","name":"ann"},{"role":"assistant","content":"good","weight":1}]}"#,
            #"{"input":{"messages":[{"role":"user","content":"q"},{"role":"assistant","content":"hm","weight":0},{"role":"user","content":"which?"}]},"preferred_completion":[{"role":"assistant","content":"this","weight":1}],"non_preferred_completion":[{"role":"assistant","content":"that","weight":0}]}"#,
        ]
        try await withVault { vault, folder in
            let path = try write(lines.joined(separator: "\n").utf8, to: folder + "/train.jsonl")
            let report = try await Importer(try importSource(at: path), reader: OpenAIFineTuningReader.self)
                .run(into: VaultDestination(vault, for: nil), now: Timestamp(milliseconds: 1_800_000_000_000))
            #expect(report.remarks[.lost] == nil)
            var threads: [ThreadRecord] = []
            for id in try await vault.threadIDs().threads { threads.append(try await vault.threadRecord(id)) }
            let document = try await WrittenDocument.of(threads, OpenAIFineTuningWriter())
            let written = try document.text.split(separator: "\n").map { try JSON(parsing: String($0)) }
            let weights = written.map { example in
                (example["messages"] ?? example["input"]?["messages"])?.array?.map { $0["weight"] ?? .null }
            }
            #expect(Set(weights) == [[.null, 0, .null, 1], [.null, 0, .null]])
            #expect(document.text.contains(#""content":"again","name":"ann""#))
            let preference = try #require(written.first { $0["input"] != nil })
            #expect(preference["preferred_completion"]?[0]?["weight"] == 1)
            #expect(preference["non_preferred_completion"]?[0]?["weight"] == 0)
        }
    }

    @Test func `a thread without an answer is left out, because a file with one is refused`() async throws {
        let document = try await WrittenDocument.of([plainThread(["only a question"])], OpenAIFineTuningWriter())
        #expect(document.bytes.isEmpty)
        #expect(document.leftOut.sorted.map(\.what) == ["threads without an answer"])
    }

    @Test func `examples of the vendor's own are read whole and written again`() async throws {
        guard let folder = ProcessInfo.processInfo.environment["DIWAN_TEST_DATA"] else { return }
        for name in ["toy_chat_fine_tuning.jsonl", "weather_chat_fine_tuning.jsonl"] {
            let text = try String(contentsOfFile: folder + "/openai-finetune-jsonl/" + name, encoding: .utf8)
            let read = try await read(text)
            #expect(read.notes == [])
            #expect(read.conversations.count == text.utf8.split(separator: 10).count)
        }
    }

    @Test func `no damage ends the readers`() async throws {
        var dice = Dice(4)
        let text = Array((ShareGPTTests.fixture + "\n").utf8)
        for _ in 0..<300 {
            var damaged = text
            for _ in 0..<3 where !damaged.isEmpty {
                let at = Int(dice.next() % UInt64(damaged.count))
                if dice.chance(2) {
                    damaged[at] = dice.one(of: Array("{}[]\":,0nx".utf8))
                } else {
                    damaged.removeSubrange(at..<min(at + 20, damaged.count))
                }
            }
            let source = DocumentSource(["a.json": damaged])
            try? await ShareGPTReader().read(source, into: ReadDocument())
            try? await OpenAIFineTuningReader().read(source, into: ReadDocument())
            _ = (ShareGPTReader.recognize(source), OpenAIFineTuningReader.recognize(source))
        }
    }
}
