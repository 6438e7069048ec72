import ConversationService
import ConversationStorage
import Conversations
import HTTPTypes
import ModelWire
import OrderedJSON

/// OpenAI's Responses, and the documented `POST /openai/responses`.
struct ResponsesEndpoints: Sendable {
    let maker: CallMaker

    var routes: [Route] {
        [
            Route(.post, "/responses", isRun: true, onlyDocumentedPrefix: true) {
                try await maker.answer($0, as: .acedata)
            },
            Route(.post, "/responses", isRun: true, onlyDocumentedPrefix: false) {
                try await maker.answer($0, as: .responses)
            },
            Route(.get, "/responses/{id}", answer: retrieve), Route(.delete, "/responses/{id}", answer: delete),
            Route(.post, "/responses/{id}/cancel", answer: cancel),
            Route(.get, "/responses/{id}/input_items", answer: inputItems),
        ]
    }

    private func retrieve(_ request: GatewayRequest) async throws -> GatewayAnswer {
        let call = try await request.response(request.parameter("id"))
        let out = AnswerOut(service: request.service, api: .responses)
        guard try request.query.flag("stream") else {
            return .bytes(try await out.body(call), type: "application/json")
        }
        let after = try request.query.integer("starting_after") ?? -1
        if let run = maker.runs.run(of: call.id) {
            return .events { try await out.follow(run, call: call, after: after, to: $0) }
        }
        let whole = call.status.isFinal ? call : try await request.service.ended(call.id)
        return .events { try await out.replay(whole, after: after, to: $0) }
    }

    /// Puts a response out of sight. `diwan trash --undo` brings it back; `diwan erase` takes it away.
    private func delete(_ request: GatewayRequest) async throws -> GatewayAnswer {
        let call = try await request.response(request.parameter("id"))
        if let run = maker.runs.run(of: call.id) { run.stop() }
        try await request.service.putInTrash(call)
        return .json([
            "id": .string(request.parameter("id")), "object": "response", "deleted": true,
        ])
    }

    private func cancel(_ request: GatewayRequest) async throws -> GatewayAnswer {
        let call = try await request.response(request.parameter("id"))
        guard call.asked?.isBackground == true else {
            throw APIError.invalid(nil, "Only responses created with background=true can be cancelled.")
        }
        guard !call.status.isFinal else {
            throw APIError.invalid(nil, "Cannot cancel a response that has come to its end (\(call.status.rawValue)).")
        }
        let ended = try await request.service.cancel(call.id)
        return .bytes(
            try await AnswerOut(service: request.service, api: .responses).body(ended), type: "application/json")
    }

    /// What the request of a response held.
    private func inputItems(_ request: GatewayRequest) async throws -> GatewayAnswer {
        let call = try await request.response(request.parameter("id"))
        var messages: [Message] = []
        if let question = call.questionID {
            messages = try await request.service.vault.path(to: question)
                .suffix(call.asked?.messageCount ?? 1)
        }
        return try await request.page(of: request.items(of: messages), isNewestFirst: true)
    }
}
