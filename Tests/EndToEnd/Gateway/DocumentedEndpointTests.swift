import Foundation
import OrderedJSON
import TestSupport
import Testing

/// `POST /openai/responses` as its page documents it, field by field: a program written after the page works.
@Suite struct DocumentedEndpointTests {
    private static let path = "/openai/responses"

    private func with(
        _ dialect: Home.Dialect = .chat, _ work: (ServedHome, ScriptedModel) async throws -> Void
    ) async throws {
        let model = try ScriptedModel()
        defer { model.stop() }
        // The page's model is one of those that are documented for acedata, so that is who is asked.
        let more = "[upstreams.acedata]\nurl = \"\(model.url)\(dialect.base)\"\ndialect = \"\(dialect.rawValue)\""
        try await ServedHome.with(upstream: model.url, dialect: dialect.rawValue, more: more) {
            try await work($0, model)
        }
    }

    private static func body(_ fields: String = "", saying words: String = "say Hello there") -> String {
        #"{"model":"gpt-4o-mini","input":[{"role":"user","content":"\#(words)"}]"#
            + (fields.isEmpty ? "" : "," + fields)
            + "}"
    }

    @Test(arguments: Home.Dialect.allCases)
    func `an answer has every documented field, in the documented type`(dialect: Home.Dialect) async throws {
        try await with(dialect) { served, _ in
            let reply = try await served.ask("POST", Self.path, body: Self.body())
            #expect(reply.status == 200 && reply.head.contains("application/json"))
            let json = try reply.json
            #expect(json["id"]?.string?.hasPrefix("resp_") == true)
            #expect(json["object"]?.string == "chat.completion")
            #expect(json["model"]?.string?.isEmpty == false)
            let created = try #require(json["created"]?.int)
            #expect(created > 1_700_000_000)
            let choice = try #require(json["choices"]?[0])
            #expect(json["choices"]?.array?.count == 1)
            #expect(choice["index"]?.int == 0 && choice["finish_reason"]?.string == "stop")
            #expect(choice["message"]?["role"]?.string == "assistant")
            #expect(choice["message"]?["content"]?.string == "Hello there")
            // Where an upstream names its configuration, so does the answer.
            #expect(json["system_fingerprint"]?.string == "fp_scripted")
            // And, in the same body, what an SDK reads.
            #expect(json["output_text"]?.string == "Hello there" && json["status"]?.string == "completed")
            #expect(json["output"]?[0]?["content"]?[0]?["text"]?.string == "Hello there")
            #expect(json["created_at"]?.int == created && json["usage"]?["output_tokens"]?.int != nil)
        }
    }

