import Conversations
import OrderedJSON

/// The fields of a `response` that repeat the request: as the upstream says it took them, else as they were asked, else
/// the API's defaults. Validators stricter than the SDKs want numbers and words where the specification allows `null`.
struct ResponseEcho {
    private let asked: AskedEcho
    /// The upstream's `response`, where it sent one.
    private let told: JSON
    private let body: JSON

    init(_ answer: ServedAnswer) {
        asked = answer.asked
        body = answer.upstreamBody ?? .null
        told = body["output"]?.array != nil || body["object"]?.string == "response" ? body : .null
    }

    func value(_ name: String, otherwise standard: JSON = .null) -> JSON {
        if let told = told[name], !told.isNull { return told }
        if let asked = asked.field(name), !asked.isNull { return asked }
        return standard
    }

    func number(_ name: String, otherwise standard: Int) -> JSON {
        let value = value(name, otherwise: .int(standard))
        return value.double == nil ? .int(standard) : value
    }

    var reasoning: JSON {
        if let told = told["reasoning"]?.object { return .object(told) }
        var reasoning = asked.field("reasoning")?.object ?? JSONObject()
        if reasoning["effort"] == nil { reasoning["effort"] = asked.field("reasoning_effort") ?? .null }
        if reasoning["summary"] == nil { reasoning["summary"] = .null }
        return .object(reasoning)
    }

    var text: JSON {
        var text = asked.field("text")?.object ?? JSONObject()
        let told = told["text"]?.object ?? JSONObject()
        if let format = asked.parameters.responseFormat {
            text["format"] = ToolForms.flat(format: format)
        } else if text["format"] == nil {
            text["format"] = told["format"] ?? ["type": "text"]
        }
        if text["verbosity"] == nil {
            text["verbosity"] = told["verbosity"] ?? asked.field("verbosity") ?? "medium"
        }
        return .object(text)
    }

    var tools: JSON {
        let tools = asked.parameters.tools ?? told["tools"] ?? .null
        return tools.array == nil ? [] : ToolForms.flat(tools: tools, for: .responses)
    }

    var toolChoice: JSON {
        if let choice = asked.parameters.toolChoice, !choice.isNull { return ToolForms.flat(choice: choice) }
        return value("tool_choice", otherwise: "auto")
    }

    /// What the upstream says besides and what was asked besides, under names nobody knows.
    var unknown: JSONObject {
        var unknown = JSONObject()
        for (key, value) in body.object ?? JSONObject() where !Self.upstreamOnly.contains(key) { unknown[key] = value }
        for (key, value) in asked.fields where !Self.requestOnly.contains(key) { unknown[key] = value }
        for (key, value) in asked.parameters.extras where !Self.requestOnly.contains(key) { unknown[key] = value }
        return unknown
    }

    /// Members of an upstream's body that are told in members of other names.
    private static let upstreamOnly: Set<String> = [
        "choices", "created", "output_text", "trace_id", "success", "obfuscation",
    ]

    /// Members of a request that say how it is to be carried out.
    private static let requestOnly: Set<String> = [
        "input", "messages", "stream", "stream_options", "include", "n", "verbosity", "reasoning_effort", "max_tokens",
        "max_completion_tokens", "response_format", "context_management", "seed",
    ]
}
