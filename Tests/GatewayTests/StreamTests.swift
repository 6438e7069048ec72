import Foundation
import HTTPTypes
import Synchronization
import TestSupport
import Testing

@testable import Gateway

@Suite struct StreamTests {
    private func begin(_ gateway: RunningGateway, _ path: String, buffer: Int32? = nil) throws -> RawClient {
        let client = try RawClient(port: gateway.port, receiveBuffer: buffer)
        try client.send("GET \(path) HTTP/1.1\r\nHost: localhost\r\n\r\n")
        return client
    }

    @Test func `an event goes out at once, and the connection is good for the next request`() async throws {
        let gate = Gate()
        let route = Route(.get, "/events") { _ in
            .events { stream in
                try await stream.send("first", data: Array("{\"a\":1}".utf8))
                _ = await gate.opened()
                try await stream.send(data: Array("[DONE]".utf8))
            }
        }
        try await RunningGateway.with(routes: [route]) { gateway in
            let client = try begin(gateway, "/events")
            let first = try await client.read(until: "{\"a\":1}\n\n")
            #expect(first.contains("event: first\ndata: {\"a\":1}\n\n"))
            #expect(first.contains("Content-Type: text/event-stream; charset=utf-8"))
            #expect(first.contains("X-Accel-Buffering: no") && first.contains("Cache-Control: no-cache"))
            gate.open()
            #expect(try await client.read(until: "0\r\n\r\n").contains("data: [DONE]\n\n"))
            try client.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
            #expect(try await client.read(until: "ok\n").contains(" 200 "))
        }
    }

    @Test func `a stream that has nothing to say says that it is there`() async throws {
        let route = Route(.get, "/quiet") { request in
            .events { _ in await request.client().left() }
        }
        try await RunningGateway.with(routes: [route]) {
            $0.silence = .milliseconds(20)
        } work: { gateway in
            let client = try begin(gateway, "/quiet")
            #expect(try await client.read(until: ": ping\n\n").contains(": ping\n\n"))
        }
    }

    @Test func `a writer learns that its client left, also while it has nothing to write`() async throws {
        let (began, ended) = (Gate(), Gate())
        let route = Route(.get, "/waiting") { _ in
            .events { stream in
                try await stream.send(data: Array("1".utf8))
                began.open()
                await untilCancelled()
                if Task.isCancelled { ended.open() }
            }
        }
        try await RunningGateway.with(routes: [route]) { gateway in
            let client = try begin(gateway, "/waiting")
            _ = try await client.read(until: "data: 1")
            #expect(await began.opened())
            client.leave()
            #expect(await ended.opened())
        }
    }

    @Test func `a client that reads slowly makes its writer wait`() async throws {
        let written = Mutex(0)
        let total = 2000
        let route = Route(.get, "/much") { _ in
            .events { stream in
                let data = [UInt8](repeating: UInt8(ascii: "x"), count: 16_000)
                for _ in 0..<total {
                    try await stream.send(data: data)
                    written.withLock { $0 += 1 }
                }
            }
        }
        try await RunningGateway.with(routes: [route]) { gateway in
            let client = try begin(gateway, "/much", buffer: 16_384)
            _ = try await client.read(upTo: 1000)
            // 32 MB are to go out: what the system itself holds is a few.
            var seen = -1
            while seen != written.withLock({ $0 }) {
                seen = written.withLock { $0 }
                _ = try await client.read(upTo: 100)
            }
            #expect(written.withLock { $0 } < total)
            _ = try await client.read(until: "\r\n0\r\n\r\n")
            #expect(written.withLock { $0 } == total)
        }
    }

    @Test func `a stream that breaks off does not look whole`() async throws {
        struct Broken: Error {}
        let route = Route(.get, "/broken") { _ in
            .events { stream in
                try await stream.send(data: Array("1".utf8))
                throw Broken()
            }
        }
        try await RunningGateway.with(routes: [route]) { gateway in
            let text = try await begin(gateway, "/broken").readToEnd()
            #expect(text.contains("data: 1\n\n") && !text.hasSuffix("0\r\n\r\n"))
        }
    }

    @Test func `told to end, the service lets open answers end and takes no more`() async throws {
        let (began, gate) = (Gate(), Gate())
        let route = Route(.get, "/long") { _ in
            .events { stream in
                try await stream.send(data: Array("1".utf8))
                began.open()
                _ = await gate.opened()
                try await stream.send(data: Array("2".utf8))
            }
        }
        try await RunningGateway.with(routes: [route]) { gateway in
            let client = try begin(gateway, "/long")
            #expect(await began.opened())
            async let over: Void = gateway.end()
            // The port closes soon, and the stream goes on.
            while (try? RawClient(port: gateway.port)) != nil { await Task.yield() }
            gate.open()
            #expect(try await client.readToEnd().contains("data: 2\n\n"))
            try await over
        }
    }

    @Test func `when its grace is over an open answer is cut`() async throws {
        let (began, cut) = (Gate(), Gate())
        let route = Route(.get, "/endless") { _ in
            .events { stream in
                try await stream.send(data: Array("1".utf8))
                began.open()
                await untilCancelled()
                cut.open()
            }
        }
        try await RunningGateway.with(routes: [route]) {
            $0.grace = .milliseconds(200)
        } work: { gateway in
            let client = try begin(gateway, "/endless")
            #expect(await began.opened())
            try await gateway.end()
            #expect(await cut.opened())
            #expect(!(try await client.readToEnd().hasSuffix("0\r\n\r\n")))
        }
    }
}

/// Returns when its task is cancelled.
private func untilCancelled() async {
    let (nothing, source) = AsyncStream<Void>.makeStream()
    for await _ in nothing {}
    source.finish()
}
