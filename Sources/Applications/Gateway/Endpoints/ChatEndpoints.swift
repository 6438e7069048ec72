import ConversationService
import ConversationStorage
import Conversations
import HTTPTypes
import ModelWire
import OrderedJSON

/// OpenAI's Chat Completions, stored ones included.
struct ChatEndpoints: Sendable {
    let maker: CallMaker

    var routes: [Route] {
        [
            Route(.post, "/chat/completions", isRun: true) { try await maker.answer($0, as: .chat) },
            Route(.get, "/chat/completions", answer: list),
            Route(.get, "/chat/completions/{id}", answer: retrieve),
            Route(.post, "/chat/completions/{id}", answer: update),
            Route(.delete, "/chat/completions/{id}", answer: delete),
            Route(.get, "/chat/completions/{id}/messages", answer: messages),
        ]
    }

    private func list(_ request: GatewayRequest) async throws -> GatewayAnswer {
        let asked = try PageQuery(request.query, isNewestFirst: false)
        var filter = ProgramCallFilter(
            api: .chat, program: request.caller.seesAll ? nil : request.caller.name, model: request.query["model"],
            metadata: request.query.keyed("metadata"), isNewestFirst: asked.isNewestFirst, limit: asked.limit + 1)
        if let after = asked.after {
            guard let call = ServedID.call(after) else {
                throw APIError.invalid("after", "there is no completion '\(after)'.")
            }
            filter.after = call
        }
        let calls = try await request.service.vault.calls(filter)
        var entries: [(id: String, json: JSON)] = []
        for call in calls.prefix(asked.limit) {
            entries.append((ServedID.completion(call.id), try await completion(call, request, echoes: true)))
        }
        return GatewayRequest.list(entries, hasMore: calls.count > asked.limit)
    }

    private func retrieve(_ request: GatewayRequest) async throws -> GatewayAnswer {
        .json(try await completion(try await stored(request), request, echoes: true))
    }

    private func update(_ request: GatewayRequest) async throws -> GatewayAnswer {
        let call = try await stored(request)
        do {
            try await request.service.vault.keepMetadata(
                try ReceivedMetadata(body: request.body).metadata, with: call.id)
        } catch let fault as RequestFault {
            throw APIError(fault)
        }
        return .json(try await completion(try await request.service.vault.call(call.id), request, echoes: true))
    }

    private func delete(_ request: GatewayRequest) async throws -> GatewayAnswer {
        let call = try await stored(request)
        try await request.service.putInTrash(call)
        return .json([
            "id": .string(request.parameter("id")), "object": "chat.completion.deleted", "deleted": true,
        ])
    }

    /// What was asked: the messages of the request.
    private func messages(_ request: GatewayRequest) async throws -> GatewayAnswer {
        let call = try await stored(request)
        var path: [Message] = []
        if let question = call.questionID {
            path = try await request.service.vault.path(to: question).suffix(call.asked?.messageCount ?? 1)
        }
        let blobs = try await request.service.blobs(of: path.map(\.parts))
        let asked = try PageQuery(request.query, isNewestFirst: false)
        var entries: [(id: String, json: JSON)] = []
        if let instructions = call.instructions {
            let id = request.parameter("id") + "-0"
            entries.append(
                (
                    id,
                    [
                        "id": .string(id), "role": "system", "content": .string(instructions), "refusal": .null,
                        "content_parts": .null,
                    ]
                ))
        }
        for message in path {
            for json in try ChatMessages.messages(
                of: message.parts, role: message.role, messageUID: ServedID.message(message.id), blobs: blobs)
            {
                entries.append((json["id"]?.string ?? "", json))
            }
        }
        if asked.isNewestFirst { entries.reverse() }
        if let after = asked.after, let place = entries.firstIndex(where: { $0.id == after }) {
            entries = Array(entries[(place + 1)...])
        }
        return GatewayRequest.list(Array(entries.prefix(asked.limit)), hasMore: entries.count > asked.limit)
    }

    private func stored(_ request: GatewayRequest) async throws -> Call {
        guard let call = try await request.callInSight(request.parameter("id")), call.asked?.api == .chat else {
            throw APIError.notFound("Chat completion '\(request.parameter("id"))' not found.")
        }
        return call
    }

    private func completion(_ call: Call, _ request: GatewayRequest, echoes: Bool) async throws -> JSON {
        let answer = try await request.service.served(call)
        let blobs = try await request.service.blobs(of: answer.choices.map(\.parts))
        return try JSON(parsing: ChatCompletionObject.bytes(answer, echoesRequest: echoes, blobs: blobs))
    }
}
