import ConversationService
import HTTPTypes

/// Whether the service lives, whether it can work, and what it counts.
enum HealthEndpoints {
    static func routes(runs: RunsUnderWay) -> [Route] {
        [
            Route(.get, "/healthz", access: .anyone) { _ in .bytes(Array("ok\n".utf8), type: "text/plain") },
            Route(.get, "/readyz", access: .anyone) { request in
                // An open vault has its migrations behind it; that it answers says that its disk does.
                _ = try await request.gateway.service.isReady()
                return .bytes(Array("ready\n".utf8), type: "text/plain")
            },
            Route(.get, "/metrics", access: .anyone) { request in
                .bytes(
                    Array(request.gateway.metrics.text(runsUnderWay: runs.count).utf8),
                    type: "text/plain; version=0.0.4; charset=utf-8")
            },
        ]
    }
}
