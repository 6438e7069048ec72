import ConversationService
import ConversationStorage
import Conversations
import Foundation
import HTTPTypes
import OrderedJSON
import TestSupport
import Testing

@testable import Gateway

/// Requests that nobody sends by mistake. Whatever comes, the service answers in its own shape and goes on.
@Suite struct HostileRequestTests {
    /// Every path of the service with something in the place of its parameters.
    private static func targets(_ method: HTTPRequest.Method, filledWith text: String = "x") -> [String] {
        Gateway.everyRoute.filter { $0.method == method && $0.access.isCaller }.map { route in
            route.segments.map { segment in
                if case .word(let word) = segment { "/" + word } else { "/" + text }
            }.joined()
        }
    }

    @Test func `no endpoint answers a page that let its name point here, or that stands elsewhere`() async throws {
        try await RunningGateway.with { gateway in
            for method in [HTTPRequest.Method.get, .post, .patch, .delete] {
                for target in Self.targets(method) + ["/metrics", "/openapi.json"] {
                    for fields in [["Host": "evil.example"], ["Origin": "https://evil.example"]] {
                        let answer = try await gateway.ask(method.rawValue, target, fields)
                        #expect(answer.status == 403, "\(method.rawValue) \(target)")
                        #expect(!answer.head.lowercased().contains("access-control-allow"))
                    }
                }
            }
        }
    }

    @Test func `JSON without end, and JSON that is none, is refused by every endpoint`() async throws {
        let deep = String(repeating: "[", count: 100_000)
        let bodies = [
            deep, "{\"model\":\(deep)", "{\"input\":" + deep + String(repeating: "]", count: 100_000) + "}",
            String(repeating: "{\"a\":", count: 50_000), "{", "\u{0}", "\"\\ud800", "1e999999999",
        ]
        try await RunningGateway.with { gateway in
            for method in [HTTPRequest.Method.post, .patch] {
                for target in Self.targets(method) {
                    for body in bodies {
                        let answer = try await gateway.ask(method.rawValue, target, body: body)
                        #expect((400..<500).contains(answer.status), "\(target): \(answer.status) \(answer.body)")
                        #expect(answer.body.hasPrefix("{\"error\":{\"message\":"), "\(target)")
                    }
                }
            }
            #expect(try await gateway.ask("GET", "/healthz").status == 200)
        }
    }

    @Test(arguments: [
        "/v1/../../etc/passwd", "/v1/%2e%2e/%2e%2e/etc/passwd", "/diwan/v1/threads/..", "/diwan/v1/threads/%2e%2e/tree",
        "//diwan/v1/threads", "/diwan//v1/threads", "/diwan/v1/threads/%00", "/diwan/v1/threads/a%00b",
        "/diwan/v1/threads/%0d%0aX-Bad:%201", "/diwan/v1/messages/%ff%fe", "/v1/responses/%",
        "/diwan/v1/threads/./tree",
        "/diwan/v1/calls/..%2f..%2fetc%2fpasswd", "/v1/models/..%2f..%2fetc%2fpasswd", "\\..\\..",
        "/" + String(repeating: "a", count: 20_000), "/diwan/v1/threads/" + String(repeating: "k", count: 4000),
    ])
    func `a path that climbs, hides or never ends leads nowhere`(target: String) async throws {
        try await RunningGateway.with { gateway in
            let answer = try await gateway.ask("GET", target)
            #expect([400, 403, 404].contains(answer.status), "\(answer.status)")
            #expect(!answer.head.contains("X-Bad") && !answer.body.contains("root:"))
            #expect(answer.body.isEmpty || answer.body.hasPrefix("{\"error\""))
        }
    }

    @Test func `what stands in the place of an id is an id or nothing`() async throws {
        let odd = [
            "'", "%27%20OR%201=1--", "%25", "*", "_", "null", "0", "-1", "@", "@2", "latest", "keep", "%F0%9F%98%80",
            "resp_", "conv_" + String(repeating: "z", count: 32), String(repeating: "0", count: 32),
        ]
        try await RunningGateway.with { gateway in
            _ = try await gateway.service.vault.create(
                .init(id: ThreadID(at: gateway.service.now()), title: "latest", createdAt: gateway.service.now()))
            for method in [HTTPRequest.Method.get, .delete] {
                for target in Set(odd.flatMap { Self.targets(method, filledWith: $0) }) where target.contains("/v1") {
                    let answer = try await gateway.ask(method.rawValue, target)
                    #expect(answer.status < 500, "\(target): \(answer.body)")
                    #expect(!target.contains("/threads/") || answer.status == 404, "\(target): \(answer.body)")
                }
            }
        }
    }

    @Test func `queries of every kind are answered or refused`() async throws {
        let odd = [
            "limit=99999999999999999999", "limit=-1", "limit=%00", "after=%ff", "query=%00", "query=((((((((",
            "query=" + String(repeating: "(", count: 3000), "query=%22", "query=last:99999999999999d",
            "query=after:0000", "since=-1", "since=9223372036854775807", "when=9999", "when=2026-13..0001-99",
            "by=", "offset=9223372036854775807", "offset=-9223372036854775808", "stream=2", "=", "&&&", "limit",
            "thread=%2e%2e", "query=" + String(repeating: "a%20OR%20", count: 800), "sort=%F0%9F", "format=%00",
        ]
        try await RunningGateway.with { gateway in
            for target in Self.targets(.get) {
                for query in odd {
                    let answer = try await gateway.ask("GET", "\(target)?\(query)")
                    #expect(answer.status < 500, "\(target)?\(query.prefix(40)): \(answer.body)")
                }
            }
        }
    }

