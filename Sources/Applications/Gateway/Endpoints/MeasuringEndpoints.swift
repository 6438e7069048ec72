import ConversationService
import ConversationStorage
import Conversations
import HTTPTypes
import ModelWire
import OrderedJSON

/// How long a conversation is, and a shorter form of it: `/responses/input_tokens` and `/responses/compact`.
struct MeasuringEndpoints: Sendable {
    var routes: [Route] {
        [
            Route(.post, "/responses/input_tokens", answer: count),
            Route(.post, "/responses/compact", isRun: true, answer: compact),
        ]
    }

    private func count(_ request: GatewayRequest) async throws -> GatewayAnswer {
        let received = try read(request, .count)
        let tokens = request.service.estimatedTokens(
            try await history(received, request) + request.resolved(received.items),
            instructions: received.instructions, tools: received.parameters.tools?.serialized().count ?? 0)
        return .json(["object": "response.input_tokens", "input_tokens": .int(tokens)])
    }

    /// The conversation as one message of the model's that says what was in it: any model can go on from that. SDKs take
    /// only what a model says here.
    private func compact(_ request: GatewayRequest) async throws -> GatewayAnswer {
        let received = try read(request, .compaction)
        let target = try await request.target(model: received.model)
        let messages = try await history(received, request) + request.resolved(received.items)
        guard !messages.isEmpty else { throw APIError.invalid("input", "there is nothing to compact.") }
        let made = try await request.service.compacted(messages, by: target)
        let now = request.service.now()
        let id = ServedID.message(MessageID(at: now))
        let (read, written) = (made.usage.input ?? 0, made.usage.output ?? 0)
        return .json([
            "id": .string("cmp_" + id), "object": "response.compaction",
            "created_at": .int(Int(now.milliseconds / 1000)),
            "output": [
                [
                    "id": .string("msg_" + id), "type": "message", "role": "assistant", "status": "completed",
                    "content": [["type": "output_text", "text": .string(made.text), "annotations": []]],
                ]
            ],
            "usage": [
                "input_tokens": .int(read),
                "input_tokens_details": ["cached_tokens": .int(made.usage.cached ?? 0), "cache_write_tokens": 0],
                "output_tokens": .int(written),
                "output_tokens_details": ["reasoning_tokens": .int(made.usage.reasoning ?? 0)],
                "total_tokens": .int(read + written),
            ],
        ])
    }

    private func read(_ request: GatewayRequest, _ purpose: ReceivedRequest.Purpose) throws -> ReceivedRequest {
        do {
            return try ReceivedRequest(body: request.body, dialect: .responses, purpose: purpose)
        } catch {
            throw APIError(error)
        }
    }

    /// What the request goes on from, where it names that.
    private func history(
        _ received: ReceivedRequest, _ request: GatewayRequest
    ) async throws -> [(role: Role, parts: [MessagePart])] {
        var end: MessageID?
        if let id = received.conversationID {
            end = try await request.conversation(id).tipID
        } else if let id = received.previousResponseID {
            let call = try await request.previous(id)
            end = call.messageIDs.first ?? call.questionID
        }
        guard let end else { return [] }
        return try await request.service.vault.path(to: end).map { ($0.role, $0.parts) }
    }
}
