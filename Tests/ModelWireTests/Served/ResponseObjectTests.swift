import Conversations
import ModelWire
import OrderedJSON
import Testing

struct ResponseObjectTests {
    private func answer(_ status: ModelAnswer.Status = .complete) -> ServedAnswer {
        ServedAnswer(
            id: "resp_1", created: 1_790_000_000, completed: 1_790_000_002, model: "m-2026", status: status,
            choices: ["Hello", "Hi"].enumerated().map {
                ServedChoice(index: $0, messageUID: ServedStream.uids[$0], parts: [.text($1)], finishReason: "stop")
            }, usage: TokenUsage(input: 11, output: 7), systemFingerprint: "fp_x")
    }

    private func json(_ answer: ServedAnswer) throws -> JSON {
        try JSON(parsing: ResponseObject.bytes(answer, blobs: NoBlobs()))
    }

    @Test func `every key is there, and those that strict readers want are not null`() throws {
        let json = try json(answer())
        let keys = [
            "id", "object", "created_at", "status", "background", "completed_at", "error", "frequency_penalty",
            "incomplete_details", "instructions", "max_output_tokens", "max_tool_calls", "model", "output",
            "parallel_tool_calls", "presence_penalty", "previous_response_id", "conversation", "prompt",
            "prompt_cache_key", "prompt_cache_retention", "reasoning", "safety_identifier", "service_tier", "store",
            "temperature", "text", "tool_choice", "tools", "top_logprobs", "top_p", "truncation", "usage", "user",
            "metadata",
        ]
        for key in keys { #expect(json[key] != nil, "\(key)") }
        let wanted = [
            "presence_penalty", "frequency_penalty", "top_logprobs", "temperature", "top_p", "tool_choice",
            "truncation", "background", "service_tier", "tools", "metadata", "parallel_tool_calls", "text",
        ]
        for key in wanted { #expect(json[key]?.isNull == false, "\(key)") }
        #expect(
            json["usage"] == [
                "input_tokens": 11, "input_tokens_details": ["cached_tokens": 0, "cache_write_tokens": 0],
                "output_tokens": 7, "output_tokens_details": ["reasoning_tokens": 0], "total_tokens": 18,
            ])
        #expect(json["output"]?.array?.count == 1)
        #expect(json["object"] == "response")
        #expect(json["output_text"] == nil)
    }

    @Test func `the documented object is a chat completion with every choice, and a response beside it`() throws {
        let json = try JSON(parsing: ResponseObject.documentedBytes(answer(), blobs: NoBlobs()))
        #expect(json["object"] == "chat.completion")
        #expect(json["choices"]?.array?.map { $0["message"]?["content"]?.string } == ["Hello", "Hi"])
        #expect(json["choices"]?.array?.map { $0["finish_reason"]?.string } == ["stop", "stop"])
        #expect(json["created"] == 1_790_000_000)
        #expect(json["created_at"] == 1_790_000_000)
        #expect(json["system_fingerprint"] == "fp_x")
        #expect(json["output_text"] == "Hello")
        #expect(json["output"]?[0]?["content"]?[0]?["text"] == "Hello")
        #expect(json["status"] == "completed")
        #expect(json["usage"]?["prompt_tokens"] == 11)
        #expect(json["usage"]?["input_tokens"] == 11)
        #expect(json["model"] == "m-2026")
    }

    @Test func `what was asked is repeated, tools in the flat form, and fields nobody knows too`() throws {
        var answer = answer()
        answer.asked = AskedEcho(
            instructions: "Be brief.",
            parameters: CallParameters(
                temperature: 0.5, maxTokens: 99,
                tools: [["type": "function", "function": ["name": "f", "parameters": ["type": "object"]]]],
                toolChoice: ["type": "function", "function": ["name": "f"]],
                responseFormat: ["type": "json_schema", "json_schema": ["name": "s", "schema": [:]]]),
            previousResponseID: "resp_0", conversationID: "conv_1", metadata: ["k": "v"], isBackground: true,
            stores: false, truncates: true, fields: ["top_p": 0.25, "reasoning": ["effort": "low"], "brand_new": [1]])
        let json = try json(answer)
        #expect(json["instructions"] == "Be brief.")
        #expect(json["temperature"] == 0.5)
        #expect(json["max_output_tokens"] == 99)
        #expect(json["tools"]?[0]?["name"] == "f")
        #expect(json["tools"]?[0]?["strict"] == false)
        #expect(json["tool_choice"] == ["type": "function", "name": "f"])
        #expect(
            json["text"] == ["format": ["type": "json_schema", "name": "s", "schema": [:]], "verbosity": "medium"])
        #expect(json["previous_response_id"] == "resp_0")
        #expect(json["conversation"] == ["id": "conv_1"])
        #expect(json["metadata"] == ["k": "v"])
        #expect(json["background"] == true)
        #expect(json["store"] == false)
        #expect(json["truncation"] == "auto")
        #expect(json["top_p"] == 0.25)
        #expect(json["reasoning"] == ["effort": "low", "summary": .null])
        #expect(json["brand_new"] == [1])
    }

    @Test func `how the upstream took it counts more than how it was asked, and what else it says stays`() throws {
        var answer = answer()
        answer.asked.fields = ["service_tier": "auto"]
        answer.upstreamBody = [
            "object": "response", "id": "resp_theirs", "output": [], "service_tier": "flex", "top_p": 0.9,
            "content_filters": .null, "usage": ["input_tokens": 11, "cost": 0.5],
        ]
        let json = try json(answer)
        #expect(json["service_tier"] == "flex")
        #expect(json["top_p"] == 0.9)
        #expect(json["id"] == "resp_1")
        #expect(json["content_filters"] == .null)
        #expect(json["usage"]?["cost"] == 0.5)
    }

    @Test func `an answer that is not whole says why in the words the API has`() throws {
        var short = answer(.incomplete)
        short.incompleteReason = "length"
        #expect(try json(short)["incomplete_details"] == ["reason": "max_output_tokens"])
        #expect(try json(answer(.interrupted))["status"] == "incomplete")
        #expect(try json(answer(.interrupted))["incomplete_details"] == ["reason": .null])
        var failed = answer(.failed)
        failed.error = ServedError(message: "slow down", type: "rate_limit_error", code: "too_many_requests")
        #expect(try json(failed)["error"] == ["code": "rate_limit_exceeded", "message": "slow down"])
        var unknown = answer(.inProgress)
        unknown.usage = TokenUsage()
        #expect(try json(unknown)["usage"] == .null)
        #expect(try json(answer(.queued))["status"] == "queued")
    }

    @Test func `an error has its four keys, and the upstream's trace id where there is one`() throws {
        let plain = ServedError(message: "no model", param: "model")
        #expect(
            plain.body.text
                == #"{"error":{"message":"no model","type":"invalid_request_error","param":"model","code":null}}"#)
        let traced = ServedError(message: "no", type: "api_error", code: "used_up", traceID: "t-1")
        #expect(
            traced.body.text
                == #"{"error":{"message":"no","type":"api_error","param":null,"code":"used_up"},"trace_id":"t-1"}"#)
    }
}