    @Test func `a head with too many fields, or one that says two lengths, is refused`() async throws {
        try await RunningGateway.with { gateway in
            let many = (0..<500).map { "X-\($0): y\r\n" }.joined()
            for head in [
                "GET /v1/models HTTP/1.1\r\nHost: localhost\r\n\(many)\r\n",
                "POST /v1/responses HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
                "POST /v1/responses HTTP/1.1\r\nHost: localhost\r\nContent-Length: -5\r\n\r\n",
                "POST /v1/responses HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
                "GET / HTTP/9.9\r\n\r\n", "\u{0}\u{1}\u{2}\r\n\r\n",
                "GET /v1/models HTTP/1.1\r\nHost : localhost\r\n\r\n",
            ] {
                let client = try RawClient(port: gateway.port)
                try client.send(head)
                let answer = try await client.readToEnd()
                #expect(answer.isEmpty || answer.hasPrefix("HTTP/1.1 4"), "\(head.prefix(60)): \(answer)")
            }
            #expect(try await gateway.ask("GET", "/healthz").status == 200)
        }
    }

    @Test func `a request that is both chunked and of a length is one request`() async throws {
        try await RunningGateway.with { gateway in
            let client = try RawClient(port: gateway.port)
            // What stands behind the last chunk would be a request of its own to whoever believes the length.
            try client.send(
                "POST /v1/conversations HTTP/1.1\r\nHost: localhost\r\nContent-Length: 60\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /diwan/v1/threads HTTP/1.1\r\nHost: evil.example\r\n\r\n"
            )
            let answer = try await client.readToEnd()
            #expect(!answer.contains("\"object\":\"list\""))
            #expect(answer.hasPrefix("HTTP/1.1 4") || answer.components(separatedBy: "HTTP/1.1 200").count <= 2)
        }
    }

    @Test func `a body that drips in has to be whole in time`() async throws {
        try await RunningGateway.with({ $0.limits.body = .milliseconds(400) }) { gateway in
            let client = try RawClient(port: gateway.port)
            try client.send("POST /v1/responses HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n")
            let dripping = Task {
                while !Task.isCancelled {
                    guard (try? client.send("x")) != nil else { return }
                    try await Task.sleep(for: .milliseconds(20))
                }
            }
            let answer = try await client.readToEnd()
            dripping.cancel()
            #expect(answer.contains(" 408 "))
        }
    }

    @Test func `a key that is revoked opens nothing from then on, not even on its open connection`() async throws {
        let (gate, entered) = (Gate(), Gate())
        let slow = Route(.get, "/slow") { _ in
            .events { stream in
                try await stream.send(data: Array("1".utf8))
                entered.open()
                _ = await gate.opened()
                try await stream.send(data: Array("2".utf8))
            }
        }
        try await RunningGateway.with(routes: [slow]) { gateway in
            _ = try await gateway.service.addProgram(
                "phone", key: "diwan-in-use", seesAll: false, vaultFile: nil, onDisconnect: nil)
            let client = try RawClient(port: gateway.port)
            let head = "HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer diwan-in-use\r\n\r\n"
            try client.send("GET /slow \(head)")
            #expect(await entered.opened())
            #expect(try await gateway.service.revokeProgram("phone"))
            gate.open()
            // What it was being told when the key was taken back is told to its end.
            #expect(try await client.read(until: "0\r\n\r\n").contains("data: 2"))
            try client.send("GET /diwan/v1/threads \(head)")
            let answer = try await client.read(until: "}}")
            #expect(answer.contains(" 401 ") && answer.contains("revoked"))
        }
    }

    @Test func `no key is in the most talkative log, wherever it was sent`() async throws {
        let (server, upstream) = try ToldThread.upstream()
        defer { server.stop() }
        try await RunningGateway.with(upstreams: [upstream]) { gateway in
            _ = try await gateway.service.addProgram(
                "phone", key: "diwan-SECRETphone", seesAll: true, vaultFile: nil, onDisconnect: nil)
            let body = #"{"model":"m","input":"My words are SECRETwords","user":"SECRETuser"}"#
            for fields in [
                ["Authorization": "Bearer diwan-SECRETphone"], ["Authorization": "Bearer sk-SECRETtheirs"],
                ["Authorization": "Basic SECRETbasic"], ["api-key": "SECRETazure9999"], ["X-Api-Key": "SECRETother"],
                ["Cookie": "session=SECRETcookie"],
            ] {
                for target in ["/v1/responses", "/v1/responses?key=SECRETquery", "/openai/nothing/SECRETpath"] {
                    _ = try await gateway.ask("POST", target, fields, body: body)
                }
            }
            _ = try await gateway.ask("POST", "/v1/responses", body: #"{"model":"SECRETmodel","input":7}"#)
            #expect(gateway.log.text.contains("request"))
            #expect(!gateway.log.text.contains("SECRET"))
        }
    }
}

extension Route.Access {
    fileprivate var isCaller: Bool { if case .caller = self { true } else { false } }
}
