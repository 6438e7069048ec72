import Conversations
import Foundation
import OrderedJSON
import Synchronization
import TestSupport
import Testing

/// `--context summary`: what is left out goes as a summary.
@Suite(.serialized)
struct SummaryTests {
    private static func isForSummary(_ request: RecordedRequest) -> Bool {
        request.conversation.first?.contains("Write a summary") == true
    }

    /// A server that summarises when it is asked to, and else answers at length.
    private static func server(_ summary: @escaping @Sendable (Int) -> String?) throws -> ScriptedServer {
        let count = Mutex(0)
        return try ScriptedServer { exchange in
            guard isForSummary(exchange.request) else {
                return try exchange.say(
                    "Answer \(exchange.index). " + String(repeating: "waves and boats ", count: 30),
                    promptTokens: exchange.request.body.count / 4)
            }
            let number = count.withLock { count in
                count += 1
                return count
            }
            guard let text = summary(number) else {
                return try exchange.respond(status: 400, body: #"{"error":{"message":"no summaries here"}}"#)
            }
            try exchange.say(text)
        }
    }

    private static func talk(_ turns: Int, in home: Home, expecting note: String? = nil) async throws -> [String] {
        var told: [String] = []
        for turn in 0..<turns {
            let flags = turn == 0 ? ["ask", "-s", "Be brief."] : ["ask", "-c"]
            let ended = try await home.end(
                try home.start(
                    flags + ["--context", "summary", "Question \(turn): " + String(repeating: "sea ", count: 30)]))
            #expect(ended.code == 0, "\(ended.errors)")
            if ended.errors.contains("summary") { told.append(ended.errors) }
        }
        return told
    }

    @Test func `what is left out goes as a summary with the instructions, written once for each cut`() async throws {
        let server = try Self.server { "SUMMARY-\($0) of the tides" }
        let home = try Home(server, .chat, window: 2000)
        _ = try await Self.talk(24, in: home)
        let asked = server.requests.filter(Self.isForSummary)
        try #require(asked.count >= 2)
        // The beginning of the thread is in the first; the second begins with the first one's words, not with the thread.
        #expect(asked[0].conversation.last?.contains("Question 0:") == true)
        #expect(asked[1].conversation.first?.contains("SUMMARY-1 of the tides") == true)
        #expect(asked[1].conversation.last?.contains("Question 0:") == false)
        let last = try #require(server.requests.last)
        #expect(last.conversation.first?.hasPrefix("system: Be brief.") == true)
        #expect(last.conversation.first?.hasSuffix("SUMMARY-\(asked.count) of the tides") == true)
        #expect(!last.conversation.contains { $0.contains("Question 0:") })
        // A call that was sent before any summary is rebuilt without one, and one with it with it.
        let sent = try await home.diwan("call", "--request")
        #expect(sent.line == last.text)
        // Of the thread it is no message.
        #expect(try await home.words().count == 48)
        #expect(try await home.diwan("search", "SUMMARY").code != 0)
        let why = try await home.diwan("why")
        #expect(why.output.contains("SUMMARY-\(asked.count) of the tides"))
        let json = try await home.diwan("why", "--json").json
        #expect(json["summary"]?["object"]?.string == "summary")
        #expect(json["summary"]?["model"]?.string == "test-model")
        try await home.expectSound()
    }

    @Test func `a summary can be had again, and later calls are sent with the new one`() async throws {
        let server = try Self.server { "SUMMARY-\($0) of the tides" }
        let home = try Home(server, .chat, window: 2000)
        _ = try await Self.talk(14, in: home)
        let before = server.requests.count(where: Self.isForSummary)
        let old = try #require(server.requests.last).text
        let again = try await home.diwan("why", "--redo")
        #expect(again.code == 0, "\(again.errors)")
        let made = server.requests.filter(Self.isForSummary)
        try #require(made.count > before && before > 0)
        // From the messages, not from the summary of before.
        #expect(made[before].conversation.last?.contains("Question 0:") == true)
        #expect(again.output.contains("SUMMARY-\(made.count)"))
        #expect(try await home.diwan("call", "--request").line == old)
        _ = try await home.diwan("ask", "-c", "--context", "summary", "And now?")
        let count = server.requests.count(where: Self.isForSummary)
        #expect(server.requests.last?.conversation.first?.hasSuffix("SUMMARY-\(count) of the tides") == true)
        // What was written before is not read again.
        #expect(
            server.requests.filter(Self.isForSummary)[made.count...].allSatisfy {
                $0.conversation.first?.contains("SUMMARY-\(made.count) of the tides") == true
            })
    }

    @Test func `without a summary the question goes out all the same, and one line says so`() async throws {
        let server = try Self.server { _ in nil }
        let home = try Home(server, .chat, window: 2000)
        let told = try await Self.talk(12, in: home)
        #expect(told.contains { $0.contains("There is no summary: ") && $0.contains("no summaries here") })
        #expect(server.requests.last?.conversation.first == "system: Be brief.")
        #expect(try await home.words().count == 24)
        try await home.expectSound()
    }

    @Test func `erasing what a summary covers erases the summary`() async throws {
        let server = try Self.server { "SUMMARYWORDS-\($0)-erased" }
        let home = try Home(server, .chat, window: 2000)
        _ = try await Self.talk(14, in: home)
        #expect(try await home.diwan("erase", "-y", "@/1").code == 0)
        for file in try FileManager.default.contentsOfDirectory(atPath: home.folder + "/data/diwan") {
            let data = FileManager.default.contents(atPath: home.folder + "/data/diwan/" + file) ?? Data()
            #expect(data.range(of: Data("SUMMARYWORDS".utf8)) == nil, "\(file)")
        }
        try await home.expectSound()
    }
}
