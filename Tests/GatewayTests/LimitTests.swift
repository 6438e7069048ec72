import Foundation
import HTTPTypes
import OrderedJSON
import TestSupport
import Testing

@testable import Gateway

@Suite struct LimitTests {
    private static let size = Route(.post, "/size", isRun: true) { request in
        .json(["size": .int(request.body.count)])
    }

    @Test func `a body that is too long is refused, announced or not`() async throws {
        try await RunningGateway.with(routes: [Self.size]) {
            $0.limits.bodyBytes = 1000
        } work: { gateway in
            let whole = try await gateway.ask("POST", "/size", body: String(repeating: "x", count: 1000))
            #expect(whole.status == 200 && whole.body == "{\"size\":1000}")
            let announced = try await gateway.ask("POST", "/size", body: String(repeating: "x", count: 1001))
            #expect(announced.status == 413 && announced.body.contains("body_too_large"))
            let client = try RawClient(port: gateway.port)
            try client.send("POST /size HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n")
            let chunk = "1F4\r\n" + String(repeating: "x", count: 500) + "\r\n"
            try client.send(chunk + chunk + chunk)
            #expect(try await client.read(until: "body_too_large").contains(" 413 "))
        }
    }

    @Test func `a client that asks whether it may send a long body is told at once`() async throws {
        try await RunningGateway.with(routes: [Self.size]) { gateway in
            let client = try RawClient(port: gateway.port)
            try client.send(
                "POST /size HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n"
            )
            #expect(try await client.read(until: "\r\n\r\n").hasPrefix("HTTP/1.1 100 Continue"))
            try client.send("abc")
            #expect(try await client.readToEnd().contains("{\"size\":3}"))
        }
    }

    @Test func `a body that does not come ends the request`() async throws {
        try await RunningGateway.with(routes: [Self.size]) {
            $0.limits.body = .milliseconds(200)
        } work: { gateway in
            let client = try RawClient(port: gateway.port)
            try client.send("POST /size HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\na")
            let answer = try await client.readToEnd()
            #expect(answer.contains(" 408 ") && answer.contains("body_timeout"))
        }
    }

    @Test func `a head that does not come whole ends the connection`() async throws {
        try await RunningGateway.with({ $0.limits.idle = .milliseconds(300) }) { gateway in
            let client = try RawClient(port: gateway.port)
            try client.send("GET /v1/models HTTP/1.1\r\nHost: loc")
            #expect(try await client.readToEnd().isEmpty)
        }
    }

    @Test func `a head without end is refused`() async throws {
        try await RunningGateway.with({ $0.limits.headerBytes = 8192 }) { gateway in
            let client = try RawClient(port: gateway.port)
            try client.send(
                "GET /v1/models HTTP/1.1\r\nHost: localhost\r\nX-Long: \(String(repeating: "x", count: 20_000))\r\n\r\n"
            )
            #expect(try await client.readToEnd().contains(" 400 "))
            #expect(try await gateway.ask("GET", "/healthz").status == 200)
        }
    }

    @Test func `a caller that asks too often is told when to come back, and others are not`() async throws {
        try await RunningGateway.with({ $0.limits.requestsPerMinute = 2 }) { gateway in
            let one = ["Authorization": "Bearer one"]
            for _ in 0..<2 { #expect(try await gateway.ask("GET", "/v1/models", one).status == 200) }
            let refused = try await gateway.ask("GET", "/v1/models", one)
            #expect(refused.status == 429 && refused.head.contains("Retry-After: "))
            #expect(refused.body.contains("rate_limit_exceeded"))
            #expect(try await gateway.ask("GET", "/v1/models", ["Authorization": "Bearer two"]).status == 200)
        }
    }

    @Test func `a caller has only so many calls under way`() async throws {
        let (gate, entered) = (Gate(), Gate())
        let slow = Route(.post, "/slow", isRun: true) { _ in
            entered.open()
            _ = await gate.opened()
            return .json([:])
        }
        try await RunningGateway.with(routes: [slow]) {
            $0.limits.runsUnderWay = 1
        } work: { gateway in
            async let first = gateway.ask("POST", "/slow", body: "{}")
            #expect(await entered.opened())
            let second = try await gateway.ask("POST", "/slow", body: "{}")
            #expect(second.status == 429 && second.body.contains("too_many_runs"))
            gate.open()
            #expect(try await first.status == 200)
            gate.openForAll()
            #expect(try await gateway.ask("POST", "/slow", body: "{}").status == 200)
        }
    }
}
