import ConversationService
import ConversationStorage
import Conversations
import Foundation
import HTTPTransport
import Logging
import ModelUpstream
import Synchronization
import TestSupport
import Testing

/// The service on a vault of its own in front of a scripted upstream.
struct ScriptedService {
    let service: ThreadService
    let server: ScriptedServer
    let folder: URL

    static func with(
        _ script: @escaping @Sendable (ScriptedExchange) throws -> Void,
        _ body: (ScriptedService) async throws -> Void
    ) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "service-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let server = try ScriptedServer(script)
        defer { server.stop() }
        let clock = Mutex(Int64(1_800_000_000_000))
        let now: @Sendable () -> Timestamp = {
            clock.withLock { time in
                time += 1
                return Timestamp(milliseconds: time)
            }
        }
        let logger = Logger(label: "test")
        let transport = CurlTransport(logger: logger)
        defer { transport.shutdown() }
        let vault = try Vault(file: folder.path + "/vault.db", for: .writing)
        defer { vault.close() }
        let client = ModelClient(transport: transport, logger: logger, sleep: { _ in })
        try await body(
            ScriptedService(
                service: ThreadService(vault: vault, client: client, logger: logger, now: now), server: server,
                folder: folder))
    }

    func question(
        _ text: String, _ place: Question.Place = .newThread(tags: [], title: nil), window: Int? = nil
    ) -> Question {
        Question(
            place: place, messages: text.isEmpty ? [] : [(.user, [.text(text)])],
            upstream: Upstream(name: "scripted", url: server.url, dialect: .chat), key: nil, model: "m",
            parameters: CallParameters(), window: window)
    }

    @discardableResult
    func ask(_ question: Question) async throws -> AnsweredQuestion {
        try await service.send(question) { _ in }
    }
}

private let plainAnswer =
    #"{"id":"a1","object":"chat.completion","created":1,"model":"m-1","system_fingerprint":"fp","choices":[{"index":0,"message":{"role":"assistant","content":"Yes."},"finish_reason":"stop"}],"usage":{"prompt_tokens":10,"completion_tokens":1}}"#

@Suite struct SendingTests {
    @Test func `an answer becomes a message with the record of its call`() async throws {
        try await ScriptedService.with({ try $0.respond(status: 200, headers: [], body: plainAnswer) }) { scripted in
            let answered = try await scripted.ask(scripted.question("Is it?"))
            #expect(answered.answers.map(\.text) == ["Yes."])
            #expect(answered.call.responseID == "a1")
            #expect(answered.call.systemFingerprint == "fp")
            #expect(answered.call.modelReported == "m-1")
            #expect(answered.call.usage == TokenUsage(input: 10, output: 1))
            #expect(answered.thread.tipID == answered.answers[0].id)
            #expect(try await scripted.service.vault.body(of: answered.call.id) == Array(plainAnswer.utf8))
        }
    }

    @Test func `a request is rebuilt byte for byte`() async throws {
        try await ScriptedService.with({ try $0.respond(status: 200, headers: [], body: plainAnswer) }) { scripted in
            var answered = try await scripted.ask(scripted.question("one \u{0} é 半夜"))
            for turn in 2...12 {
                answered = try await scripted.ask(scripted.question("turn \(turn)", .tip(of: answered.thread.id)))
            }
            let calls = try await scripted.service.vault.calls(of: answered.thread.id).reversed()
            for (call, request) in zip(calls, scripted.server.requests) {
                #expect(try await scripted.service.requestBody(of: call) == request.body)
            }
        }
    }

    @Test func `a refusal as too long is asked once more with the size it names`() async throws {
        let refusals = Mutex(0)
        try await ScriptedService.with({ exchange in
            if exchange.request.body.count > 1500 {
                refusals.withLock { $0 += 1 }
                try exchange.respond(
                    status: 400, headers: [],
                    body:
                        #"{"error":{"code":"context_length_exceeded","type":"invalid_request_error","message":"This model's maximum context length is 300 tokens. However, your messages resulted in 900 tokens."}}"#
                )
            } else {
                try exchange.respond(status: 200, headers: [], body: plainAnswer)
            }
        }) { scripted in
            var thread: ThreadID?
            for turn in 1...12 {
                let place: Question.Place = thread.map { .tip(of: $0) } ?? .newThread(tags: [], title: nil)
                let answered = try await scripted.ask(
                    scripted.question("\(turn) " + String(repeating: "word ", count: 30), place))
                #expect(answered.answers.count == 1)
                thread = answered.thread.id
            }
            #expect(refusals.withLock { $0 } > 0)
            #expect(try await scripted.service.vault.remembered("window:scripted/m") == "300")
        }
    }

