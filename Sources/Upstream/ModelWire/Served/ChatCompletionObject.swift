package import Conversations
import OrderedJSON

/// Writes the `chat.completion` object, every key of it that an SDK reads, be it `null`.
package enum ChatCompletionObject {
    /// - Parameter echoesRequest: whether what was asked stands beside the answer, as in the list of stored completions.
    package static func bytes(
        _ answer: ServedAnswer, echoesRequest: Bool = false, blobs: any BlobReader
    ) throws -> [UInt8] {
        let body = answer.upstreamBody?.object ?? JSONObject()
        var json: JSONObject = [
            "id": .string(answer.id), "object": "chat.completion", "created": .int(answer.created),
            "model": .string(answer.model),
            "choices": .array(try answer.choices.map { try choice($0, of: answer, blobs: blobs) }),
        ]
        // Chat has no word for an unknown count.
        let usage = ServedUsage(answer).chat
        if !usage.isNull { json["usage"] = usage }
        json["service_tier"] = ServiceTier.known(body["service_tier"]) ?? "default"
        json["system_fingerprint"] = answer.systemFingerprint.map { .string($0) } ?? .null
        if echoesRequest {
            for (key, value) in request(answer) { json[key] = value }
        } else if !answer.asked.metadata.isEmpty {
            json["metadata"] = .object(answer.asked.metadata)
        }
        if body["choices"]?.array != nil {
            for (key, value) in body where json[key] == nil && !unechoed.contains(key) { json[key] = value }
        }
        return ResponseObject.bytes(json)
    }

    private static let unechoed: Set<String> = ["error", "usage", "obfuscation"]

    private static func request(_ answer: ServedAnswer) -> JSONObject {
        let (asked, parameters) = (answer.asked, answer.asked.parameters)
        return [
            "request_id": asked.field("request_id") ?? .null, "tool_choice": parameters.toolChoice ?? .null,
            "seed": parameters.seed.map { .int($0) } ?? .null, "top_p": asked.field("top_p") ?? 1,
            "temperature": parameters.temperature.map { .double($0) } ?? 1,
            "presence_penalty": asked.field("presence_penalty") ?? 0,
            "frequency_penalty": asked.field("frequency_penalty") ?? 0, "input_user": asked.field("user") ?? .null,
            "tools": parameters.tools ?? .null, "metadata": .object(asked.metadata),
            "response_format": parameters.responseFormat ?? .null,
        ]
    }

    /// One of `choices`.
    static func choice(_ choice: ServedChoice, of answer: ServedAnswer, blobs: any BlobReader) throws -> JSON {
        let upstream = (answer.upstreamBody?["choices"]?.array ?? []).enumerated()
            .first { ($1["index"]?.count ?? $0) == choice.index }?.element
        var json: JSONObject = [
            "index": .int(choice.index),
            "message": try message(choice, upstream: upstream, answer: answer, blobs: blobs),
            "logprobs": logprobs(choice, upstream: upstream, answer: answer),
            "finish_reason": .string(FinishReason.chat(choice)),
        ]
        for (key, value) in upstream?.object ?? JSONObject() where json[key] == nil && key != "delta" && key != "text" {
            json[key] = value
        }
        return .object(json)
    }

    private static func message(
        _ choice: ServedChoice, upstream: JSON?, answer: ServedAnswer, blobs: any BlobReader
    ) throws -> JSON {
        let parts = choice.parts
        let told = (upstream?["message"] ?? upstream?["delta"])?.object ?? JSONObject()
        let refusal = parts.compactMap { if case .refusal(let text) = $0 { text } else { nil } }.joined()
        let calls = parts.toolCalls
        let saysNothing = parts.text.isEmpty && (!calls.isEmpty || !refusal.isEmpty)
        var json: JSONObject = [
            "role": "assistant", "content": saysNothing ? .null : .string(parts.text),
            "refusal": refusal.isEmpty ? .null : .string(refusal),
            "annotations": .array(told["annotations"]?.array ?? annotations(choice, answer: answer)),
        ]
        let reasons = ["reasoning", "reasoning_content", "reasoning_details"].contains { told[$0]?.isFalsy == false }
        if !reasons, !parts.reasoningText.isEmpty { json["reasoning_content"] = .string(parts.reasoningText) }
        let isOldForm = told["function_call"]?.object != nil && told["tool_calls"]?.array?.isEmpty ?? true
        if !calls.isEmpty, !isOldForm {
            json["tool_calls"] = .array(calls.map { toolCall($0, told: told["tool_calls"]?.array ?? []) })
        }
        let images = try parts.compactMap { part -> JSON? in
            guard case .image = part else { return Optional.none }
            return try ServedMedia.chatPart(part, blobs: blobs)
        }
        if !images.isEmpty { json["images"] = .array(images) }
        for (key, value) in told where json[key] == nil && key != "tool_calls" && !value.isNull { json[key] = value }
        return .object(json)
    }

    /// A call as chat has it, with what the upstream's own form of it says besides.
    static func toolCall(_ call: ToolCall, told: [JSON] = []) -> JSON {
        let isCustom = call.kind == "custom"
        var json: JSONObject = ["id": .string(call.id), "type": isCustom ? "custom" : "function"]
        json[isCustom ? "custom" : "function"] = [
            "name": .string(call.name), isCustom ? "input" : "arguments": .string(call.arguments),
        ]
        let own = told.first { $0["id"]?.string == call.id }?.object ?? JSONObject()
        for (key, value) in own where !["index", "function", "custom"].contains(key) && json[key] == nil {
            json[key] = value
        }
        return .object(json)
    }

    private static func logprobs(_ choice: ServedChoice, upstream: JSON?, answer: ServedAnswer) -> JSON {
        if let told = upstream?["logprobs"]?.object {
            var logprobs = told
            for key in ["content", "refusal"] {
                logprobs[key] = told[key]?.array.map { .array($0.map { TokenLogprobs.chat($0) }) } ?? .null
            }
            return .object(logprobs)
        }
        let content = texts(choice, answer: answer).flatMap { $0["logprobs"]?.array ?? [] }
        return content.isEmpty ? .null : ["content": .array(content.map { TokenLogprobs.chat($0) }), "refusal": .null]
    }

    private static func annotations(_ choice: ServedChoice, answer: ServedAnswer) -> [JSON] {
        texts(choice, answer: answer).flatMap { $0["annotations"]?.array ?? [] }.map { Citations.chat($0) }
    }

    /// The pieces of text of a choice's messages, where the upstream sent items.
    private static func texts(_ choice: ServedChoice, answer: ServedAnswer) -> [JSON] {
        guard answer.upstreamBody?["choices"]?.array?.isEmpty ?? true else { return [] }
        var assignment = ChoiceAssignment(choicesAsked: answer.choices.count)
        return (answer.upstreamBody?["output"]?.array ?? []).flatMap { item -> [JSON] in
            let isMessage = item["type"]?.string ?? "message" == "message"
            guard assignment.choice(forItemThatIsMessage: isMessage) == choice.index, isMessage else { return [] }
            return (item["content"]?.array ?? []).filter { $0["type"]?.string == "output_text" }
        }
    }
}
