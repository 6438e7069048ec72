import HTTPTypes
import OrderedJSON

/// What `/openapi.json` tells of one method of one path.
struct Operation: Sendable {
    /// A field behind the `?`.
    struct Field: Sendable {
        let name: String
        let schema: JSON
        let about: String

        init(_ name: String, _ schema: JSON = Schema.text, _ about: String = "") {
            self.name = name
            self.schema = schema
            self.about = about
        }
    }

    let method: HTTPRequest.Method
    /// The path as it is documented: `/v1/responses/{id}`.
    let path: String
    let summary: String
    var query: [Field] = []
    /// The media type and the schema of what is sent.
    var body: (type: String, schema: JSON, isNeeded: Bool)?
    /// The media types in which it answers, and the schema of each.
    var answers: [(type: String, schema: JSON)]
    /// Whether a caller is asked for a key.
    var needsCaller = true

    init(_ method: HTTPRequest.Method, _ path: String, _ summary: String, gives schema: JSON) {
        self.method = method
        self.path = path
        self.summary = summary
        answers = [("application/json", schema)]
    }

    /// The same with fields behind the `?`.
    func asking(_ fields: Field...) -> Operation {
        var copy = self
        copy.query += fields
        return copy
    }

    /// The same with a body of JSON.
    func taking(_ schema: JSON, isNeeded: Bool = true) -> Operation {
        var copy = self
        copy.body = ("application/json", schema, isNeeded)
        return copy
    }

    /// The same with answers of other media types, beside or in place of JSON.
    func answering(_ types: String..., alsoJSON: Bool = true) -> Operation {
        var copy = self
        copy.answers = (alsoJSON ? answers : []) + types.map { ($0, Schema.any) }
        return copy
    }

    /// The same for whoever reaches the service.
    var forAnyone: Operation {
        var copy = self
        copy.needsCaller = false
        return copy
    }

    /// The operation as OpenAPI has it.
    var json: JSON {
        var json: JSONObject = ["operationId": .string(id), "summary": .string(summary)]
        let named = path.split(separator: "/").filter { $0.first == "{" }.map { String($0.dropFirst().dropLast()) }
        let parameters =
            named.map { name -> JSON in
                [
                    "name": .string(name), "in": "path", "required": true,
                    "schema": ["type": "string", "minLength": 1],
                ]
            }
            + query.map { field in
                var parameter: JSONObject = ["name": .string(field.name), "in": "query", "schema": field.schema]
                if !field.about.isEmpty { parameter["description"] = .string(field.about) }
                return .object(parameter)
            }
        if !parameters.isEmpty { json["parameters"] = .array(parameters) }
        if let body {
            json["requestBody"] = [
                "required": .bool(body.isNeeded),
                "content": Self.content([(body.type, body.schema)]),
            ]
        }
        json["responses"] = [
            "200": [
                "description": "What was asked for.",
                "headers": ["X-Request-Id": ["schema": Schema.text]],
                "content": Self.content(answers),
            ],
            "default": ["$ref": "#/components/responses/Error"],
        ]
        if !needsCaller { json["security"] = [] }
        return .object(json)
    }

    private static func content(_ types: [(type: String, schema: JSON)]) -> JSON {
        var content = JSONObject()
        for (type, schema) in types { content[type] = ["schema": schema] }
        return .object(content)
    }

    /// `get_v1_responses_id`.
    private var id: String {
        let words = path.split { !$0.isLetter && !$0.isNumber }
        return ([method.rawValue.lowercased()] + words.map(String.init)).joined(separator: "_")
    }
}
