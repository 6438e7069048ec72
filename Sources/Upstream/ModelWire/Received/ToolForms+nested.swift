import OrderedJSON

// The way back: from the flat form of the Responses API into the chat form, in which tools, their choice and the shape of
// an answer are kept. What `flat` makes of it is what came.

extension ToolForms {
    /// `{"type":"function","name":…}` as `{"type":"function","function":{"name":…}}`; tools that an upstream runs itself
    /// stay as they are.
    static func nested(tools: JSON) -> JSON {
        guard let array = tools.array else { return tools }
        return .array(array.map { nested($0, types: ["function", "custom"]) })
    }

    /// `{"type":"function","name":…}` as `{"type":"function","function":{"name":…}}`, `allowed_tools` with its tools.
    static func nested(choice: JSON) -> JSON {
        guard case .object(var choice) = nested(choice, types: ["function", "custom", "allowed_tools"]) else {
            return choice
        }
        if var allowed = choice["allowed_tools"]?.object, let tools = allowed["tools"] {
            allowed["tools"] = nested(tools: tools)
            choice["allowed_tools"] = .object(allowed)
        }
        return .object(choice)
    }

    /// `{"type":"json_schema","name":…,"schema":…}` as `{"type":"json_schema","json_schema":{…}}`.
    static func nested(format: JSON) -> JSON { nested(format, types: ["json_schema"]) }

    private static func nested(_ json: JSON, types: [String]) -> JSON {
        guard let object = json.object, let type = object["type"]?.string, types.contains(type),
            object[type]?.object == nil
        else { return json }
        let inner = JSONObject(object.filter { $0.key != "type" })
        return .object(["type": .string(type), type: .object(inner)])
    }
}
