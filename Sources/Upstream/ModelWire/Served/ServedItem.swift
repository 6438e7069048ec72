import Conversations
package import OrderedJSON

/// One item of the Responses and Conversations APIs, whole.
package struct ServedItem: Sendable, Hashable {
    /// Its id: ours, made from the message's, but for items that an upstream made and that are handed on verbatim.
    package let id: String
    /// The item, its id included.
    package var json: JSONObject

    /// `message`, `function_call`, …
    package var type: String { json["type"]?.string ?? "message" }

    package init(id: String, json: JSONObject) {
        self.id = id
        self.json = json
    }

    package static func == (left: ServedItem, right: ServedItem) -> Bool {
        JSON.object(left.json) == .object(right.json)
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(id) }

    /// The message an item's id was made from, as 32 hexadecimal digits; nil for an id that an upstream made.
    package static func messageUID(ofItem id: String) -> String? {
        let pieces = id.split(separator: "_", omittingEmptySubsequences: false)
        guard pieces.count >= 2, pieces[1].utf8.count == 32,
            pieces[1].utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
        else { return nil }
        return String(pieces[1])
    }
}

extension ServedItem {
    enum Status: String {
        case inProgress = "in_progress"
        case completed, incomplete
    }

    static func message(
        id: String, role: String, status: Status, content: [JSON], others: JSONObject = JSONObject()
    ) -> ServedItem {
        var json: JSONObject = [
            "id": .string(id), "type": "message", "status": .string(status.rawValue), "role": .string(role),
            "content": .array(content),
        ]
        for (key, value) in others where json[key] == nil { json[key] = value }
        return ServedItem(id: id, json: json)
    }

    static func call(
        id: String, status: Status, _ call: ToolCall, others: JSONObject = JSONObject()
    ) -> ServedItem {
        let isCustom = call.kind == "custom"
        var json: JSONObject = [
            "id": .string(id), "type": isCustom ? "custom_tool_call" : "function_call",
            "status": .string(status.rawValue), "call_id": .string(call.id), "name": .string(call.name),
        ]
        json[isCustom ? "input" : "arguments"] = .string(call.arguments)
        for (key, value) in others where json[key] == nil { json[key] = value }
        return ServedItem(id: id, json: json)
    }

    static func result(id: String, _ result: ToolResult) -> ServedItem {
        ServedItem(
            id: id,
            json: [
                "id": .string(id),
                "type": result.kind == "custom" ? "custom_tool_call_output" : "function_call_output",
                "status": "completed", "call_id": .string(result.callID), "output": .string(result.output),
            ])
    }

    /// What was thought, as a summary: the one form that every program shows.
    static func reasoning(id: String, status: Status, text: String) -> ServedItem {
        ServedItem(
            id: id,
            json: [
                "id": .string(id), "type": "reasoning", "status": .string(status.rawValue),
                "summary": text.isEmpty ? [] : [["type": "summary_text", "text": .string(text)]],
            ])
    }

    /// An item as an upstream made it, with what every reader expects of it.
    static func verbatim(_ item: JSONObject, id: String) -> ServedItem {
        var json = item
        if json["id"]?.nonEmptyString == nil {
            json = ["id": .string(id)]
            for (key, value) in item where key != "id" { json.append(key, value) }
        }
        if json["type"]?.string == "reasoning" {
            if json["summary"]?.array == nil { json["summary"] = [] }
            // SDKs that put a stream together stumble over a content of null.
            if json["content"]?.isNull == true { json.removeValue(forKey: "content") }
        }
        return ServedItem(id: json["id"]?.string ?? id, json: json)
    }

    static func outputText(_ text: String, annotations: [JSON] = [], logprobs: [JSON] = []) -> JSON {
        .object([
            "type": "output_text", "text": .string(text), "annotations": .array(annotations),
            "logprobs": .array(logprobs),
        ])
    }

    static func refusal(_ text: String) -> JSON {
        .object(["type": "refusal", "refusal": .string(text)])
    }

    /// Whether two items tell the same, as far as words and calls go.
    func saysSame(as other: ServedItem) -> Bool {
        guard type == other.type else { return false }
        switch type {
        case "message": return words == other.words
        case "function_call", "custom_tool_call":
            return ["call_id", "name", "arguments", "input"].allSatisfy { json[$0] == other.json[$0] }
        default: return json["summary"] == other.json["summary"] && json["content"] == other.json["content"]
        }
    }

    /// The words of a message and how it declined.
    private var words: [JSON] {
        (json["content"]?.array ?? []).map { $0["text"] ?? $0["refusal"] ?? $0 }
    }

    /// Whether an item is cut in its middle, as far as it shows: arguments that are no whole JSON.
    var isVisiblyCut: Bool {
        guard type == "function_call", let arguments = json["arguments"]?.string else { return false }
        return !arguments.isWholeJSON
    }

    mutating func setStatus(_ status: Status) {
        // Reasoning and what hosted tools did have a status of their own.
        if type == "reasoning" || json["status"] == nil { guard json["status"] != nil else { return } }
        json["status"] = .string(status.rawValue)
    }
}

extension String {
    /// Whether it is one whole JSON value.
    var isWholeJSON: Bool { (try? JSON(parsing: self)) != nil }
}
