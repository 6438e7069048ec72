import Conversations
import OrderedJSON

/// What an answer took, in the words of each API; `null` where the upstream did not say.
///
/// The numbers are those kept with the call; what else an upstream counts stays beside them.
struct ServedUsage {
    let usage: TokenUsage
    /// The upstream's own.
    let told: JSONObject

    init(_ answer: ServedAnswer) {
        usage = answer.usage
        told = answer.upstreamBody?["usage"]?.object ?? JSONObject()
    }

    private var isKnown: Bool { usage.input != nil || usage.output != nil }
    private var total: Int { told["total_tokens"]?.count ?? (usage.input ?? 0) + (usage.output ?? 0) }

    private var responseMembers: JSONObject {
        let written =
            told["input_tokens_details"]?["cache_write_tokens"]?.count
            ?? told["prompt_tokens_details"]?["cache_write_tokens"]?.count ?? 0
        return [
            "input_tokens": .int(usage.input ?? 0),
            "input_tokens_details": ["cached_tokens": .int(usage.cached ?? 0), "cache_write_tokens": .int(written)],
            "output_tokens": .int(usage.output ?? 0),
            "output_tokens_details": ["reasoning_tokens": .int(usage.reasoning ?? 0)],
            "total_tokens": .int(total),
        ]
    }

    private var chatMembers: JSONObject {
        var input = told["prompt_tokens_details"]?.object ?? ["audio_tokens": 0]
        input["cached_tokens"] = .int(usage.cached ?? 0)
        var output =
            told["completion_tokens_details"]?.object
            ?? ["accepted_prediction_tokens": 0, "audio_tokens": 0, "rejected_prediction_tokens": 0]
        output["reasoning_tokens"] = .int(usage.reasoning ?? 0)
        return [
            "prompt_tokens": .int(usage.input ?? 0), "completion_tokens": .int(usage.output ?? 0),
            "total_tokens": .int(total), "prompt_tokens_details": .object(input),
            "completion_tokens_details": .object(output),
        ]
    }

    /// As the Responses API has it.
    var response: JSON { json(responseMembers) }
    /// As chat has it.
    var chat: JSON { json(chatMembers) }
    /// Both, for a body that both kinds of program read.
    var both: JSON {
        var members = responseMembers
        for (key, value) in chatMembers { members[key] = value }
        return json(members)
    }

    private static let names: Set<String> = [
        "input_tokens", "input_tokens_details", "output_tokens", "output_tokens_details", "total_tokens",
        "prompt_tokens", "prompt_tokens_details", "completion_tokens", "completion_tokens_details",
    ]

    private func json(_ members: JSONObject) -> JSON {
        guard isKnown else { return .null }
        var members = members
        for (key, value) in told where !Self.names.contains(key) && members[key] == nil { members[key] = value }
        return .object(members)
    }
}

/// Why a model stopped, in the words of each API.
enum FinishReason {
    /// The word chat has: one of its closed list.
    static func chat(_ choice: ServedChoice) -> String {
        chat(choice.finishReason, callsTools: !choice.parts.toolCalls.isEmpty, status: choice.status)
    }

    static func chat(_ reason: String?, callsTools: Bool, status: Message.Status) -> String {
        switch reason {
        case "stop", "length", "tool_calls", "content_filter", "function_call": return reason ?? "stop"
        case "max_output_tokens", "max_tokens", "model_length", "insufficient_system_resource": return "length"
        case "tool_use": return "tool_calls"
        case "safety", "SAFETY", "recitation", "RECITATION": return "content_filter"
        default:
            if status != .complete { return "length" }
            return callsTools ? "tool_calls" : "stop"
        }
    }

    /// The reason a `response` may name for stopping short; nil for a word it does not know.
    static func response(_ reason: String?) -> String? {
        switch reason {
        case "length", "max_tokens", "max_output_tokens", "model_length": "max_output_tokens"
        case "content_filter", "safety", "SAFETY": "content_filter"
        default: nil
        }
    }
}

/// How fast an answer was served, in a word that the APIs know; upstreams have others.
enum ServiceTier {
    static func known(_ told: JSON?) -> JSON? {
        guard let name = told?.string, names.contains(name) else { return Optional.none }
        return .string(name)
    }

    private static let names: Set<String> = ["auto", "default", "flex", "scale", "priority"]
}
