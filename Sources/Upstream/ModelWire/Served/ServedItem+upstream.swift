import Conversations
import OrderedJSON

extension ServedItem {
    /// An item of an upstream's output under an id of ours; nil for a message that says nothing.
    ///
    /// The words of a message are one piece of its content, as they are one part when it is stored.
    ///
    /// - Parameters:
    ///   - callID: the id of a call that came without one.
    ///   - status: what an item is that does not say.
    static func relayed(
        _ item: JSONObject, id: String, callID: @autoclosure () -> String, otherwise status: Status
    ) -> ServedItem? {
        let status = item["status"]?.string.flatMap(Status.init(rawValue:)) ?? status
        switch item["type"]?.string ?? "message" {
        case "message":
            var content = RelayedContent()
            content.read(item["content"] ?? .null)
            let pieces = content.pieces
            guard !pieces.isEmpty else { return nil }
            return .message(
                id: id, role: item["role"]?.nonEmptyString ?? Role.assistant.name, status: status,
                content: pieces, others: item)
        case "function_call", "custom_tool_call":
            return .call(
                id: id, status: status, toolCall(in: item, callID: callID()),
                others: item)
        default: return .verbatim(item, id: id)
        }
    }

    /// The call an item of an upstream's output is.
    static func toolCall(in item: JSONObject, callID: @autoclosure () -> String) -> ToolCall {
        let isCustom = item["type"]?.string == "custom_tool_call"
        return ToolCall(
            id: item["call_id"]?.identifier ?? item["id"]?.identifier ?? callID(), name: item["name"]?.string ?? "",
            arguments: (isCustom ? item["input"] : item["arguments"])?.textOrJSON ?? "",
            kind: isCustom ? "custom" : "function")
    }
}

/// The content of an upstream's message, its words joined.
private struct RelayedContent {
    private var text = ""
    private var annotations: [JSON] = []
    private var logprobs: [JSON] = []
    private var refusal = ""
    private var others: [JSON] = []

    var pieces: [JSON] {
        var pieces: [JSON] = []
        if !text.isEmpty { pieces.append(ServedItem.outputText(text, annotations: annotations, logprobs: logprobs)) }
        if !refusal.isEmpty { pieces.append(ServedItem.refusal(refusal)) }
        return pieces + others
    }

    mutating func read(_ content: JSON) {
        if let string = content.string { text += string }
        for block in content.array ?? [] {
            if let string = block.string { text += string }
            switch block["type"]?.string {
            case "text", "output_text", "input_text":
                text += ContentReading.words(of: block["text"] ?? .null)
                annotations += block["annotations"]?.array ?? []
                logprobs += (block["logprobs"]?.array ?? []).map { TokenLogprobs.response($0) }
            case "refusal": refusal += block["refusal"]?.string ?? ""
            // Kept as reasoning of its own, and shown as such.
            case "thinking", "reasoning", "reasoning_text", "summary_text": break
            default:
                if block.object != nil, ContentReading.image(block) == nil { others.append(block) }
            }
        }
    }
}
