import OrderedJSON
import TestSupport
import Testing

/// What comes back: shown as it came, kept whole.
@Suite(.serialized)
struct AnswerTests {
    @Test(
        arguments: Home.Dialect.allCases,
        [
            ("30-chat-normal.json", "Hello, how can I help?", "chatcmpl-fix1", "fp_fix"),
            ("10-resp-completed.json", "High tide is at 05:41.", "resp_fix0001", nil),
            ("67-odd-acedata-minimal-response.json", "Hello", "resp_min1", nil),
        ] as [(String, String, String, String?)])
    func `chat.completion and response objects are read wherever either comes, whole`(
        dialect: Home.Dialect, answer: (file: String, text: String, id: String, fingerprint: String?)
    ) async throws {
        let body = try Answers.fixture(answer.file)
        let server = try ScriptedServer { try $0.respond(body: body) }
        let home = try Home(server, dialect)
        let ended = try await home.diwan("ask", "--no-stream", "Hello")
        #expect(ended.code == 0, "\(ended.errors)")
        #expect(ended.output == answer.text + "\n")
        let call = try await home.call()
        let said = try JSON(parsing: body)
        #expect(call["response_id"]?.string == answer.id)
        #expect(call["created"]?.int == 1_790_000_000)
        #expect(call["system_fingerprint"]?.string == answer.fingerprint)
        #expect(call["model_reported"] == said["model"])
        #expect(call["model_requested"] == "test-model")
        #expect(call["status"] == "complete")
        let usage = said["usage"]
        #expect(call["usage"]?["input_tokens"] == usage?["prompt_tokens"] ?? usage?["input_tokens"])
        #expect(call["usage"]?["output_tokens"] == usage?["completion_tokens"] ?? usage?["output_tokens"])
    }

    @Test(
        arguments: Home.Dialect.allCases,
        [
            ("70-stream-chat-usage.sse", "Bonjour 😀", "chatcmpl-st1", "fp_fix"),
            ("50-stream-resp-text.sse", nil, "resp_fix0001", nil),
            ("60-odd-acedata-resp.sse", nil, "resp_fix0001", nil),
        ] as [(String, String?, String, String?)])
    func `streams of either kind are read wherever they come`(
        dialect: Home.Dialect, answer: (file: String, text: String?, id: String, fingerprint: String?)
    ) async throws {
        let body = try Answers.fixture(answer.file)
        let server = try ScriptedServer { exchange in
            try exchange.begin()
            // In pieces that cut events, lines and characters.
            for start in stride(from: 0, to: body.count, by: 97) {
                try exchange.write(Array(body[start..<min(start + 97, body.count)]))
            }
            try exchange.end()
        }
        let home = try Home(server, dialect)
        let ended = try await home.diwan("ask", "Hello")
        #expect(ended.code == 0, "\(ended.errors)")
        // The text of a Responses stream is that of its last event.
        let text = answer.text ?? Self.completedText(body)
        #expect(!text.isEmpty)
        #expect(ended.output == text + "\n")
        #expect(try await home.words() == ["Hello", text])
        let call = try await home.call()
        #expect(call["response_id"]?.string == answer.id)
        #expect(call["created"]?.int == 1_790_000_000)
        #expect(call["system_fingerprint"]?.string == answer.fingerprint)
        #expect(call["first_token_at"]?.string != nil)
    }

    private static func completedText(_ stream: [UInt8]) -> String {
        let lines = String(decoding: stream, as: UTF8.self).split(separator: "\n")
        let last = lines.last { $0.hasPrefix("data: ") && $0.contains("\"response.completed\"") } ?? ""
        let json = try? JSON(parsing: String(last.dropFirst(6)))
        let content = json?["response"]?["output"]?.array?.compactMap { $0["content"]?.array }.flatMap { $0 } ?? []
        return content.compactMap { $0["text"]?.string }.joined()
    }

