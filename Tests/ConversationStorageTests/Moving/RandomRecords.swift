import Conversations
import OrderedJSON
import TestSupport

@testable import ConversationStorage

/// Threads of every shape that a seed decides: forks, several beginnings, parts of all kinds, calls with several answers.
struct RandomRecords {
    private var numbers: SeededNumbers
    private let seed: UInt64
    /// The bytes that attachments of these records have.
    static let attachment = Array("an attachment".utf8)

    init(seed: UInt64) {
        self.seed = seed
        numbers = SeededNumbers(seed: seed)
    }

    mutating func threads(_ count: Int, messages: ClosedRange<Int> = 0...40) -> [ThreadRecord] {
        (0..<count).map { thread(number: $0, messages: Int.random(in: messages, using: &numbers)) }
    }

    private mutating func chance(_ one: Int) -> Bool { Int.random(in: 0..<one, using: &numbers) == 0 }

    private mutating func thread(number: Int, messages count: Int) -> ThreadRecord {
        let name = "\(seed) \(number)"
        var record = ThreadRecord(
            id: ThreadID(derivedFrom: ["thread", name]), title: chance(4) ? nil : "Title \(name)",
            titleIsGiven: chance(2), instructions: chance(3) ? "Be brief." : nil, model: chance(2) ? "m" : nil,
            upstream: chance(3) ? "local" : nil, settings: chance(3) ? ["temperature": 0.5] : JSON?.none,
            origin: chance(2) ? ["format": "test"] : JSON?.none, tags: chance(2) ? ["a", "b \(number)"] : [],
            createdAt: time(number), activeAt: time(number + 50), pinnedAt: chance(5) ? time(3) : nil,
            archivedAt: chance(5) ? time(4) : nil, trashedAt: chance(8) ? time(5) : nil)
        for position in 0..<count {
            let isBeginning = position == 0 || chance(12)
            let parent = isBeginning ? nil : chance(4) ? Int.random(in: 0..<position, using: &numbers) : position - 1
            var message = MessageRecord(
                id: MessageID(derivedFrom: ["message", name, "\(position)"]),
                parentID: parent.map { record.messages[$0].id }, role: chance(2) ? .user : .assistant,
                parts: parts(position), status: chance(9) ? .interrupted : .complete, createdAt: time(position),
                trashedAt: chance(15) ? time(position + 1) : nil,
                labels: chance(10) ? ["label \(position)", "keep"] : [])
            if message.role == .assistant, let parent { answer(&message, position, to: parent, in: &record, name) }
            record.messages.append(message)
        }
        if chance(3), let question = record.messages.last {
            record.calls.append(call("\(name) unanswered", question: question.id, status: .failed))
        }
        record.tipID = record.messages.isEmpty || chance(8) ? nil : record.messages.randomElement(using: &numbers)?.id
        return record
    }

    private mutating func answer(
        _ message: inout MessageRecord, _ position: Int, to parent: Int, in record: inout ThreadRecord, _ name: String
    ) {
        let question = record.messages[parent].id
        message.finishReason = "stop"
        // A further answer of a call that is there, or a call of its own.
        if let open = record.calls.last(where: { $0.questionID == question }), chance(2) {
            message.callID = open.id
            message.choice = record.messages.count { $0.callID == open.id }
        } else if !chance(4) {
            let made = call("\(name) \(position)", question: question, status: .complete)
            record.calls.append(made)
            message.callID = made.id
            message.choice = 0
        }
    }

    private mutating func call(_ name: String, question: MessageID, status: Call.Status) -> CallRecord {
        let isOurs = chance(2)
        return CallRecord(
            id: CallID(derivedFrom: ["call", name]), questionID: question, upstream: "test",
            dialect: isOurs ? .chat : nil, modelRequested: "m", modelSent: "m", modelReported: chance(2) ? "m-1" : nil,
            responseID: "r", created: chance(2) ? 1_700_000_000.5 : nil,
            parameters: CallParameters(temperature: chance(2) ? 0.5 : nil, tools: chance(3) ? ["tool"] : JSON?.none),
            instructions: chance(3) ? "Be brief." : nil, plan: isOurs ? .whole(messageCount: 2, mode: .auto) : nil,
            requestDigest: isOurs ? [UInt8](repeating: 3, count: 32) : nil, status: status,
            error: status == .failed ? CallError(code: "x", message: "It failed.") : nil,
            usage: TokenUsage(input: 3, output: 4), finishedAt: time(9),
            body: chance(3) ? nil : Array("{\"answer\":\"words number 1 of \(name)\"}".utf8))
    }

    private mutating func parts(_ position: Int) -> [MessagePart] {
        let text =
            "words number \(position) " + ["ünïcödé 漢字", "plain", "with\0zero", ""].randomElement(using: &numbers)!
        switch Int.random(in: 0..<8, using: &numbers) {
        case 0: return [.reasoning(Reasoning(text: "thought \(position)", item: ["id": "i"])), .text(text)]
        case 1: return [.text(text), .toolCall(ToolCall(id: "c", name: "tool_name", arguments: "{\"a\":\"b\0\"}"))]
        case 2: return [.toolResult(ToolResult(callID: "c", output: "result \(position)")), .refusal("no")]
        case 3:
            return [
                .image(MessageMedia(source: .blob(BlobDigest(of: Self.attachment)), mediaType: "image/png")),
                .text(text), .reasoning(Reasoning(text: "one")), .reasoning(Reasoning(text: "two\0")),
            ]
        case 4: return [.unknown(["type": "new"]), .file(MessageMedia(source: .url("https://example.com/a")))]
        default: return [.text(text)]
        }
    }

    private func time(_ number: Int) -> Timestamp { Timestamp(milliseconds: 1_700_000_000_000 + Int64(number)) }
}

extension TestVault {
    /// Brings records in whose attachments are kept before.
    @discardableResult
    func adopt(_ records: [ThreadRecord], import id: ImportID? = nil) async throws -> Adoption {
        if records.contains(where: { $0.messages.contains { !$0.parts.blobs.isEmpty } }) {
            _ = try await vault.keep(RandomRecords.attachment, mediaType: "image/png")
        }
        return try await vault.adopt(records, import: id)
    }

    func records() async throws -> [ThreadRecord] {
        var records: [ThreadRecord] = []
        for id in try await vault.threadIDs().threads { records.append(try await vault.threadRecord(id)) }
        return records
    }
}

extension ThreadRecord {
    /// A thread whose messages each continue the one before.
    static func line(_ name: String, _ texts: [String]) -> ThreadRecord {
        let ids = texts.indices.map { MessageID(derivedFrom: [name, "\($0)"]) }
        return ThreadRecord(
            id: ThreadID(derivedFrom: [name]), title: name, tipID: ids.last, createdAt: .init(milliseconds: 1),
            activeAt: .init(milliseconds: 2),
            messages: texts.enumerated().map { number, text in
                MessageRecord(
                    id: ids[number], parentID: number == 0 ? nil : ids[number - 1],
                    role: number % 2 == 0 ? .user : .assistant, parts: [.text(text)],
                    createdAt: .init(milliseconds: Int64(number)))
            })
    }
}
