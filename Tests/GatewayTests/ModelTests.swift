import Conversations
import Foundation
import ModelUpstream
import OrderedJSON
import TestSupport
import Testing

@testable import Gateway

@Suite struct ModelTests {
    private static func upstream(_ name: String, _ server: ScriptedServer) -> Upstream {
        Upstream(name: name, url: server.url + "/v1", dialect: .chat, model: "usual", retries: 0)
    }

    /// An upstream that lists these models and answers embeddings with its name.
    private static func server(_ name: String, _ models: [String]) throws -> ScriptedServer {
        try ScriptedServer { exchange in
            if exchange.request.target.hasSuffix("/models") {
                let list = models.map { "{\"id\":\"\($0)\",\"created\":7,\"owned_by\":\"them\"}" }
                try exchange.respond(body: "{\"data\":[\(list.joined(separator: ","))]}")
            } else {
                let model = (try? JSON(parsing: exchange.request.body))?["model"]?.string ?? "?"
                try exchange.respond(body: "{\"from\":\"\(name)\",\"asked\":\"\(model)\"}")
            }
        }
    }

    @Test func `the models of every upstream are one list, and a name that two have is told apart`() async throws {
        let (one, other) = (try Self.server("one", ["a", "both"]), try Self.server("other", ["both", "v/b"]))
        defer { for server in [one, other] { server.stop() } }
        try await RunningGateway.with(upstreams: [Self.upstream("one", one), Self.upstream("other", other)]) {
            gateway in
            let list = try JSON(parsing: try await gateway.ask("GET", "/v1/models").body)
            #expect(list["data"]?.array?.compactMap { $0["id"]?.string } == ["a", "both", "other/both", "v/b"])
            #expect(list["data"]?[0]?["created"]?.int == 7 && list["data"]?[0]?["owned_by"]?.string == "them")
            for target in ["/v1/models/v/b", "/v1/models/v%2Fb", "/openai/models/other/v%2Fb"] {
                #expect(try await gateway.ask("GET", target).body.contains("\"id\":\"v/b\""), "\(target)")
            }
            let missing = try await gateway.ask("GET", "/v1/models/c")
            #expect(missing.status == 404 && missing.body.contains("model_not_found"))
        }
    }

    @Test(
        arguments: [
            ("a", "one", "a"), ("v/b", "other", "v/b"), ("both", "one", "both"), ("other/both", "other", "both"),
            ("nobody-lists-it", "one", "nobody-lists-it"),
        ])
    func `a model goes to whoever lists it`(model: String, upstream: String, asked: String) async throws {
        let (one, other) = (try Self.server("one", ["a", "both"]), try Self.server("other", ["both", "v/b"]))
        defer { for server in [one, other] { server.stop() } }
        try await RunningGateway.with(upstreams: [Self.upstream("one", one), Self.upstream("other", other)]) {
            gateway in
            let body = "{\"model\":\"\(model)\",\"input\":\"hello\"}"
            let answer = try await gateway.ask("POST", "/v1/embeddings", body: body)
            #expect(answer.body == "{\"from\":\"\(upstream)\",\"asked\":\"\(asked)\"}")
            let named = try await gateway.ask("POST", "/v1/embeddings", ["X-Diwan-Upstream": "other"], body: body)
            #expect(named.body == "{\"from\":\"other\",\"asked\":\"\(model)\"}")
        }
    }

    @Test func `embeddings are passed on byte for byte, with our key and not the caller's`() async throws {
        let server = try ScriptedServer { exchange in
            try exchange.respond(body: "{\"data\":[{\"embedding\":\"AACAPw==\"}],\"usage\":{\"prompt_tokens\":2}}")
        }
        defer { server.stop() }
        try await RunningGateway.with(upstreams: [Self.upstream("one", server)]) { gateway in
            let body = "{ \"model\":\"e\", \"input\":[1.50,\"\\u00e9\"], \"encoding_format\":\"base64\", \"mine\":1e2 }"
            let answer = try await gateway.ask(
                "POST", "/openai/embeddings/", ["Authorization": "Bearer sk-callers-own"], body: body)
            #expect(answer.body.contains("\"AACAPw==\""))
            let sent = try #require(server.requests.first { $0.method == "POST" })
            #expect(sent.text == body && sent.target == "/v1/embeddings")
            #expect(sent.header("Authorization") == "Bearer sk-upstream-SECRET")
            let metrics = try await gateway.ask("GET", "/metrics").body
            #expect(metrics.contains("diwan_tokens_total{kind=\"input\",upstream=\"one\"} 2"))
            #expect(
                metrics.contains(
                    "diwan_http_requests_total{method=\"POST\",path=\"/embeddings\",status=\"200\"} 1"))
            #expect(!gateway.log.text.contains("SECRET") && !gateway.log.text.contains("callers-own"))
        }
    }

    @Test func `an upstream's error keeps its status, type and trace id, and is not to be tried again`() async throws {
        let server = try ScriptedServer { exchange in
            try exchange.respond(
                status: 500, headers: [("Content-Type", "application/json"), ("X-Request-Id", "trace-9")],
                body: "{\"error\":{\"message\":\"broken\",\"type\":\"their_type\",\"code\":\"their_code\"}}")
        }
        defer { server.stop() }
        try await RunningGateway.with(upstreams: [Self.upstream("one", server)]) { gateway in
            let answer = try await gateway.ask("POST", "/v1/embeddings", body: "{\"model\":\"e\",\"input\":\"x\"}")
            let error = try JSON(parsing: answer.body)["error"]
            #expect(answer.status == 500 && answer.head.lowercased().contains("x-should-retry: false"))
            #expect(error?["message"]?.string == "broken" && error?["type"]?.string == "their_type")
            #expect(error?["code"]?.string == "their_code" && error?["trace_id"]?.string == "trace-9")
        }
    }

    @Test func `a path that is not there and a method it does not take are said in the same shape`() async throws {
        try await RunningGateway.with { gateway in
            for target in ["/v1/nothing", "/", "/v1/../etc/passwd", "/v1/%2e%2e/models", "//"] {
                let answer = try await gateway.ask("GET", target)
                #expect(answer.status == 404 && answer.body.contains("unknown_url"), "\(target)")
                #expect(answer.head.contains("X-Request-Id: req_"))
            }
            let answer = try await gateway.ask("DELETE", "/v1/models")
            #expect(answer.status == 405 && answer.head.contains("Allow: GET"))
            let wrong = try await gateway.ask("POST", "/v1/embeddings", body: "{\"model\":")
            #expect(wrong.status == 400 && wrong.body.contains("invalid_json"))
        }
    }
}
