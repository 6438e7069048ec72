import ConversationService
import ConversationStorage
import Conversations
import OrderedJSON
import Synchronization
import TestSupport
import Testing

/// Threads longer than the model's window.
@Suite(.serialized)
struct LongThreadTests {
    static let window = 4000

    /// Counts tokens in a way that is not ours: four letters of ASCII each, one a character elsewhere, some a message.
    private static func tokens(_ request: RecordedRequest) -> Int {
        let messages = request.json["input"]?.array ?? request.json["messages"]?.array ?? []
        return messages.reduce(3) { sum, message in
            let text = message["content"]?.string ?? ""
            let ascii = text.unicodeScalars.count { $0.isASCII }
            return sum + 4 + ascii / 4 + (text.unicodeScalars.count - ascii)
        }
    }

    /// What an upstream saw of its window.
    private final class Meter: Sendable {
        let refused = Mutex(0)
        let largest = Mutex(0)

        func server(_ answer: @escaping @Sendable (Int) -> String) throws -> ScriptedServer {
            try ScriptedServer { [self] exchange in
                let tokens = LongThreadTests.tokens(exchange.request)
                largest.withLock { $0 = max($0, tokens) }
                guard tokens <= LongThreadTests.window else {
                    refused.withLock { $0 += 1 }
                    return try exchange.respond(
                        status: 400,
                        body:
                            #"{"error":{"message":"This model's maximum context length is 4000 tokens. However, your messages resulted in \#(tokens) tokens.","type":"invalid_request_error","param":"messages","code":"context_length_exceeded"}}"#
                    )
                }
                try exchange.say(answer(exchange.index), promptTokens: tokens)
            }
        }
    }

    /// The bytes of the messages of a request, without what closes them.
    private static func messages(_ request: RecordedRequest) -> Substring {
        let text = request.text
        let end = text.ranges(of: "],\"stream\"").last?.lowerBound ?? text.endIndex
        return text[..<end]
    }

    @Test func `four hundred turns: never over the window, at most one cut in twenty turns, the beginning holds`()
        async throws
    {
        let meter = Meter()
        let english = ["tide", "harbour", "a", "the", "of", "lighthouse", "when", "boats", "return", "slowly", "?"]
        let chinese = ["潮汐", "港口", "灯塔", "什么时候", "船", "回来", "慢慢地", "の", "海"]
        var numbers = SeededNumbers(seed: 4)
        let answers = (0..<400).map {
            $0 < 250 ? numbers.words(8...20, from: english) : numbers.words(3...8, from: chinese)
        }
        let server = try meter.server { answers[min($0, 399)] }
        try await InProcessService.with(server.url, .chat) { room in
            var thread: ThreadID?
            for turn in 0..<400 {
                let words = turn < 250 ? numbers.words(3...12, from: english) : numbers.words(1...5, from: chinese)
                let answered = try await room.ask(
                    room.question(
                        thread.map { .tip(of: $0) } ?? .newThread(tags: [], title: nil), [(.user, [.text(words)])],
                        window: Self.window, instructions: "Answer about the sea."))
                thread = answered.thread.id
                // What was sent is what the plan says.
                let sent = try #require(answered.call.plan).sent.map(\.count).reduce(0, +)
                #expect(server.requests.last?.conversation.count == sent + 1)
            }
            let calls = try await room.service.vault.calls(of: thread)
            #expect(calls.count == 400)
            #expect(calls.allSatisfy { $0.status == .complete })
        }
        #expect(meter.refused.withLock { $0 } == 0)
        // The window is made use of.
        #expect(meter.largest.withLock { $0 } > Self.window / 2)
        #expect(server.requests.count == 400)
        var cuts: [Int] = []
        for (index, pair) in zip(server.requests, server.requests.dropFirst()).enumerated() {
            #expect(pair.1.conversation.first == "system: Answer about the sea.")
            #expect(pair.1.conversation.dropFirst().first?.hasPrefix("user: ") == true)
            if pair.1.text.hasPrefix(Self.messages(pair.0)) { continue }
            cuts.append(index + 1)
            #expect(pair.1.conversation.count < pair.0.conversation.count)
        }
        #expect(cuts.count > 3)
        #expect(zip(cuts, cuts.dropFirst()).allSatisfy { $1 - $0 >= 20 }, "\(cuts)")
    }