    @Test func `siblings never leak into the input`() async throws {
        try await ScriptedService.with({ try $0.respond(status: 200, headers: [], body: plainAnswer) }) { scripted in
            let first = try await scripted.ask(scripted.question("ROOT"))
            let tip = try #require(first.thread.tipID)
            try await scripted.ask(scripted.question("SIBLING-A", .after(tip)))
            try await scripted.ask(scripted.question("SIBLING-B", .after(tip)))
            let last = try #require(scripted.server.requests.last)
            #expect(last.text.contains("SIBLING-B"))
            #expect(!last.text.contains("SIBLING-A"))
            #expect(try await scripted.service.vault.thread(first.thread.id).branchCount == 2)
        }
    }

    @Test func `a failed call leaves the question saved and says where`() async throws {
        try await ScriptedService.with({
            try $0.respond(
                status: 401, headers: [],
                body: #"{"error":{"code":"invalid_token","message":"no"},"trace_id":"7f3a9b"}"#)
        }) { scripted in
            let error = await #expect(throws: ServiceError.self) { try await scripted.ask(scripted.question("kept")) }
            guard case .upstream(let failure, let saved)? = error else {
                Issue.record("another error: \(String(describing: error))")
                return
            }
            #expect(failure.code == .keyRefused)
            let handle = try #require(saved).threadHandle
            let thread = try await scripted.service.thread(named: handle)
            #expect(thread.title == "kept")
        }
    }

    @Test(arguments: [408, 409, 429, 500, 503])
    func `a passing failure is tried again`(status: Int) async throws {
        try await ScriptedService.with({ exchange in
            if exchange.index < 2 {
                try exchange.respond(status: status, headers: [], body: #"{"error":{"message":"later"}}"#)
            } else {
                try exchange.respond(status: 200, headers: [], body: plainAnswer)
            }
        }) { scripted in
            try await scripted.ask(scripted.question("again"))
            #expect(scripted.server.requests.count == 3)
            let bodies = Set(scripted.server.requests.map(\.body))
            #expect(bodies.count == 1, "the same request each time")
        }
    }

    @Test func `nothing is sent again once words have come`() async throws {
        try await ScriptedService.with({ exchange in
            try exchange.begin(status: 200, headers: [])
            try exchange.write(
                #"data: {"object":"chat.completion.chunk","choices":[{"index":0,"delta":{"role":"assistant","content":"Half a"}}]}"#
                    + "\n\n")
            exchange.reset()
        }) { scripted in
            let answered = try await scripted.ask(scripted.question("cut"))
            #expect(answered.answers.map(\.text) == ["Half a"])
            #expect(answered.answers.first?.status == .interrupted)
            #expect(answered.failure != nil)
            #expect(scripted.server.requests.count == 1)
        }
    }

    @Test func `an address names a message from the tip's path and its siblings`() async throws {
        try await ScriptedService.with({ try $0.respond(status: 200, headers: [], body: plainAnswer) }) { scripted in
            let first = try await scripted.ask(scripted.question("one"))
            let handle = first.thread.handle
            try await scripted.ask(scripted.question("", .again(try #require(first.question).id)))
            let second = try await scripted.service.address("\(handle)/2.2")
            #expect(second.message != first.answers[0].id)
            #expect(try await scripted.service.address("\(handle)/1").message == first.question?.id)
            await #expect(throws: ServiceError.self) { try await scripted.service.address("\(handle)/9") }
            try await scripted.service.vault.label(first.answers[0].id, "good")
            #expect(try await scripted.service.address("\(handle):good").message == first.answers[0].id)
        }
    }
}
