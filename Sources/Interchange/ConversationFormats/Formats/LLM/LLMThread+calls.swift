import Conversations
import OrderedJSON

// What both generations keep of a call in the same columns.

extension LLMThread {
    func finishedAt(_ sentAt: Timestamp?, duration: Int?) -> Timestamp? {
        guard let sentAt, let duration, duration >= 0, duration < 1 << 40 else { return nil }
        return Timestamp(milliseconds: sentAt.milliseconds + Int64(duration))
    }

    func usage(_ row: LLMRow, of id: String) -> TokenUsage {
        let details = row.words("token_details").flatMap { try? JSON(parsing: $0) }
        leave("token_details", details, of: id)
        return TokenUsage(
            input: row.int("input_tokens"),
            cached: details.flatMap { Self.number(in: $0, ["cached_tokens", "cache_read_input_tokens"]) },
            output: row.int("output_tokens"), reasoning: details.flatMap { Self.number(in: $0, ["reasoning_tokens"]) })
    }

    func parameters(_ row: LLMRow, of id: String, toolsTable: String, owner: String) throws -> CallParameters {
        var parameters = CallParameters()
        if let text = row.words("options_json") {
            if let options = (try? JSON(parsing: text))?.object {
                for option in options { parameters.set(option.key, to: option.value) }
            } else if text != "null" {
                leave("options_json", .string(text), of: id)
            }
        }
        let tools = try tools(of: id, table: toolsTable, owner: owner)
        if !tools.isEmpty { parameters.tools = .array(tools.map(Self.json(ofTool:))) }
        if let schema = try schema(row.words("schema_id")) {
            parameters.responseFormat = .object([
                "type": "json_schema", "json_schema": .object(["name": "schema", "schema": schema]),
            ])
        }
        return parameters
    }

    func tools(of id: String, table: String, owner: String) throws -> [LLMRow] {
        try database.rows(table, whose: owner, is: id).flatMap {
            try database.rows("tools", "WHERE id = ?", [$0.text("tool_id") ?? ""])
        }
    }

    func schema(_ id: String?) throws -> JSON? {
        guard let id, let text = try database.rows("schemas", "WHERE id = ?", [id]).first?.text("content") else {
            return nil
        }
        return try? JSON(parsing: text)
    }

    /// Why the model stopped, where the answer's body says so in one of the usual places.
    static func finishReason(in body: [UInt8]) -> String? {
        guard let json = try? JSON(parsing: body) else { return nil }
        return json["finish_reason"]?.string ?? json["choices"]?[0]?["finish_reason"]?.string
            ?? json["stop_reason"]?.string
    }

    private static func json(ofTool row: LLMRow) -> JSON {
        var function: JSONObject = ["name": .string(row.text("name") ?? "")]
        if let description = row.words("description") { function["description"] = .string(description) }
        if let schema = row.words("input_schema").flatMap({ try? JSON(parsing: $0) }) {
            function["parameters"] = schema
        }
        return .object(["type": "function", "function": .object(function)])
    }

    private static func number(in json: JSON, _ names: [String]) -> Int? {
        guard let object = json.object else { return nil }
        for name in names {
            if let number = object[name]?.int { return number }
        }
        for member in object {
            if let number = number(in: member.value, names) { return number }
        }
        return nil
    }
}