    @Test
    func `sixty turns by the program: the cut is told once each time it moves, and the call says what was left out`()
        async throws
    {
        let meter = Meter()
        let server = try meter.server { "Answer \($0). " + String(repeating: "waves and boats ", count: 40) }
        let home = try Home(server, .chat, window: Self.window)
        var toldCuts = 0
        for turn in 0..<60 {
            let flags = turn == 0 ? ["ask"] : ["ask", "-c"]
            let ended = try await home.end(
                try home.start(flags + ["Question \(turn): " + String(repeating: "sea ", count: 40)]))
            #expect(ended.code == 0, "\(ended.errors)")
            if ended.errors.contains("are not sent any more") { toldCuts += 1 }
        }
        #expect(meter.refused.withLock { $0 } == 0)
        let pairs = zip(server.requests, server.requests.dropFirst())
        let cuts = pairs.count { !$0.1.text.hasPrefix(Self.messages($0.0)) }
        #expect(cuts == toldCuts)
        #expect(cuts >= 2)
        let context = try await home.call()["context"]
        let sent = context?["sent"]?.array?.reduce(0) { $0 + ($1[1]?.int ?? 0) - ($1[0]?.int ?? 0) + 1 } ?? 0
        #expect(server.requests.last?.conversation.count == sent)
        let leftOut = context?["left_out"]?[0]
        #expect(leftOut?[0]?.int == 1)
        #expect(leftOut?[1]?.int == 119 - sent)
        #expect(try await home.words().count == 120)
    }

    @Test func `a refusal as too long is asked once more with the size it names, and that is remembered`() async throws
    {
        let meter = Meter()
        let server = try meter.server { _ in String(repeating: "waves and boats ", count: 100) }
        // The configuration believes in a larger window than there is.
        let home = try Home(server, .chat, window: 100_000)
        for turn in 0..<14 {
            let flags = turn == 0 ? ["ask"] : ["ask", "-c"]
            let ended = try await home.end(try home.start(flags + ["Question \(turn)"]))
            #expect(ended.code == 0, "turn \(turn): \(ended.errors)")
        }
        #expect(meter.refused.withLock { $0 } == 1)
        // In another thread too.
        for turn in 0..<12 {
            let flags = turn == 0 ? ["ask"] : ["ask", "-c"]
            #expect(try await home.end(try home.start(flags + ["Question \(turn)"])).code == 0)
        }
        #expect(meter.refused.withLock { $0 } == 1)
    }

    @Test func `--context last:N sends at least the last N turns, and its beginning holds for some`() async throws {
        let server = try ScriptedServer { try $0.say("Answer \($0.index)") }
        let home = try Home(server, .chat)
        for turn in 0..<12 {
            let flags = turn == 0 ? ["ask", "-s", "Be brief."] : ["ask", "-c"]
            let ended = try await home.end(try home.start(flags + ["--context", "last:4", "Question \(turn)"]))
            #expect(ended.code == 0)
            let sent = server.requests.last?.conversation ?? []
            #expect(sent.first == "system: Be brief.")
            #expect(sent.last == "user: Question \(turn)")
            let turns = sent.count { $0.hasPrefix("user: ") }
            #expect(turns >= min(turn + 1, 4) && turns <= 6, "\(turns) turns")
            #expect(sent.dropFirst().first?.hasPrefix("user: ") == true)
        }
        let cuts = zip(server.requests, server.requests.dropFirst())
            .count { !$0.1.text.hasPrefix(Self.messages($0.0)) }
        #expect(cuts <= 3)
        // The next call without the flag sends everything again.
        try await home.diwan("ask", "-c", "--context", "full", "All of it")
        #expect(server.requests.last?.conversation.count == 26)
    }

    @Test func `a context mode that is none is refused`() async throws {
        let server = try ScriptedServer { try $0.say("Fine.") }
        let home = try Home(server)
        for mode in ["last:0", "last:", "tokens:-1", "some"] {
            let ended = try await home.diwan("ask", "--context", mode, "Hello")
            #expect(ended.code == 64, "\(mode): \(ended.errors)")
        }
        #expect(server.connectionCount == 0)
    }
}
