import ConversationService
import ConversationStorage
import Conversations
import Crypto
import ModelUpstream
import OrderedJSON
import Synchronization
import TestSupport
import Testing

/// A stored call rebuilds its request byte for byte.
@Suite(.serialized)
struct RebuiltRequestTests {
    private static let lists = [
        [
            "tide", "\"quoted\"", "back\\slash", "new\nline", "tab\t", "</script>", "é", "e\u{301}", "\u{0}", "\u{7F}",
            "\u{2028}",
        ],
        ["潮汐", "港口", "😀", "👨‍👩‍👧", "مرحبا", "שלום", "नमस्ते", "ไทย"],
        ["{\"json\":true}", "[1,2]", "null", "  ", "\r\n", "a/b", "\u{FFFD}", "\u{FEFF}"],
    ]

    /// What became of some calls.
    private struct Tally {
        var calls = 0
        var rebuilt = 0
        var cutContexts = 0
        var goneOnWith = 0
        var interrupted = 0
    }

    @Test(arguments: [(Dialect.acedata, 334), (.responses, 333), (.chat, 333)])
    func `a thousand stored calls rebuild the bytes the server received, and their digests agree`(
        dialect: Dialect, count: Int
    ) async throws {
        let server = try Self.server()
        let tally = try await InProcessService.with(server.url, dialect) { room in
            try await Self.talk(room, calls: count, seed: UInt64(count) &+ UInt64(dialect.rawValue.count))
            return try await Self.tally(room, server.requests.map(\.body))
        }
        #expect(tally.calls == count)
        #expect(tally.rebuilt == count)
        // The calls were of every kind.
        #expect(tally.cutContexts >= 10)
        #expect(tally.goneOnWith >= 5)
        #expect(tally.interrupted >= 10)
    }

    /// Rebuilds every call of the vault and compares it with what the server received.
    private static func tally(_ room: InProcessService, _ received: [[UInt8]]) async throws -> Tally {
        let byDigest = Dictionary(grouping: received, by: { Array(SHA256.hash(data: $0)) })
        var tally = Tally()
        for call in try await room.service.vault.calls() {
            tally.calls += 1
            if call.plan?.leftOut.isEmpty == false { tally.cutContexts += 1 }
            if call.plan?.continuesAnswer == true { tally.goneOnWith += 1 }
            if call.status == .interrupted { tally.interrupted += 1 }
            let rebuilt = try await room.service.requestBody(of: call)
            if call.requestDigest == Array(SHA256.hash(data: rebuilt)),
                byDigest[call.requestDigest ?? []]?.first == rebuilt
            {
                tally.rebuilt += 1
            } else {
                Issue.record("\(call.status): \(String(decoding: rebuilt.prefix(2000), as: UTF8.self))")
            }
        }
        return tally
    }

    /// Answers in every shape: whole, cut off, calls of tools, several choices.
    private static func server() throws -> ScriptedServer {
        let answers = Mutex(SeededNumbers(seed: 7))
        return try ScriptedServer { exchange in
            let count = exchange.request.json["n"]?.int ?? 1
            let (kind, text) = answers.withLock { numbers in
                (
                    Int.random(in: 0..<10, using: &numbers),
                    numbers.words(0...20, from: lists.randomElement(using: &numbers) ?? [])
                )
            }
            switch kind {
            case 0:  // cut off
                try exchange.begin()
                try exchange.write(Answers.chatEvents(["cut " + text])[0])
                exchange.close()
            case 1 where count == 1: try exchange.respond(body: try Answers.fixture("32-chat-tool-calls.json"))
            case 2 where count == 1: try exchange.respond(body: try Answers.fixture("11-resp-tool-call-reasoning.json"))
            default: try exchange.respond(body: Answers.completion((0..<count).map { "\(text) \($0)" }))
            }
        }
    }

