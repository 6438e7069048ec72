import Conversations
import OrderedJSON

/// Tools, their choice and the shape of an answer, brought from the chat form, in which they are kept, into the flat form
/// of the Responses API. What is not in the chat form is handed on as it is.
enum ToolForms {
    /// The names of the tools that a list offers, in either form.
    static func names(of tools: JSON?) -> Set<String> {
        Set(
            tools?.array?.compactMap { tool in
                unwrapped(tool)?["name"]?.string ?? tool["name"]?.string
            } ?? [])
    }

    /// `{"type":"function","function":{"name":…}}` as `{"type":"function","name":…}`.
    static func flat(tools: JSON, for dialect: Dialect) -> JSON {
        guard let array = tools.array else { return tools }
        return .array(
            array.map { tool in
                guard var flat = unwrapped(tool) else { return tool }
                // The schema requires both of a function, and takes a missing `strict` for true where chat takes it for
                // false.
                if dialect == .responses, flat["type"]?.string == "function" {
                    if flat["parameters"] == nil { flat["parameters"] = ["type": "object", "properties": [:]] }
                    if flat["strict"] == nil { flat["strict"] = false }
                }
                return .object(flat)
            })
    }

    /// `{"type":"function","function":{"name":…}}` as `{"type":"function","name":…}`, the words `auto`, `none` and
    /// `required` as they are, and `allowed_tools` with its tools flat.
    static func flat(choice: JSON) -> JSON {
        guard var flat = unwrapped(choice) else { return choice }
        if let tools = flat["tools"]?.array {
            flat["tools"] = .array(tools.map { tool in unwrapped(tool).map { .object($0) } ?? tool })
        }
        return .object(flat)
    }

    /// `{"type":"json_schema","json_schema":{"name":…,"schema":…}}` as `{"type":"json_schema","name":…,"schema":…}`.
    static func flat(format: JSON) -> JSON {
        unwrapped(format).map { .object($0) } ?? format
    }

    /// An object of a `type` whose other members stand in a member named like the type, with those members moved up;
    /// nil where it is not of that form.
    private static func unwrapped(_ json: JSON) -> JSONObject? {
        guard let object = json.object, let type = object["type"]?.string, let inner = object[type]?.object else {
            return nil
        }
        var flat: JSONObject = ["type": .string(type)]
        for (key, value) in inner { flat[key] = value }
        for (key, value) in object where key != "type" && key != type { flat[key] = value }
        return flat
    }
}
