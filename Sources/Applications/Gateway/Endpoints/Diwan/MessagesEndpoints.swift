import ConversationService
import ConversationStorage
import Conversations
import HTTPTypes
import OrderedJSON

/// One message, why its call sent what it sent, and where a thread goes on: its labels, a fork, the tip.
struct MessagesEndpoints: Sendable {
    var routes: [Route] {
        [
            Route(.get, "/diwan/v1/messages/{message}") { request in
                let (message, thread) = try await request.namedMessage()
                return .json(try await request.service.placed(message.id, in: thread).json)
            },
            Route(.get, "/diwan/v1/messages/{message}/why", answer: why),
            Route(.post, "/diwan/v1/messages/{message}/labels", answer: label),
            Route(.delete, "/diwan/v1/messages/{message}/labels/{label}", answer: unlabel),
            Route(.post, "/diwan/v1/messages/{message}/fork", answer: fork),
            Route(.post, "/diwan/v1/threads/{thread}/tip", answer: moveTip),
        ]
    }

    private func why(_ request: GatewayRequest) async throws -> GatewayAnswer {
        let (message, _) = try await request.namedMessage()
        guard let call = try await request.service.vault.lastCall(of: message.id) else {
            throw APIError.notFound("no model was asked there.")
        }
        return .json(try await CallExplanation(of: call, request.service).json)
    }

    private func label(_ request: GatewayRequest) async throws -> GatewayAnswer {
        let (message, thread) = try await request.namedMessage()
        let name = try ChangeBody(request, "label").neededText("label")
        try NameRules.checkLabel(name)
        try await request.service.vault.label(message.id, name)
        return .json(try await request.service.placed(message.id, in: thread).json)
    }

    private func unlabel(_ request: GatewayRequest) async throws -> GatewayAnswer {
        let (message, thread) = try await request.namedMessage()
        let name = request.parameter("label")
        guard try await request.service.vault.labels(in: thread.id)[message.id]?.contains(name) == true else {
            throw APIError.notFound("that message has no label '\(name)'.")
        }
        try await request.service.vault.label(message.id, name, removing: true)
        return .json(try await request.service.placed(message.id, in: thread).json)
    }

    /// A thread of the caller's own that begins with the path to a message.
    private func fork(_ request: GatewayRequest) async throws -> GatewayAnswer {
        let (message, _) = try await request.namedMessage()
        let title = try ChangeBody(request, "title").text("title")
        let forked = try await request.service.fork(message.id, title: title, program: request.caller.name)
        return .json(forked.json)
    }

    private func moveTip(_ request: GatewayRequest) async throws -> GatewayAnswer {
        let thread = try await request.namedThread()
        let name = try ChangeBody(request, "message_id").neededText("message_id")
        let (message, home) = try await request.findMessage(name)
        guard home.id == thread.id else { throw APIError.notFound("there is no message '\(name)' in this thread.") }
        try await request.service.vault.moveTip(of: thread.id, to: message.id)
        return .json(try await request.service.vault.thread(thread.id).json)
    }
}