    @Test func `every documented field of a request goes to the upstream as it was given`() async throws {
        try await with { served, model in
            let fields = #"""
                "n":2,"background":false,"stream":false,"max_tokens":77,"temperature":0.25,
                "tools":[{"type":"function","name":"look","parameters":{"type":"object","properties":{}}}],
                "tool_choice":{"type":"function","name":"look"},"response_format":{"type":"json_object"},"seed":42
                """#
            let reply = try await served.ask("POST", Self.path, body: Self.body(fields))
            #expect(reply.status == 200, "\(reply.body)")
            #expect(try reply.json["choices"]?.array?.count == 2)
            let sent = try #require(model.server.requests.last { $0.method == "POST" })
            let json = try JSON(parsing: sent.body)
            #expect(json["model"]?.string == "gpt-4o-mini" && json["n"]?.int == 2)
            #expect(json["max_tokens"]?.int == 77 && json["temperature"]?.double == 0.25 && json["seed"]?.int == 42)
            #expect(json["response_format"]?["type"]?.string == "json_object")
            #expect(json["tools"]?[0]?["function"]?["name"]?.string == "look")
            #expect(json["tool_choice"]?["function"]?["name"]?.string == "look")
            #expect(json["messages"]?[0]?["content"]?.string == "say Hello there")
            #expect(sent.header("Authorization")?.contains("my-program") == false)
        }
    }

    @Test func `what is left out, or null, is not sent on`() async throws {
        try await with { served, model in
            let nulls = #""n":null,"background":null,"stream":null,"max_tokens":null,"temperature":null"#
            for fields in ["", nulls] {
                let reply = try await served.ask("POST", Self.path, body: Self.body(fields))
                #expect(reply.status == 200, "\(reply.body)")
                let sent = try JSON(parsing: try #require(model.server.requests.last { $0.method == "POST" }).body)
                for name in ["n", "temperature", "max_tokens", "tools", "response_format", "background"] {
                    #expect(sent[name].map(\.isNull) ?? true, "\(name)")
                }
            }
        }
    }

    @Test func `a temperature at either end is taken`() async throws {
        try await with { served, _ in
            for temperature in ["0", "2", "0.0", "2.0"] {
                let reply = try await served.ask("POST", Self.path, body: Self.body("\"temperature\":\(temperature)"))
                #expect(reply.status == 200)
            }
        }
    }

    @Test func `as many choices as are documented may be asked for`() async throws {
        try await with { served, _ in
            let reply = try await served.ask("POST", Self.path, body: Self.body("\"n\":128"))
            let choices = try #require(try reply.json["choices"]?.array)
            #expect(choices.compactMap { $0["index"]?.int } == Array(0..<128))
            #expect(choices.allSatisfy { $0["message"]?["content"]?.string == "Hello there" })
        }
    }

    @Test(arguments: Home.Dialect.allCases)
    func `the request of the page is taken as it stands`(dialect: Home.Dialect) async throws {
        try await with(dialect) { served, _ in
            // `03-req-acedata-responses.json`, written after the page.
            let page = #"""
                {
                  "model": "gpt-4o-mini",
                  "input": [
                    {
                      "role": "user",
                      "content": "Hello"
                    }
                  ],
                  "n": 3,
                  "background": false,
                  "stream": false,
                  "max_tokens": 64,
                  "temperature": 1,
                  "response_format": {
                    "type": "json_object"
                  }
                }
                """#
            let reply = try await served.ask("POST", Self.path + "/", body: page)
            // The Responses API gives one answer: what cannot be asked of it is refused by its name.
            if dialect == .responses {
                #expect(reply.status == 400)
                #expect(try reply.json["error"]?["param"]?.string == "n")
                return
            }
            #expect(reply.status == 200, "\(reply.body)")
            #expect(try reply.json["choices"]?.array?.count == 3)
            #expect(try reply.json["choices"]?[2]?["message"]?["content"]?.string == "You said: Hello")
        }
    }

    @Test func `a stream is told in bare data lines that end with the whole answer`() async throws {
        try await with { served, _ in
            let reply = try await served.ask("POST", Self.path, body: Self.body("\"stream\":true"))
            #expect(reply.head.contains("text/event-stream") && !reply.body.contains("event:"))
            let events = try reply.body.split(separator: "\n\n").filter { $0 != "data: [DONE]" }.map {
                try JSON(parsing: String($0.dropFirst(6)))
            }
            #expect(events.compactMap { $0["sequence_number"]?.int } == Array(events.indices))
            let words = events.filter { $0["type"]?.string == "response.output_text.delta" }
                .compactMap { $0["delta"]?.string }.joined()
            #expect(words == "Hello there")
            let last = try #require(events.last)
            #expect(last["type"]?.string == "response.completed")
            #expect(last["response"]?["choices"]?[0]?["message"]?["content"]?.string == "Hello there")
        }
    }

    @Test func `a background answer is named at once and fetched when it is there`() async throws {
        try await with { served, _ in
            let reply = try await served.ask("POST", Self.path, body: Self.body("\"background\":true"))
            #expect(reply.status == 200)
            let id = try #require(try reply.json["id"]?.string)
            // A stream of it ends when it does.
            let told = try await served.ask("GET", "/v1/responses/\(id)?stream=true")
            #expect(told.body.contains("response.completed"))
            let whole = try await served.ask("GET", "/openai/responses/\(id)")
            #expect(try whole.json["output"]?[0]?["content"]?[0]?["text"]?.string == "Hello there")
        }
    }

    /// Fields that the page does not allow, and the name under which each is refused.
    private static let wrongFields = [
        (#""n":0"#, "n"), (#""n":129"#, "n"), (#""n":"2""#, "n"), (#""n":1.5"#, "n"),
        (#""temperature":-1"#, "temperature"), (#""temperature":3"#, "temperature"),
        (#""temperature":"hot""#, "temperature"), (#""tools":[]"#, "tools"), (#""tools":{}"#, "tools"),
        (#""tools":["look"]"#, "tools"), (#""tools":[{"type":"function"}]"#, "tools"),
        (#""background":"no""#, "background"), (#""stream":1"#, "stream"), (#""max_tokens":"many""#, "max_tokens"),
        (#""max_tokens":0"#, "max_tokens"), (#""response_format":"json""#, "response_format"),
        (#""response_format":{}"#, "response_format"), (#""tool_choice":"sometimes""#, "tool_choice"),
    ]
    /// Requests that lack what is required.
    private static let wrongRequests = [
        (#"{"input":[{"role":"user","content":"x"}]}"#, "model"),
        (#"{"model":7,"input":[{"role":"user","content":"x"}]}"#, "model"), (#"{"model":"m"}"#, "input"),
        (#"{"model":"m","input":[]}"#, "input"), (#"{"model":"m","input":null}"#, "input"),
        (#"{"model":"m","input":5}"#, "input"), (#"{"model":"m","input":["x"]}"#, "input"),
        (#"{"model":"m","input":[{"role":"king","content":"x"}]}"#, "input"),
        (#"{"model":"m","input":[{"role":"user"}]}"#, "input"),
    ]

    @Test func `what the page does not allow is refused by its name, and nothing is sent`() async throws {
        try await with { served, model in
            for (field, param) in Self.wrongFields {
                try Self.expectFault(try await served.ask("POST", Self.path, body: Self.body(field)), param)
            }
            for (body, param) in Self.wrongRequests {
                try Self.expectFault(try await served.ask("POST", Self.path, body: body), param)
            }
            for body in ["", "{", "[]", "null", "\"x\"", "model=m"] {
                try Self.expectFault(try await served.ask("POST", Self.path, body: body), nil)
            }
            #expect(!model.server.requests.contains { $0.method == "POST" })
        }
    }

    @Test func `an upstream's error keeps its status and its words`() async throws {
        let model = try ScriptedModel()
        defer { model.stop() }
        // It is not asked again: what comes of that is tested elsewhere.
        let once = "[upstreams.once]\nurl = \"\(model.url)/v1\"\ndialect = \"chat\"\nmodel = \"m\"\nretries = 0"
        try await ServedHome.with(upstream: model.url, dialect: "chat", more: once) { served in
            for status in [400, 401, 403, 404, 422, 429, 500, 503] {
                let asked = Self.body(saying: "fail \(status)").replacing("gpt-4o-mini", with: "once/m")
                let reply = try await served.ask("POST", Self.path, body: asked)
                #expect(reply.status == status, "\(reply.body)")
                let error = try #require(try reply.json["error"])
                #expect(error["message"]?.string == "scripted to fail" && error["type"]?.string == "scripted_error")
                #expect(error["code"]?.string == "scripted" && reply.head.contains("X-Request-Id: req_"))
            }
        }
    }

    /// OpenAI's shape of an error, with the request's id.
    private static func expectFault(
        _ reply: ServedReply, _ param: String?, _ location: SourceLocation = #_sourceLocation
    ) throws {
        #expect(reply.status == 400, "\(reply.body)", sourceLocation: location)
        #expect(reply.head.contains("X-Request-Id: req_"), sourceLocation: location)
        let error = try reply.json["error"]
        #expect(error?.object?.keys == ["message", "type", "param", "code"], "\(reply.body)", sourceLocation: location)
        #expect(error?["type"]?.string == "invalid_request_error", sourceLocation: location)
        #expect(error?["message"]?.string?.isEmpty == false, sourceLocation: location)
        if let param {
            let named = error?["param"]?.string ?? ""
            let place = named.prefix { $0 != "[" && $0 != "." }
            #expect(String(place) == param, "\(reply.body)", sourceLocation: location)
        } else {
            #expect(error?["param"]?.isNull == true, sourceLocation: location)
        }
    }
}