    /// Makes calls of every kind in a vault: threads, branches, retries, edits, cut answers gone on with, choices,
    /// parameters, files, tools, cut contexts.
    private static func talk(_ room: InProcessService, calls: Int, seed: UInt64) async throws {
        var numbers = SeededNumbers(seed: seed)
        let vault = room.service.vault
        var threads: [ThreadID] = []
        var messages: [Message] = []
        var pending: [(message: MessageID, calls: [ToolCall])] = []
        let picture = try await vault.keep([0x89, 0x50, 0x4E, 0x47, 1, 2, 3, 0xFF], mediaType: "image/png")
        let tools = try JSON(
            parsing: #"[{"type":"function","function":{"name":"lookup_tide","parameters":{"type":"object"}}}]"#)
        var made = 0
        while made < calls {
            made += 1
            let words = numbers.words(1...30, from: lists.randomElement(using: &numbers) ?? [])
            var asked: [(role: Role, parts: [MessagePart])] = [(.user, [.text(words)])]
            var place = Question.Place.newThread(tags: [], title: nil)
            switch Int.random(in: 0..<10, using: &numbers) {
            case 0: break
            case 1:
                if let message = messages.randomElement(using: &numbers) { place = .after(message.id) }
            case 2:
                if let message = messages.filter({ $0.role == .user }).randomElement(using: &numbers) {
                    (place, asked) = (.again(message.id), [])
                }
            case 3:
                if let message = messages.filter({ $0.role == .user }).randomElement(using: &numbers) {
                    place = .beside(message.id)
                }
            case 4:
                let cut = messages.filter { $0.role == .assistant && $0.status == .interrupted }
                if let message = cut.randomElement(using: &numbers) { (place, asked) = (.finishing(message.id), []) }
            case 5 where !pending.isEmpty:
                let tool = pending.removeLast()
                place = .after(tool.message)
                asked = tool.calls.map { (.tool, [.toolResult(ToolResult(callID: $0.id, output: words))]) }
            case 6:
                asked = [
                    (
                        .user,
                        [
                            .text(words),
                            .image(MessageMedia(source: .blob(picture), mediaType: "image/png", name: "a.png")),
                        ]
                    )
                ]
                if let thread = threads.randomElement(using: &numbers) { place = .tip(of: thread) }
            default:
                if let thread = threads.randomElement(using: &numbers) { place = .tip(of: thread) }
            }
            var parameters = CallParameters(streams: Bool.random(using: &numbers))
            if Int.random(in: 0..<4, using: &numbers) == 0 {
                parameters.choices = Int.random(in: 2...3, using: &numbers)
            }
            if Bool.random(using: &numbers) {
                parameters.temperature = Double(Int.random(in: 0...20, using: &numbers)) / 10
            }
            if Bool.random(using: &numbers) { parameters.maxTokens = Int.random(in: 1...5000, using: &numbers) }
            if Bool.random(using: &numbers) { parameters.seed = Int.random(in: -9...9, using: &numbers) }
            if Bool.random(using: &numbers) { parameters.tools = tools }
            if Int.random(in: 0..<5, using: &numbers) == 0 {
                parameters.extras = [
                    "top_p": .double(0.1 * Double(Int.random(in: 0...10, using: &numbers))), "user": "é\u{0}",
                ]
            }
            let mode: ContextMode = [.auto, .full, .last(2), .tokens(300)].randomElement(using: &numbers) ?? .auto
            do {
                let answered = try await room.ask(
                    room.question(
                        place, asked, parameters: parameters, context: mode,
                        window: Bool.random(using: &numbers) ? 500 : nil,
                        instructions: Bool.random(using: &numbers) ? numbers.words(1...9, from: lists[0]) : nil))
                if case .newThread = place { threads.append(answered.thread.id) }
                if let question = answered.question { messages.append(question) }
                messages += answered.answers
                for answer in answered.answers where !answer.parts.toolCalls.isEmpty {
                    pending.append((answer.id, answer.parts.toolCalls))
                }
            } catch ServiceError.upstream(_, savedAs: _?) {
                // The question is saved all the same, and its call is one of the thousand.
            }
        }
    }
}
