import ConversationService
import ConversationStorage
import Conversations
import HTTPTypes
import OrderedJSON

/// Calls: the list, one, why it sent what it sent, its request and its answer as they went over the wire.
struct CallsEndpoints: Sendable {
    var routes: [Route] {
        [
            Route(.get, "/diwan/v1/calls", answer: list),
            Route(.get, "/diwan/v1/calls/{call}") { request in
                .json(try await request.namedCall().json(pricedBy: request.gateway.prices))
            },
            Route(.get, "/diwan/v1/calls/{call}/why") { request in
                .json(try await CallExplanation(of: request.namedCall(), request.service).json)
            },
            Route(.get, "/diwan/v1/calls/{call}/request") { request in
                .bytes(
                    try await request.service.requestBody(of: request.namedCall()), type: "application/json")
            },
            Route(.get, "/diwan/v1/calls/{call}/response") { request in
                let call = try await request.namedCall()
                guard let body = try await request.service.vault.body(of: call.id) else {
                    throw APIError.notFound("no answer was kept of this call (\(call.status.rawValue)).")
                }
                return .bytes(body, type: "application/json")
            },
        ]
    }

    /// Newest first. A page may hold fewer than it may: what is in the trash is not shown.
    private func list(_ request: GatewayRequest) async throws -> GatewayAnswer {
        let asked = try ListQuery(request.query)
        var filter = CallFilter(
            program: request.caller.seesAll ? nil : request.caller.name, limit: asked.limit + 1)
        if let name = request.query["thread"] { filter.thread = try await request.findThread(name).id }
        switch request.query["status"] {
        case nil: break
        case "running": filter.statuses = [.queued, .running]
        case "failed": filter.statuses = [.failed, .interrupted]
        case let status?: throw APIError.invalid("status", "status must be running or failed, not '\(status)'.")
        }
        if let after = asked.after {
            guard let id = CallID(after) else { throw APIError.invalid("after", "there is no call '\(after)'.") }
            filter.before = id
        }
        let calls = try await request.service.vault.calls(filter)
        var entries: [(id: String, json: JSON)] = []
        for call in calls.prefix(asked.limit) where try await request.isInSight(call) {
            entries.append((call.id.description, call.json(pricedBy: request.gateway.prices)))
        }
        return .json([
            "object": "list", "data": .array(entries.map(\.json)), "first_id": .string(entries.first?.id ?? ""),
            "last_id": .string(calls.prefix(asked.limit).last?.id.description ?? ""),
            "has_more": .bool(calls.count > asked.limit),
        ])
    }
}
