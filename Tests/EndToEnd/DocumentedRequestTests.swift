import ConversationService
import ConversationStorage
import Conversations
import Foundation
import ModelUpstream
import OrderedJSON
import TestSupport
import Testing

/// What AceData is sent, held against the request it documents: fields, types, ranges.
@Suite(.serialized)
struct DocumentedRequestTests {
    private static func schema() throws -> JSONSchema {
        let data = try Data(contentsOf: URL(filePath: RealData.script("acedata-request.json")))
        return JSONSchema(try JSON(parsing: Array(data)))
    }

    @Test(arguments: [UInt64(1), 2, 3])
    func `whatever a history holds and is asked with, asked or asked again, it is what is documented`(
        seed: UInt64
    ) async throws {
        let server = try ScriptedServer { exchange in
            let count = exchange.request.json["n"]?.int ?? 1
            try exchange.respond(body: Answers.completion((0..<count).map { "answer \($0)" }))
        }
        var (asked, refused, replayed) = (0, 0, 0)
        try await InProcessService.with(server.url, .acedata) { room in
            var numbers = SeededNumbers(seed: seed)
            let picture = try await room.service.vault.keep([0x89, 0x50, 0x4E, 0x47, 1], mediaType: "image/png")
            for _ in 0..<15 {
                let record = Self.thread(picture, &numbers)
                let adoption = try await room.service.vault.adopt([record])
                #expect(adoption.refusals.isEmpty)
                let (parameters, isDocumented) = Self.parameters(&numbers)
                let before = server.requests.count
                var tip = record.tipID
                do {
                    let answered = try await room.ask(
                        room.question(
                            .tip(of: record.id), [(.user, [.text("And?")])], parameters: parameters,
                            instructions: Bool.random(using: &numbers) ? "Be brief." : nil))
                    #expect(isDocumented, "\(parameters)")
                    tip = answered.question?.id
                    asked += 1
                } catch {
                    #expect(!isDocumented && server.requests.count == before, "\(error)")
                    refused += 1
                }
                guard let tip else { continue }
                let request = ReplayRequest(
                    mode: Bool.random(using: &numbers) ? .anchored : .chain, origins: [tip],
                    targets: ["gpt-5", "o3"].map {
                        ReplayTarget(
                            upstream: room.upstream, key: APIKey(secret: "sk-test", origin: "test"), model: $0)
                    }, samples: Int.random(in: 1...2, using: &numbers),
                    settings: ReplaySettings(
                        parameters: isDocumented ? parameters : CallParameters(seed: 7, streams: true),
                        instructions: [nil, "", "Be kind."].randomElement(using: &numbers) ?? nil))
                do {
                    let outcome = try await room.service.replay(request, sleep: { _ in }, event: { _ in })
                    replayed += outcome.progress.answered
                } catch ServiceError.usage(_) {
                    // A thread that only answers has no question to ask again.
                    continue
                }
            }
        }
        let schema = try Self.schema()
        for request in server.requests {
            let complaint = schema.complaint(about: request.json)
            #expect(complaint == nil, "\(complaint ?? "") in \(request.text)")
        }
        // There was something to hold against it.
        #expect(asked > 3 && refused > 0 && replayed > 50, "\(asked) \(refused) \(replayed)")
        let bodies = server.requests.map(\.json)
        for field in ["n", "stream", "tools", "tool_choice", "max_tokens", "temperature", "response_format"] {
            #expect(bodies.contains { $0[field] != nil }, "\(field)")
        }
        for type in ["function_call", "function_call_output"] {
            #expect(bodies.contains { $0["input"]?.array?.contains { $0["type"]?.string == type } == true }, "\(type)")
        }
    }

    @Test(arguments: [
        #"{"input":[{"role":"user","content":"a"}]}"#, #"{"model":"m","input":[]}"#,
        #"{"model":"m","input":[{"role":"critic","content":"a"}]}"#, #"{"model":"m","input":[{"role":"user"}]}"#,
        #"{"model":"m","input":[{"role":"user","content":"a"}],"n":129}"#,
        #"{"model":"m","input":[{"role":"user","content":"a"}],"temperature":2.5}"#,
        #"{"model":"m","input":[{"role":"user","content":"a"}],"seed":1}"#,
        #"{"model":"m","input":[{"role":"user","content":"a"}],"tools":[]}"#,
        #"{"model":"m","input":[{"type":"function_call_output","output":"a"}]}"#,
    ])
    func `the documented request has no place for anything else`(body: String) throws {
        #expect(try Self.schema().complaint(about: JSON(parsing: body)) != nil)
    }

