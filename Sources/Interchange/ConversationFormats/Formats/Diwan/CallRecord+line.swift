import ConversationStorage
import Conversations
import Foundation
import OrderedJSON

extension CallRecord {
    /// The call's line. What the upstream called its answer is `answer_object`, because `object` says what the line is;
    /// the answer's body is text as it came, or base64 where it is no UTF-8.
    func line(in thread: ThreadID) -> JSONObject {
        var line: JSONObject = [
            "object": "call", "id": .line(id), "thread_id": .line(thread), "question_id": .line(questionID),
            "upstream": .string(upstream), "dialect": .line(dialect?.rawValue),
            "model_requested": .string(modelRequested), "model_sent": .string(modelSent),
            "model_reported": .line(modelReported), "response_id": .line(responseID), "created": .line(created),
            "system_fingerprint": .line(systemFingerprint), "answer_object": .line(object),
            "status": .string(status.rawValue), "error": error?.json ?? .null,
            "usage": .object([
                "input_tokens": .line(usage.input), "cached_tokens": .line(usage.cached),
                "output_tokens": .line(usage.output), "reasoning_tokens": .line(usage.reasoning),
            ]),
            "parameters": parameters.json, "instructions": .line(instructions), "plan": plan?.json ?? .null,
            "request_sha256": .line(requestDigest.flatMap { BlobDigest(bytes: $0) }?.description),
            "queued_at": .line(queuedAt), "sent_at": .line(sentAt), "first_token_at": .line(firstTokenAt),
            "finished_at": .line(finishedAt),
        ]
        if let body {
            if let text = String(validating: body, as: UTF8.self) {
                line.append("body", .string(text))
            } else {
                line.append("body_base64", .string(Data(body).base64EncodedString()))
            }
        } else {
            line.append("body", .null)
        }
        return line
    }

    init(_ fields: inout LineFields) throws(LineFault) {
        guard let id = try fields.id("id", of: Call.self) else { throw LineFault("no id") }
        self.init(
            id: id, questionID: try fields.id("question_id"),
            upstream: try fields.required("upstream", { $0.string }),
            dialect: try fields.optional("dialect") { $0.string.flatMap { Dialect(rawValue: $0) } },
            modelRequested: try fields.required("model_requested", { $0.string }),
            modelSent: try fields.required("model_sent", { $0.string }))
        modelReported = try fields.text("model_reported")
        responseID = try fields.text("response_id")
        created = try fields.optional("created") { $0.double }
        systemFingerprint = try fields.text("system_fingerprint")
        object = try fields.text("answer_object")
        parameters = CallParameters(json: fields.optional("parameters") ?? .object([:]))
        instructions = try fields.text("instructions")
        plan = try fields.optional("plan") { ContextPlan(json: $0) }
        requestDigest = try fields.optional("request_sha256") { $0.string.flatMap { BlobDigest($0) }?.bytes }
        status = try fields.required("status") { $0.string.flatMap { Call.Status(rawValue: $0) } }
        error = try fields.optional("error") { CallError(json: $0) }
        let usage = fields.optional("usage")
        self.usage = TokenUsage(
            input: usage?["input_tokens"]?.int, cached: usage?["cached_tokens"]?.int,
            output: usage?["output_tokens"]?.int, reasoning: usage?["reasoning_tokens"]?.int)
        queuedAt = try fields.time("queued_at")
        sentAt = try fields.time("sent_at")
        firstTokenAt = try fields.time("first_token_at")
        finishedAt = try fields.time("finished_at")
        if let text = try fields.text("body") {
            body = Array(text.utf8)
        } else {
            body = try fields.optional("body_base64") {
                $0.string.flatMap { Data(base64Encoded: $0) }.map { Array($0) }
            }
        }
    }
}
