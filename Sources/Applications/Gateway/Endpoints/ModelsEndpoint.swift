import ConversationService
import HTTPTypes
import ModelWire
import OrderedJSON

/// The models of every upstream, as one list.
enum ModelsEndpoint {
    static let routes = [
        Route(.get, "/models") { request in
            let models = await request.gateway.models.models()
            return .json(["object": "list", "data": .array(models.map(\.json))])
        },
        Route(.get, "/models/{model*}") { request in
            let name = request.parameter("model")
            let models = await request.gateway.models.models()
            let found =
                models.first { $0.id == name }
                ?? models.first { "\($0.upstream)/\($0.listed.id)" == name }
            guard let found else {
                throw APIError(
                    status: 404, code: "model_not_found", param: "model",
                    "no upstream lists a model of that name. All: GET /v1/models")
            }
            return .json(found.json)
        },
    ]
}

extension OfferedModel {
    fileprivate var json: JSON {
        var json: JSONObject = [
            "id": .string(id), "object": "model", "created": .int(listed.created ?? 0),
            "owned_by": .string(listed.ownedBy ?? upstream), "upstream": .string(upstream),
        ]
        if let window = listed.window { json["context_window"] = .int(window) }
        return .object(json)
    }
}
