import HTTPTypes
import OrderedJSON

/// The description of every endpoint in OpenAPI 3.1, served at `/openapi.json`.
enum OpenAPIDocument {
    static let routes = [
        Route(.get, "/openapi.json", access: .anyone) { _ in .bytes(bytes, type: "application/json") }
    ]

    static let operations =
        DescribedService.operations + DescribedResponses.operations + DescribedChat.operations
        + DescribedConversations.operations + DescribedThreads.operations + DescribedCalls.operations
        + DescribedMoving.operations

    private static let bytes = json.serialized()

    static var json: JSON {
        var paths = JSONObject()
        for operation in operations {
            var methods = paths[operation.path]?.object ?? JSONObject()
            methods[operation.method.rawValue.lowercased()] = operation.json
            paths[operation.path] = .object(methods)
        }
        return [
            "openapi": "3.1.0",
            "info": [
                "title": "diwan serve", "version": "1",
                "description":
                    "OpenAI's Responses, Conversations and Chat Completions over upstreams that may keep nothing, and the vault behind them under /diwan/v1. Every path under /v1 is also there under /openai and without a prefix; only POST /openai/responses answers in its own way.",
            ],
            "security": [["key": []], [:]], "paths": .object(paths),
            "components": [
                "securitySchemes": ["key": ["type": "http", "scheme": "bearer"]],
                "responses": [
                    "Error": [
                        "description": "Why not. Upstream errors keep their status, their type and their trace id.",
                        "headers": ["X-Request-Id": ["schema": Schema.text]],
                        "content": ["application/json": ["schema": Schema.shape("Error")]],
                    ]
                ], "schemas": .object(DescribedShapes.all),
            ],
        ]
    }

    /// The path under which a route is documented.
    static func path(of route: Route) -> String {
        let path = route.name.split(separator: "*").joined()
        let isWhole = ["/openai/", "/diwan/", "/healthz", "/readyz", "/metrics", "/openapi.json"]
            .contains { path.hasPrefix($0) }
        return isWhole ? path : "/v1" + path
    }
}
