import ConversationService
import ConversationStorage
import Conversations
import ModelWire

/// Tells an answer in the shape that its program wants: whole, or as a stream of events.
struct AnswerOut: Sendable {
    let service: ThreadService
    let api: ProgramRequest.API
    /// Whether a chat stream ends with the usage.
    var includesUsage = false

    /// The whole answer as a body.
    func body(_ call: Call) async throws -> [UInt8] {
        let answer = try await service.served(call)
        return try body(answer, blobs: try await blobs(answer))
    }

    /// The whole answer as a body, where it has just come.
    func body(_ answered: AnsweredQuestion) async throws -> [UInt8] {
        let answer = try await service.served(answered.call, answers: answered.answers)
        return try body(answer, blobs: try await blobs(answer))
    }

    func body(_ answer: ServedAnswer, blobs: some BlobReader) throws -> [UInt8] {
        switch api {
        case .acedata: try ResponseObject.documentedBytes(answer, blobs: blobs)
        case .responses: try ResponseObject.bytes(answer, blobs: blobs)
        case .chat: try ChatCompletionObject.bytes(answer, blobs: blobs)
        }
    }

    func blobs(_ answer: ServedAnswer) async throws -> ReadBlobs {
        try await service.blobs(of: answer.choices.map(\.parts))
    }

    /// Events that tell the answer of a call from its head on.
    func events(of call: Call) -> AnswerEvents {
        let choices = call.parameters.choices ?? 1
        let head = service.head(of: call)
        if api == .chat {
            return .chat(ChatChunks(head: head, choicesAsked: choices, includesUsage: includesUsage))
        }
        return .responses(
            ResponseEvents(
                head: head,
                messageUIDs: (0..<choices).map { ServedID.message(call.messageID(ofChoice: $0)) },
                isDocumented: api == .acedata))
    }

    /// Writes the events of an answer that is on its way, from a sequence number on, until it is told whole.
    func follow(_ run: Run, call: Call, after sequence: Int = -1, to stream: EventStream) async throws {
        var events = events(of: call)
        try await send(events.begin(), after: sequence, to: stream)
        for try await pieces in run.pieces() {
            for piece in pieces { try await send(events.receive(piece), after: sequence, to: stream) }
        }
        _ = try? await run.outcome()
        try await end(&events, call.id, after: sequence, to: stream)
    }

    /// Writes the events of an answer that has come to its end: as they were told, where the journal still has them.
    func replay(_ call: Call, after sequence: Int, to stream: EventStream) async throws {
        var events = events(of: call)
        try await send(events.begin(), after: sequence, to: stream)
        for event in try await service.vault.events(of: call.id) {
            try await send(events.receive(event.payload), after: sequence, to: stream)
        }
        try await end(&events, call.id, after: sequence, to: stream)
    }

    private func end(
        _ events: inout AnswerEvents, _ id: CallID, after sequence: Int, to stream: EventStream
    ) async throws {
        let answer = try await service.served(try await service.vault.call(id))
        try await send(try events.finish(answer, blobs: try await blobs(answer)), after: sequence, to: stream)
    }

    private func send(_ events: [ServedEvent], after sequence: Int, to stream: EventStream) async throws {
        var lines: [UInt8] = []
        for event in events where event.sequence > sequence { lines += event.framed(named: api == .responses) }
        if !lines.isEmpty { try await stream.send(lines: lines) }
    }
}

/// The events of either API.
enum AnswerEvents: Sendable {
    case responses(ResponseEvents)
    case chat(ChatChunks)

    mutating func begin() -> [ServedEvent] {
        guard case .responses(var events) = self else { return [] }
        defer { self = .responses(events) }
        return events.begin()
    }

    mutating func receive(_ payload: [UInt8]) -> [ServedEvent] {
        switch self {
        case .responses(var events):
            defer { self = .responses(events) }
            return events.receive(payload)
        case .chat(var chunks):
            defer { self = .chat(chunks) }
            return chunks.receive(payload)
        }
    }

    mutating func finish(_ answer: ServedAnswer, blobs: some BlobReader) throws -> [ServedEvent] {
        switch self {
        case .responses(var events):
            defer { self = .responses(events) }
            return try events.finish(answer, blobs: blobs)
        case .chat(var chunks):
            defer { self = .chat(chunks) }
            return try chunks.finish(answer, blobs: blobs)
        }
    }
}
