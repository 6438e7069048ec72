import ConversationService
import ConversationStorage
import Conversations
import Foundation
import ModelUpstream
import ModelWire

/// A call of which nothing is kept: `store: false`.
struct PassedCall: Sendable {
    let program: ProgramCall

    func answer() async throws -> GatewayAnswer {
        let (service, question) = (program.request.service, program.question)
        guard let asked = question.asked else { throw APIError.invalid(nil, "there is nothing to ask.") }
        var out = AnswerOut(service: service, api: asked.api)
        out.includesUsage = program.received.includesUsage
        let id = CallID(at: service.now())
        let head = head(id, asked)
        let blobs = try await service.blobs(of: question.messages.map(\.parts))
        guard program.received.streams else {
            let outcome = try await service.pass(question, attachments: blobs) { _ in }
            return GatewayAnswer.bytes(
                try out.body(finished(head, id, outcome), blobs: ReadBlobs()), type: "application/json")
        }
        let choices = question.parameters.choices ?? 1
        let uids = (0..<choices).map { ServedID.message(MessageID(derivedFrom: ["answer", id.description, "\($0)"])) }
        let includesUsage = out.includesUsage
        return .events { stream in
            let events = EventsInTurn(
                asked.api == .chat
                    ? .chat(ChatChunks(head: head, choicesAsked: choices, includesUsage: includesUsage))
                    : .responses(
                        ResponseEvents(head: head, messageUIDs: uids, isDocumented: asked.api == .acedata)),
                named: asked.api == .responses)
            try await events.begin(stream)
            let outcome = try await service.pass(question, attachments: blobs) { pieces in
                try await events.receive(pieces, stream)
            }
            try await events.finish(finished(head, id, outcome), stream)
        }
    }

    private func head(_ id: CallID, _ asked: ProgramRequest) -> ServedAnswer {
        let question = program.question
        return ServedAnswer(
            id: asked.api == .chat ? ServedID.completion(id) : ServedID.response(id),
            created: Int(program.request.service.now().milliseconds / 1000), model: question.model, status: .inProgress,
            asked: AskedEcho(
                instructions: question.instructions.flatMap { $0.isEmpty ? nil : $0 }, parameters: question.parameters,
                previousResponseID: asked.previous.map { ServedID.response($0) }, metadata: asked.metadata,
                stores: false, truncates: asked.truncates))
    }

    private func finished(_ head: ServedAnswer, _ id: CallID, _ outcome: ClientOutcome) -> ServedAnswer {
        var answer = head
        answer.status = outcome.answer.status
        answer.completed = Int(program.request.service.now().milliseconds / 1000)
        answer.model = outcome.answer.model ?? head.model
        answer.choices = outcome.answer.choices.map {
            ServedChoice(
                index: $0.index,
                messageUID: ServedID.message(MessageID(derivedFrom: ["answer", id.description, "\($0.index)"])),
                parts: $0.parts, finishReason: $0.finishReason, status: $0.status)
        }
        answer.usage = outcome.answer.usage
        answer.systemFingerprint = outcome.answer.systemFingerprint
        answer.error = outcome.failure.map {
            ServedError(message: $0.message, type: "server_error", code: "\($0.code)")
        }
        answer.incompleteReason = outcome.answer.choices.first?.finishReason
        answer.upstreamBody = outcome.answer.body
        return answer
    }
}

/// Events that are made in one place and sent in their order.
private actor EventsInTurn {
    private var events: AnswerEvents
    private let isNamed: Bool

    init(_ events: AnswerEvents, named isNamed: Bool) {
        self.events = events
        self.isNamed = isNamed
    }

    func begin(_ stream: EventStream) async throws { try await send(events.begin(), stream) }

    func receive(_ pieces: [[UInt8]], _ stream: EventStream) async throws {
        var told: [ServedEvent] = []
        for piece in pieces { told += events.receive(piece) }
        try await send(told, stream)
    }

    func finish(_ answer: ServedAnswer, _ stream: EventStream) async throws {
        try await send(try events.finish(answer, blobs: ReadBlobs()), stream)
    }

    private func send(_ told: [ServedEvent], _ stream: EventStream) async throws {
        let lines = told.flatMap { $0.framed(named: isNamed) }
        if !lines.isEmpty { try await stream.send(lines: lines) }
    }
}