    @Test(arguments: Home.Dialect.allCases)
    func `every field that came is handed on, those nobody knows too`(dialect: Home.Dialect) async throws {
        let body =
            #"{"id":"x1","object":"chat.completion","created":1790000000.5,"model":"m","zebra":{"b":1e2,"a":[null,"\ud83d\ude00"]},"choices":[{"index":0,"stripe":true,"message":{"role":"assistant","content":"Hi","mood":"calm"},"finish_reason":"stop"}],"system_fingerprint":"fp_7"}"#
        let server = try ScriptedServer { try $0.respond(body: body) }
        let home = try Home(server, dialect)
        #expect(try await home.diwan("ask", "--no-stream", "Hello").code == 0)
        let kept = try await home.diwan("call", "--response").json
        #expect(kept["zebra"]?.text() == #"{"b":1e2,"a":[null,"😀"]}"#)
        #expect(kept["choices"]?[0]?["stripe"] == true)
        #expect(kept["choices"]?[0]?["message"]?["mood"] == "calm")
        #expect(kept["choices"]?[0]?["message"]?["content"] == "Hi")
        #expect(try await home.call()["created"]?.text() == "1790000000.5")
    }

    @Test func `unknown fields of a stream's chunks and events are kept`() async throws {
        let server = try ScriptedServer { exchange in
            try exchange.stream(
                exchange.index == 0
                    ? [
                        #"data: {"id":"c1","object":"chat.completion.chunk","created":1,"model":"m","zebra":7,"choices":[{"index":0,"delta":{"role":"assistant","content":"Hi"},"finish_reason":null}]}"#
                            + "\n\n",
                        #"data: {"id":"c1","object":"chat.completion.chunk","created":1,"model":"m","late":"yes","choices":[{"index":0,"delta":{},"finish_reason":"stop","stripe":[1]}]}"#
                            + "\n\n", "data: [DONE]\n\n",
                    ]
                    : [
                        #"data: {"type":"response.completed","response":{"id":"r1","object":"response","created_at":1,"status":"completed","model":"m","content_filters":null,"herd":{"size":3},"output":[{"id":"m1","type":"message","role":"assistant","status":"completed","hoof":1,"content":[{"type":"output_text","text":"Hi","annotations":[],"ear":2}]}]}}"#
                            + "\n\n"
                    ])
        }
        let home = try Home(server)
        #expect(try await home.diwan("ask", "Hello").output == "Hi\n")
        let chat = try await home.diwan("call", "--response").json
        #expect(chat["zebra"] == 7)
        #expect(chat["late"] == "yes")
        #expect(chat["choices"]?[0]?["stripe"]?.text() == "[1]")
        #expect(chat["choices"]?[0]?["message"]?["content"] == "Hi")
        #expect(try await home.diwan("ask", "Hello again").output == "Hi\n")
        let response = try await home.diwan("call", "--response").json
        #expect(response["content_filters"] == .null)
        #expect(response["herd"]?["size"] == 3)
        #expect(response["output"]?[0]?["hoof"] == 1)
        #expect(response["output"]?[0]?["content"]?[0]?["ear"] == 2)
    }

    @Test func `three choices become three siblings, the first one on the path`() async throws {
        let body = try Answers.fixture("31-chat-n3.json")
        let server = try ScriptedServer { exchange in
            if exchange.index == 0 { try exchange.respond(body: body) } else { try exchange.say("Fine.") }
        }
        let home = try Home(server, .chat)
        let ended = try await home.diwan("ask", "-n", "3", "--no-stream", "--json", "Which fish?")
        #expect(ended.code == 0, "\(ended.errors)")
        let messages = try ended.json["messages"]?.array ?? []
        #expect(messages.map { $0["text"]?.string } == ["One fish", "Two fish", "Red fi"])
        #expect(messages.map { $0["choice"]?.int } == [0, 1, 2])
        #expect(messages.map { $0["status"]?.string } == ["complete", "complete", "incomplete"])
        #expect(messages.map { $0["on_tip_path"]?.bool } == [true, false, false])
        #expect(Set(messages.map { $0["parent_id"]?.string }).count == 1)
        let thread = try ended.json["thread"]?["handle"]?.string ?? ""
        #expect(messages.map { $0["address"]?.string } == ["\(thread)/2", "\(thread)/2.2", "\(thread)/2.3"])
        // Going on from one of them sends it, and neither of the others.
        #expect(try await home.diwan("ask", "-t", "\(thread)/2.3", "Go on").code == 0)
        #expect(server.requests.last?.conversation == ["user: Which fish?", "assistant: Red fi", "user: Go on"])
        try await home.expectSound()
    }

