import ConversationService
import ConversationStorage
import Conversations
import HTTPTypes
import OrderedJSON

/// What was asked again, how far it came, and the answers side by side.
struct ReplaysEndpoints: Sendable {
    var routes: [Route] {
        [
            Route(.get, "/diwan/v1/replays", answer: list),
            Route(.get, "/diwan/v1/replays/{replay}") { .json(try await summary($0).json) },
            Route(.get, "/diwan/v1/replays/{replay}/arms") { request in
                let arms = try await summary(request).json["arms"]?.array ?? []
                return GatewayRequest.list(arms.map { ($0["address"]?.string ?? "", $0) }, hasMore: false)
            },
            Route(.get, "/diwan/v1/compare/{of}", answer: compare),
        ]
    }

    private func list(_ request: GatewayRequest) async throws -> GatewayAnswer {
        let asked = try ListQuery(request.query)
        var thread: ThreadID?
        if let name = request.query["thread"] { thread = try await request.findThread(name).id }
        var replays: [Replay] = []
        for replay in try await request.service.vault.replays(of: thread) where try await request.isInSight(replay) {
            replays.append(replay)
        }
        var summaries: [ReplaySummary] = []
        for replay in replays {
            summaries.append(try await ReplaySummary(replay, prices: request.gateway.prices, request.service))
        }
        return try asked.page(of: summaries) { ($0.replay.id.description, $0.json) }
    }

    private func summary(_ request: GatewayRequest) async throws -> ReplaySummary {
        let name = request.parameter("replay")
        guard let replay = try await request.findReplay(name) else {
            throw APIError.notFound("there is no replay '\(name)'.")
        }
        return try await ReplaySummary(replay, prices: request.gateway.prices, request.service)
    }

    /// Of a replay, a thread or a message.
    private func compare(_ request: GatewayRequest) async throws -> GatewayAnswer {
        let name = request.parameter("of")
        let id: String
        if let replay = try await request.findReplay(name) {
            id = replay.id.description
        } else if let thread = try await Self.ifThere({ try await request.findThread(name) }) {
            id = thread.id.description
        } else if let found = try await Self.ifThere({ try await request.findMessage(name) }) {
            id = found.message.id.description
        } else {
            throw APIError.notFound("there is no replay, thread or message '\(name)'.")
        }
        let comparison = try await request.service.comparison(named: id)
        return .json(
            try await ShownComparison(
                comparison, request.service.verdicts(of: comparison), prices: request.gateway.prices, request.service
            ).json)
    }

    /// What is found; nil where nothing is.
    private static func ifThere<Thing>(_ find: () async throws -> Thing) async throws -> Thing? {
        do {
            return try await find()
        } catch let error as APIError where error.status == 404 {
            return nil
        }
    }
}
