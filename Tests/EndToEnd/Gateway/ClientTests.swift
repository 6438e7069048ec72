import Foundation
import OrderedJSON
import TestSupport
import Testing

/// Clients that read slowly, go away, or come in great numbers.
@Suite(.serialized)
struct ClientTests {
    private static func ask(_ text: String, stores: Bool = true) -> JSON {
        [
            "model": "test-model", "stream": true, "store": .bool(stores),
            "messages": [["role": "user", "content": .string(text)]],
        ]
    }

    /// A server that lists a model, and answers by a script.
    private static func upstream(
        _ script: @escaping @Sendable (ScriptedExchange) throws -> Void
    ) throws -> ScriptedServer {
        try ScriptedServer { exchange in
            if exchange.request.method == "GET" {
                try exchange.respond(body: #"{"data":[{"id":"test-model"}]}"#)
            } else {
                try script(exchange)
            }
        }
    }

    private static func words(_ event: String) -> String {
        event.eventData["choices"]?[0]?["delta"]?["content"]?.string ?? ""
    }

    /// 64 kB of words.
    private static let chunk = Answers.chatEvents([String(repeating: "word ", count: 12_800)])[0]

    @Test func `of a call that is not kept, a client that reads slowly holds up the upstream, and nobody else`()
        async throws
    {
        let heldUp = Gate()
        let upstream = try Self.upstream { exchange in
            guard exchange.request.text.contains("much") else { return try exchange.say("Here.") }
            try exchange.begin()
            for _ in 0..<300 {
                if !exchange.canWrite(within: .seconds(1)) { heldUp.openForAll() }
                try exchange.write(Self.chunk)
            }
            try exchange.write("data: [DONE]\n\n")
            try exchange.end()
        }
        defer { upstream.stop() }
        try await ServedHome.with(upstream: upstream.url, dialect: "chat") { served in
            let program = PlainProgram(served.url)
            var slow = try await program.stream("POST", "/v1/chat/completions", Self.ask("much", stores: false))
            var count = 0
            while count == 0 { count += Self.words(try #require(try await slow.next())).utf8.count }
            #expect(await heldUp.opened())
            for _ in 0..<20 {
                let other = try await PlainProgram(served.url, key: "other").events(
                    "POST", "/v1/chat/completions", Self.ask("little"))
                #expect(other.map(Self.words).joined() == "Here.")
            }
            while let event = try await slow.next() { count += Self.words(event).utf8.count }
            #expect(count == 300 * 64_000)
        }
    }

    @Test func `a call that is kept comes to its end however slowly its client reads, who still gets all of it`()
        async throws
    {
        let ended = Gate()
        let upstream = try Self.upstream { exchange in
            try exchange.begin()
            for _ in 0..<100 { try exchange.write(Self.chunk) }
            try exchange.write("data: [DONE]\n\n")
            try exchange.end()
            ended.open()
        }
        defer { upstream.stop() }
        try await ServedHome.with(upstream: upstream.url, dialect: "chat") { served in
            let program = PlainProgram(served.url)
            var slow = try await program.stream("POST", "/v1/chat/completions", Self.ask("much"))
            var count = 0
            while count == 0 { count += Self.words(try #require(try await slow.next())).utf8.count }
            #expect(await ended.opened(within: .seconds(60)))
            while let event = try await slow.next() { count += Self.words(event).utf8.count }
            #expect(count == 100 * 64_000)
        }
    }

    @Test(arguments: ["/v1/chat/completions", "/v1/responses"])
    func `a call goes on when its client goes away, and is kept whole`(path: String) async throws {
        let gate = Gate()
        let upstream = try Self.upstream { exchange in
            let events = Answers.chatEvents(["Once", " upon", " a", " time"])
            try exchange.begin()
            try exchange.write(events[0])
            guard gate.wait() else { return }
            for event in events.dropFirst() { try exchange.write(event) }
            try exchange.end()
        }
        defer { upstream.stop() }
        try await ServedHome.with(upstream: upstream.url, dialect: "chat") { served in
            var body = Self.ask("A tale")
            if path == "/v1/responses" { body = ["model": "test-model", "stream": true, "input": "A tale"] }
            let thread = try await Self.leave(PlainProgram(served.url), path, body, after: "Once")
            gate.open()
            #expect(try await served.stop().code == 0)
            let path = try await served.home.path(thread)
            #expect(path.map { $0["text"]?.string } == ["A tale", "Once upon a time"])
            #expect(path.last?["status"] == "complete")
        }
    }

    @Test func `told to end, the service lets an answer come to its end whose client has left`() async throws {
        let gate = Gate()
        let upstream = try Self.upstream { exchange in
            let events = Answers.chatEvents(["Once", " upon", " a", " time"])
            try exchange.begin()
            try exchange.write(events[0])
            guard gate.wait() else { return }
            for event in events.dropFirst() { try exchange.write(event) }
            try exchange.end()
        }
        defer { upstream.stop() }
        try await ServedHome.with(upstream: upstream.url, dialect: "chat") { served in
            let program = PlainProgram(served.url)
            let thread = try await Self.leave(program, "/v1/chat/completions", Self.ask("A tale"), after: "Once")
            served.serving.signal(SIGTERM)
            while (try? await program.ask("GET", "/healthz")) != nil {}
            gate.open()
            #expect(try await served.home.end(served.serving).code == 0)
            #expect(try await served.home.words(thread) == ["A tale", "Once upon a time"])
        }
    }

    @Test func `where that is set, a chat's upstream is let go with its client, and the half is kept`() async throws {
        let left = Gate()
        let upstream = try Self.upstream { exchange in
            try exchange.begin()
            try exchange.write(Answers.chatEvents(["Once"])[0])
            if exchange.waitUntilClientLeaves() { left.open() }
        }
        defer { upstream.stop() }
        try await ServedHome.with(
            upstream: upstream.url, dialect: "chat", more: "[serve]\non_disconnect = \"cancel\""
        ) { served in
            let program = PlainProgram(served.url)
            let thread = try await Self.leave(program, "/v1/chat/completions", Self.ask("A tale"), after: "Once")
            #expect(await left.opened())
            #expect(try await served.stop().code == 0)
            let path = try await served.home.path(thread)
            #expect(path.map { $0["text"]?.string } == ["A tale", "Once"])
            #expect(path.last?["status"] == "interrupted")
        }
    }

    /// Reads a stream up to some words and closes its connection.
    ///
    /// - Returns: the handle of its thread.
    private static func leave(
        _ program: PlainProgram, _ path: String, _ body: JSON, after words: String
    ) async throws -> String {
        var stream = try await program.stream("POST", path, body)
        while let event = try await stream.next(), !event.contains(words) {}
        return try #require(stream.thread)
    }

    @Test func `a thousand streams at once each get all their words`() async throws {
        let count = 1000
        let arrived = Gate()
        let release = Gate()
        let upstream = try Self.upstream { exchange in
            let name = exchange.request.conversation.last?.split(separator: " ").last.map(String.init) ?? "?"
            let events = Answers.chatEvents(["Hello", " to", " \(name)"])
            try exchange.begin()
            try exchange.write(events[0])
            arrived.open()
            guard release.wait(timeout: .seconds(100)) else { return }
            for event in events.dropFirst() { try exchange.write(event) }
            try exchange.end()
        }
        defer { upstream.stop() }
        OpenConnections.allowMany()
        try await ServedHome.with(upstream: upstream.url, dialect: "chat") { served in
            let program = PlainProgram(served.url)
            try await withThrowingTaskGroup(of: String.self) { group in
                for number in 0..<count {
                    group.addTask {
                        let events = try await program.events(
                            "POST", "/v1/chat/completions", Self.ask("I am \(number)"))
                        return "\(number)" + events.map(Self.words).joined()
                    }
                }
                // All of them have begun before any may end.
                for _ in 0..<count { try #require(await arrived.opened(within: .seconds(100))) }
                release.openForAll()
                var told: Set<String> = []
                for try await words in group { told.insert(words) }
                #expect(told == Set((0..<count).map { "\($0)Hello to \($0)" }))
            }
            let threads = try await served.home.diwan("list", "--programs", "--json").output
            #expect(threads.split(separator: "\n").count == count)
        }
    }
}

/// How many connections the tests themselves may have open.
enum OpenConnections {
    static func allowMany() {
        var limit = rlimit()
        let files = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        guard getrlimit(files, &limit) == 0, limit.rlim_cur < limit.rlim_max else { return }
        limit.rlim_cur = min(limit.rlim_max, 1 << 16)
        _ = setrlimit(files, &limit)
    }
}