    @Test func `three streamed choices come out one after the other, each whole`() async throws {
        let body = try Answers.fixture("71-stream-chat-n3.sse")
        let server = try ScriptedServer { exchange in
            try exchange.begin()
            try exchange.write(body)
            try exchange.end()
        }
        let home = try Home(server, .chat)
        let ended = try await home.diwan("ask", "-n", "3", "Which fish?")
        #expect(ended.code == 0, "\(ended.errors)")
        let call = try await home.call()
        #expect(call["message_ids"]?.array?.count == 3)
        #expect(ended.output.split(separator: "\n").count == 3)
        #expect(ended.errors.contains("1 of 3") && ended.errors.contains("3 of 3"))
    }

    @Test func `asked for three answers and given one, it says so`() async throws {
        let server = try ScriptedServer { try $0.respond(body: Answers.completion("Only one.")) }
        let home = try Home(server)
        let ended = try await home.diwan("ask", "-n", "3", "--no-stream", "Hello")
        #expect(ended.code == 0)
        #expect(ended.output == "Only one.\n")
        #expect(ended.errors.contains("Asked for 3 answers and got 1."))
    }

    @Test func `--json prints one document with the documented names, absent ones null`() async throws {
        let server = try ScriptedServer { try $0.say("Fine.") }
        let home = try Home(server)
        let answer = try await home.diwan("ask", "--json", "Hello").json
        #expect(answer.object?.keys == ["object", "thread", "question", "messages", "call"])
        #expect(
            answer["thread"]?.object?.keys == [
                "object", "id", "handle", "title", "title_given", "tip_id", "model", "upstream", "message_count",
                "branch_count", "tags", "from", "created_at", "active_at", "pinned", "archived", "trashed",
            ])
        let message = [
            "object", "id", "thread_id", "parent_id", "address", "role", "text", "parts", "call_id", "choice",
            "finish_reason", "status", "label", "on_tip_path", "created_at",
        ]
        #expect(answer["question"]?.object?.keys == message)
        #expect(answer["messages"]?[0]?.object?.keys == message)
        #expect(
            answer["call"]?.object?.keys == [
                "object", "id", "handle", "thread_id", "message_ids", "replay_id", "upstream", "dialect",
                "model_requested", "model_sent", "model_reported", "response_id", "created", "system_fingerprint",
                "status", "error", "usage", "cost", "parameters", "context", "queued_at", "sent_at", "first_token_at",
                "finished_at",
            ])
        #expect(answer["thread"]?["title"] == "Hello")
        #expect(answer["thread"]?["message_count"] == 2)
        #expect(answer["question"]?["parent_id"] == .null)
        #expect(answer["call"]?["error"] == .null)
    }

    @Test(arguments: [
        (#"{"city":"Oslo"}"#, nil), (#"{"city":7}"#, "not what the schema asks for: /city is a number, not string"),
        (#"{"town":"Oslo"}"#, "not what the schema asks for: /city is missing"), ("Oslo.", "no JSON"),
    ])
    func `an answer asked for in a shape is checked against it, and kept all the same`(
        answer: String, complaint: String?
    ) async throws {
        let server = try ScriptedServer { try $0.say(answer) }
        let home = try Home(server)
        let schema = try home.write(
            #"{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}"#, to: "city.json")
        let asked = try await home.diwan("ask", "--schema", schema, "Where?")
        #expect(asked.line == answer)
        #expect(asked.code == (complaint == nil ? 0 : 65), "\(asked.errors)")
        if let complaint {
            #expect(asked.errors.contains("diwan: the answer is \(complaint). It is saved; ask again: diwan retry "))
        }
        #expect(try await home.words() == ["Where?", answer])
    }
}
