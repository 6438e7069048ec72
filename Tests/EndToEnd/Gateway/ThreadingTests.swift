import Foundation
import OrderedJSON
import TestSupport
import Testing

/// Where a request lands that says it, and where one lands that does not; what goes upstream is looked at byte for byte.
@Suite(.serialized)
struct ThreadingTests {
    /// Answers with what it was asked last; `hi` with `Hello!`.
    private static func echo() throws -> ScriptedServer {
        try ScriptedServer { exchange in
            let asked = exchange.request.conversation.last ?? ""
            try exchange.say(asked.hasSuffix(": hi") ? "Hello!" : "to " + asked.dropFirst("user: ".count))
        }
    }

    /// A program that resends its whole history with each request, as most do.
    private struct Resending {
        let program: PlainProgram
        var history: [(role: String, text: String)] = []

        mutating func say(_ text: String) async throws -> PlainProgram.Answer {
            history.append(("user", text))
            let answer = try await program.ask(
                "POST", "/v1/chat/completions",
                [
                    "model": "test-model",
                    "messages": .array(
                        history.map { ["role": .string($0.role), "content": .string($0.text)] as JSON }),
                ])
            try #require(answer.status == 200, "\(answer.json.text())")
            history.append(("assistant", answer.json["choices"]?[0]?["message"]?["content"]?.string ?? "?"))
            return answer
        }

        /// What has to go upstream.
        var sent: [String] { history.dropLast().map { "\($0.role): \($0.text)" } }
    }

    @Test(arguments: [Home.Dialect.chat, .responses])
    func `an answer gone on from three times has three branches, also after a restart`(
        dialect: Home.Dialect
    ) async throws {
        let upstream = try Self.echo()
        defer { upstream.stop() }
        let home = try Home(upstream, dialect)
        var served = try await ServedHome.start(in: home)
        var program = PlainProgram(served.url)
        func say(_ text: String, after previous: String? = nil) async throws -> String {
            let answer = try await program.ask(
                "POST", "/v1/responses",
                [
                    "model": "test-model", "input": [["role": "user", "content": .string(text)]],
                    "previous_response_id": previous.map { .string($0) } ?? .null,
                ])
            try #require(answer.status == 200, "\(answer.json.text())")
            return try #require(answer.json["id"]?.string)
        }
        let beginning = try await say("begin")
        let red = try await say("red", after: beginning)
        let green = try await say("green", after: beginning)
        #expect(try await served.stop().code == 0)
        served = try await ServedHome.start(in: home)
        program = PlainProgram(served.url)
        let blue = try await say("blue", after: beginning)
        for (color, id) in [("red", red), ("green", green), ("blue", blue)] {
            _ = try await say("more \(color)", after: id)
            let history = ["user: begin", "assistant: to begin", "user: \(color)", "assistant: to \(color)"]
            #expect(upstream.requests.last?.conversation.map(Self.plain) == history + ["user: more \(color)"])
            let body = upstream.requests.last?.text ?? ""
            for other in ["red", "green", "blue"] where other != color { #expect(!body.contains(other)) }
        }
        #expect(try await served.stop().code == 0)
        let threads = try await Self.threads(home)
        #expect(threads.count == 1)
        #expect(threads[0]["message_count"] == 14 && threads[0]["branch_count"] == 3)
        try await home.expectSound()
    }

    @Test(arguments: [("one", "other"), ("same", "same")], [Home.Dialect.chat, .responses])
    func `two conversations that began with the same words interleave and stay two`(
        names: (String, String), dialect: Home.Dialect
    ) async throws {
        let upstream = try Self.echo()
        defer { upstream.stop() }
        try await ServedHome.with(upstream: upstream.url, dialect: dialect.rawValue) { served in
            var first = Resending(program: PlainProgram(served.url, key: names.0))
            var second = Resending(program: PlainProgram(served.url, key: names.1))
            _ = try await first.say("hi")
            _ = try await second.say("hi")
            #expect(second.history.last?.text == "Hello!")
            for turn in 2...20 {
                _ = try await first.say("red \(turn)")
                #expect(upstream.requests.last?.conversation.map(Self.plain) == first.sent)
                _ = try await second.say("green \(turn)")
                #expect(upstream.requests.last?.conversation.map(Self.plain) == second.sent)
            }
            let threads = try await Self.threads(served.home)
            #expect(threads.map { $0["message_count"] } == [40, 40])
            #expect(threads.map { $0["branch_count"] } == [1, 1])
            for thread in threads {
                let words = try await served.home.words(thread["handle"]?.string ?? "?")
                let isFirst = words[2] == "red 2"
                #expect(words == (isFirst ? first : second).history.map(\.text))
            }
        }
    }

    @Test(arguments: [Home.Dialect.chat, .responses])
    func `fifty turns that resend their history are a hundred messages, and an edit is a branch`(
        dialect: Home.Dialect
    ) async throws {
        let upstream = try Self.echo()
        defer { upstream.stop() }
        try await ServedHome.with(upstream: upstream.url, dialect: dialect.rawValue) { served in
            var loop = Resending(program: PlainProgram(served.url))
            for turn in 1...50 { _ = try await loop.say("turn \(turn)") }
            #expect(upstream.requests.last?.conversation.map(Self.plain) == loop.sent)
            var threads = try await Self.threads(served.home)
            #expect(threads.count == 1)
            #expect(threads[0]["message_count"] == 100 && threads[0]["branch_count"] == 1)
            let handle = threads[0]["handle"]?.string ?? "?"
            #expect(try await served.home.words(handle) == loop.history.map(\.text))
            // The tenth turn said otherwise: what came after it is not said again.
            loop.history = Array(loop.history.prefix(18))
            let answer = try await loop.say("another tenth turn")
            #expect(answer.header("X-Diwan-Thread") == handle)
            #expect(upstream.requests.last?.conversation.map(Self.plain) == loop.sent)
            #expect(upstream.requests.last?.text.contains("turn 10") == false)
            threads = try await Self.threads(served.home)
            #expect(threads.count == 1)
            #expect(threads[0]["message_count"] == 102 && threads[0]["branch_count"] == 2)
            #expect(try await served.home.words(handle) == loop.history.map(\.text))
            let tree = try await served.home.diwan("tree", handle, "--json").json["messages"]?.array ?? []
            let said = tree.map { $0["text"]?.string ?? "?" }
            #expect(said.count == 102 && Set(said).count == 102)
        }
    }

    private static func threads(_ home: Home) async throws -> [JSON] {
        try await home.diwan("list", "--programs", "--json").output.split(separator: "\n")
            .map { try JSON(parsing: String($0)) }
    }

    /// A message with its words plain, whether they were sent so or as a list of one part.
    private static func plain(_ message: String) -> String {
        guard let colon = message.firstRange(of: ": ["),
            let parts = try? JSON(parsing: String(message[colon.lowerBound...].dropFirst(2)))
        else { return message }
        return message[..<colon.lowerBound] + ": " + (parts.array ?? []).compactMap { $0["text"]?.string }.joined()
    }
}
