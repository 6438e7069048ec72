import Conversations
import OrderedJSON

extension ChatChunks {
    /// Takes a chunk of a chat upstream: words and calls in the form of the API, and all else as it came.
    mutating func receive(chunk json: JSON, choices: [JSON]) {
        if upstreamID == nil { upstreamID = json["id"]?.identifier }
        note(model: json["model"]?.nonEmptyString)
        for (key, value) in json.object ?? JSONObject() where !Self.ours.contains(key) {
            besides[key] = key == "service_tier" ? ServiceTier.known(value) : value
        }
        for (position, choice) in choices.enumerated() where choice.object != nil {
            receive(choice, index: choice["index"]?.count ?? position)
        }
    }

    private static let ours: Set<String> = [
        "id", "object", "created", "model", "choices", "usage", "obfuscation", "error",
    ]

    private mutating func receive(_ choice: JSON, index: Int) {
        begin(index)
        var logprobs = choice["logprobs"]?.ifObject ?? .null
        var others = JSONObject()
        for (key, value) in choice.object ?? JSONObject()
        where !["index", "delta", "message", "logprobs", "finish_reason", "text"].contains(key) && !value.isNull {
            others[key] = value
        }
        for (key, value) in choice["delta"]?.object ?? JSONObject() {
            switch key {
            case "role": break
            case "content":
                var reading = ContentReading()
                reading.read(value)
                tell(reading.thinking, as: .reasoning, of: index)
                if !reading.text.isEmpty {
                    tell(reading.text, as: .content, of: index, logprobs: logprobs)
                    logprobs = .null
                }
                tell(reading.refusal, as: .refusal, of: index)
            case "refusal":
                guard let refusal = value.nonEmptyString else { continue }
                tell(refusal, as: .refusal, of: index, logprobs: logprobs)
                logprobs = .null
            case "reasoning_content": tell(value.string ?? "", as: .reasoning, of: index)
            case "tool_calls":
                for fragment in value.array ?? [] where fragment.object != nil { tell(fragment: fragment, of: index) }
            default: hand(on: key, value, of: index)
            }
        }
        if choice["delta"]?.object == nil, let text = choice["text"]?.nonEmptyString {
            tell(text, as: .content, of: index, logprobs: logprobs)
        }
        let reason = choice["finish_reason"]?.nonEmptyString
        if reason == nil || reason == "error", !logprobs.isNull || !others.isEmpty {
            emit(index, logprobs: logprobs, others: others) { _ in }
        }
        // An error's own event says more.
        guard let reason, reason != "error" else { return }
        let status = ChatAnswer.status(finishReason: reason)
        let callsTools = told[index]?.calls.isEmpty == false
        end(index, reason: FinishReason.chat(reason, callsTools: callsTools, status: status), others: others)
    }
}