    @Test func `what holds nothing its model takes is not sent, and says so`() async throws {
        let server = try ScriptedServer { exchange in try exchange.respond(body: Answers.completion(["a"])) }
        try await InProcessService.with(server.url, .acedata) { room in
            // The result of a call that nobody made.
            let stray = MessagePart.toolResult(ToolResult(callID: "c1", output: "calm"))
            await #expect(throws: ServiceError.self) {
                try await room.ask(room.question(.newThread(tags: [], title: nil), [(.tool, [stray])]))
            }
            #expect(server.requests.isEmpty)
        }
    }

    // MARK: - Histories and parameters

    private static let calls = ["c1", "c2", ""]

    /// Messages of anyone, with anything in them.
    private static func thread(_ picture: BlobDigest, _ numbers: inout SeededNumbers) -> ThreadRecord {
        let time = Timestamp(milliseconds: 1_760_000_000_000)
        var record = ThreadRecord(id: ThreadID(at: time), title: "Any", createdAt: time, activeAt: time)
        for _ in 0..<Int.random(in: 1...8, using: &numbers) {
            let role: Role =
                [.user, .user, .assistant, .assistant, .tool, .system, .developer, Role("critic")]
                .randomElement(using: &numbers) ?? .user
            var parts = (0..<Int.random(in: 1...3, using: &numbers)).map { _ in part(of: role, picture, &numbers) }
            // A question says something, whatever else it holds.
            if role == .user { parts.insert(.text("What of the tide?"), at: 0) }
            record.messages.append(
                MessageRecord(
                    id: MessageID(at: time), parentID: record.messages.last?.id, role: role, parts: parts,
                    createdAt: time))
            if role == .assistant, case .toolCall(let call)? = parts.last, Bool.random(using: &numbers) {
                record.messages.append(
                    MessageRecord(
                        id: MessageID(at: time), parentID: record.messages.last?.id, role: .tool,
                        parts: [.toolResult(ToolResult(callID: call.id, output: "calm"))], createdAt: time))
            }
        }
        record.tipID = record.messages.last?.id
        return record
    }

    private static func part(
        of role: Role, _ picture: BlobDigest, _ numbers: inout SeededNumbers
    ) -> MessagePart {
        let call = calls.randomElement(using: &numbers) ?? "c1"
        if role == .tool { return .toolResult(ToolResult(callID: call, output: "calm")) }
        switch Int.random(in: 0..<10, using: &numbers) {
        case 0...1 where role == .assistant:
            return .toolCall(
                ToolCall(id: call, name: ["tide", "", "潮"].randomElement(using: &numbers) ?? "", arguments: "{}"))
        case 2: return .image(MessageMedia(source: .blob(picture), mediaType: "image/png"))
        case 3: return .image(MessageMedia(source: .url("https://e.test/a.png")))
        case 4: return .file(MessageMedia(source: .fileID("file-1"), name: "a.pdf"))
        case 5: return .audio(MessageMedia(source: .blob(picture), mediaType: "audio/wav"))
        case 6: return .reasoning(Reasoning(text: "thought"))
        case 7: return .refusal("no")
        case 8: return .text("")
        default: return .text(numbers.words(1...5, from: ["tide", "潮汐", "مد", "\u{0}", "😀"]))
        }
    }

    /// Parameters, and whether each has a value that is documented.
    private static func parameters(_ numbers: inout SeededNumbers) -> (CallParameters, Bool) {
        var isDocumented = true
        func value<Value>(_ known: [Value], _ other: [Value], _ numbers: inout SeededNumbers) -> Value? {
            switch Int.random(in: 0..<24, using: &numbers) {
            case 0:
                isDocumented = false
                return other.randomElement(using: &numbers)
            case 1...12: return known.randomElement(using: &numbers)
            default: return nil
            }
        }
        let tool: JSON = ["type": "function", "function": ["name": "tide", "parameters": ["type": "object"]]]
        var parameters = CallParameters(streams: Bool.random(using: &numbers))
        parameters.choices = value([1, 2, 3], [0, -1, 129], &numbers)
        parameters.temperature = value([0, 0.7, 2], [-0.1, 2.5], &numbers)
        parameters.maxTokens = value([1, 4_000], [0, -5], &numbers)
        parameters.tools = value([[tool]], [[]], &numbers)
        if parameters.tools?.array?.isEmpty == false {
            parameters.toolChoice = ["auto", ["type": "function", "function": ["name": "tide"]]]
                .randomElement(using: &numbers)
        }
        if Bool.random(using: &numbers) { parameters.responseFormat = ["type": "json_object"] }
        // It has no place for a seed.
        if Bool.random(using: &numbers) { parameters.seed = 7 }
        return (parameters, isDocumented)
    }
}
