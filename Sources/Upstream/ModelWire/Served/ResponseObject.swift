package import Conversations
import OrderedJSON

/// Writes the `response` object of the Responses API, every key of it, be it `null`.
package enum ResponseObject {
    /// The object as `/v1/responses` answers it.
    package static func bytes(_ answer: ServedAnswer, blobs: any BlobReader) throws -> [UInt8] {
        bytes(json(answer, output: try answer.output(blobs: blobs)))
    }

    /// The object as the documented `POST /openai/responses` answers it: a `chat.completion` with every choice, and beside
    /// it what an SDK reads in a `response`, of the first choice.
    package static func documentedBytes(_ answer: ServedAnswer, blobs: any BlobReader) throws -> [UInt8] {
        let output = try answer.output(blobs: blobs)
        return bytes(documented(answer, output: output, isWholeBody: true, choices: try choices(answer, blobs: blobs)))
    }

    static func choices(_ answer: ServedAnswer, blobs: any BlobReader) throws -> [JSON] {
        try answer.choices.map { try ChatCompletionObject.choice($0, of: answer, blobs: blobs) }
    }

    /// A `response` with the fields of a `chat.completion` in it. A whole body is named for what is documented; in a
    /// stream's events the object is the one their types want.
    static func documented(
        _ answer: ServedAnswer, output: [ServedItem], isWholeBody: Bool, choices: [JSON]
    ) -> JSONObject {
        var json = json(answer, output: output)
        json["object"] = isWholeBody ? "chat.completion" : "response"
        json["created"] = .int(answer.created)
        json["choices"] = .array(choices)
        if let fingerprint = answer.systemFingerprint { json["system_fingerprint"] = .string(fingerprint) }
        json["output_text"] = .string(outputText(output))
        json["usage"] = ServedUsage(answer).both
        return json
    }

    private static func outputText(_ output: [ServedItem]) -> String {
        output.flatMap { $0.type == "message" ? $0.json["content"]?.array ?? [] : [] }
            .compactMap { $0["type"]?.string == "output_text" ? $0["text"]?.string : Optional.none }.joined()
    }

    static func bytes(_ json: JSONObject) -> [UInt8] {
        var writer = JSONWriter(reservingCapacity: 2_048)
        writer.value(.object(json))
        return writer.takeBytes()
    }

    /// The object with these items as its output.
    static func json(_ answer: ServedAnswer, output: [ServedItem]) -> JSONObject {
        let echo = ResponseEcho(answer)
        let asked = answer.asked
        var json: JSONObject = [
            "id": .string(answer.id), "object": "response", "created_at": .int(answer.created),
            "status": .string(status(answer.status)), "background": .bool(asked.isBackground),
            "completed_at": answer.completed.map { .int($0) } ?? .null, "error": error(answer),
            "frequency_penalty": echo.number("frequency_penalty", otherwise: 0),
            "incomplete_details": incompleteDetails(answer),
            "instructions": asked.instructions.map { .string($0) } ?? .null,
            "max_output_tokens": asked.parameters.maxTokens.map { .int($0) } ?? echo.value("max_output_tokens"),
            "max_tool_calls": echo.value("max_tool_calls"), "model": .string(answer.model),
            "output": .array(output.map { .object($0.json) }),
            "parallel_tool_calls": echo.value("parallel_tool_calls", otherwise: true),
            "presence_penalty": echo.number("presence_penalty", otherwise: 0),
            "previous_response_id": asked.previousResponseID.map { .string($0) } ?? .null,
        ]
        json["conversation"] = asked.conversationID.map { ["id": .string($0)] } ?? .null
        json["prompt"] = echo.value("prompt")
        json["prompt_cache_key"] = echo.value("prompt_cache_key")
        json["prompt_cache_retention"] = echo.value("prompt_cache_retention")
        json["reasoning"] = echo.reasoning
        json["safety_identifier"] = echo.value("safety_identifier")
        json["service_tier"] = ServiceTier.known(echo.value("service_tier")) ?? "default"
        json["store"] = .bool(asked.stores)
        json["temperature"] =
            asked.parameters.temperature.map { .double($0) } ?? echo.number("temperature", otherwise: 1)
        json["text"] = echo.text
        json["tool_choice"] = echo.toolChoice
        json["tools"] = echo.tools
        json["top_logprobs"] = echo.number("top_logprobs", otherwise: 0)
        json["top_p"] = echo.number("top_p", otherwise: 1)
        json["truncation"] = asked.truncates ? "auto" : "disabled"
        json["usage"] = ServedUsage(answer).response
        json["user"] = echo.value("user")
        json["metadata"] = .object(asked.metadata)
        for (key, value) in echo.unknown where json[key] == nil { json[key] = value }
        return json
    }

    static func status(_ status: ModelAnswer.Status) -> String {
        switch status {
        case .complete: "completed"
        case .incomplete, .interrupted: "incomplete"
        case .failed: "failed"
        case .cancelled: "cancelled"
        case .queued: "queued"
        case .inProgress: "in_progress"
        }
    }

    private static func error(_ answer: ServedAnswer) -> JSON {
        guard answer.status == .failed else { return .null }
        let error = answer.cut
        return ["code": .string(error.responseCode), "message": .string(error.message)]
    }

    /// An answer that was cut off is incomplete for a reason that the API has no word for.
    private static func incompleteDetails(_ answer: ServedAnswer) -> JSON {
        guard answer.status == .incomplete || answer.status == .interrupted else { return .null }
        let reason = answer.incompleteReason ?? answer.choices.first?.finishReason
        if let known = FinishReason.response(reason) { return ["reason": .string(known)] }
        return ["reason": answer.status == .incomplete ? "max_output_tokens" : .null]
    }
}
