import OrderedJSON
import TestSupport

private let usage: JSONObject = ["input_tokens": 9, "output_tokens": 3, "total_tokens": 12]

/// The answer as the Responses API has it.
struct ScriptedResponse {
    let exchange: ScriptedExchange
    let body: JSON
    let held: Gate

    private func response(_ status: String, _ output: [JSON]) -> JSON {
        [
            "id": "resp_up", "object": "response", "created_at": 1_790_000_000, "status": .string(status),
            "model": "scripted-model-2026", "output": .array(output), "system_fingerprint": "fp_scripted",
            "incomplete_details": status == "incomplete" ? ["reason": "max_output_tokens"] : .null,
            "usage": status == "in_progress" ? .null : .object(usage),
        ]
    }

    private func item(_ part: ScriptedPart, _ index: Int, isDone: Bool) -> JSON {
        let status: JSON = isDone ? "completed" : "in_progress"
        switch part {
        case .text(let words):
            let content: JSON =
                isDone ? [["type": "output_text", "text": .string(words.joined()), "annotations": []]] : []
            return [
                "id": "msg_up\(index)", "type": "message", "role": "assistant", "status": status, "content": content,
            ]
        case .refusal(let text):
            return [
                "id": "msg_up\(index)", "type": "message", "role": "assistant", "status": status,
                "content": isDone ? [["type": "refusal", "refusal": .string(text)]] : [],
            ]
        case .thought(let text):
            return [
                "id": "rs_up\(index)", "type": "reasoning",
                "summary": isDone ? [["type": "summary_text", "text": .string(text)]] : [],
            ]
        case .call(let id, let name, let arguments):
            return [
                "id": "fc_up\(index)", "type": "function_call", "call_id": .string(id), "name": .string(name),
                "arguments": isDone ? .string(arguments) : "", "status": status,
            ]
        case .hold: return .null
        }
    }

    func send(_ given: [ScriptedPart], reason: String) throws {
        // What is said before and after a pause is one message.
        var parts: [ScriptedPart] = []
        var holdsAfter: Int?
        for part in given {
            if case .hold = part {
                if case .text(let words)? = parts.last { holdsAfter = words.count }
            } else if case .text(let words) = part, case .text(let begun)? = parts.last {
                parts[parts.count - 1] = .text(begun + words)
            } else {
                parts.append(part)
            }
        }
        let status = reason == "length" ? "incomplete" : "completed"
        let output = parts.enumerated().map { item($1, $0, isDone: true) }
        guard body["stream"]?.bool == true else {
            var whole = response(status, output).object ?? JSONObject()
            if let count = body["n"]?.int, count > 1 {
                let words = parts.compactMap { if case .text(let words) = $0 { words.joined() } else { nil } }.joined()
                whole["object"] = "chat.completion"
                whole["choices"] = .array(
                    (0..<count).map {
                        [
                            "index": .int($0), "message": ["role": "assistant", "content": .string(words)],
                            "finish_reason": "stop",
                        ]
                    })
            }
            return try exchange.respond(body: JSON.object(whole).text())
        }
        try exchange.begin()
        var sequence = 0
        func event(_ type: String, _ fields: JSONObject) throws {
            var json: JSONObject = ["type": .string(type), "sequence_number": .int(sequence)]
            for (key, value) in fields { json[key] = value }
            sequence += 1
            try exchange.write("event: \(type)\ndata: \(JSON.object(json).text())\n\n")
        }
        try event("response.created", ["response": response("in_progress", [])])
        try event("response.in_progress", ["response": response("in_progress", [])])
        for (index, part) in parts.enumerated() {
            try event(
                "response.output_item.added", ["output_index": .int(index), "item": item(part, index, isDone: false)])
            let id = item(part, index, isDone: true)["id"] ?? .null
            var place: JSONObject = ["item_id": id, "output_index": .int(index)]
            switch part {
            case .text(let words):
                place["content_index"] = 0
                func with(_ fields: JSONObject) -> JSONObject { place.merging(fields) }
                try event(
                    "response.content_part.added",
                    with(["part": ["type": "output_text", "text": "", "annotations": []]]))
                for (number, word) in words.enumerated() {
                    try event("response.output_text.delta", with(["delta": .string(word)]))
                    if number + 1 == holdsAfter { _ = held.wait() }
                }
                let text = JSON.string(words.joined())
                try event("response.output_text.done", with(["text": text]))
                try event(
                    "response.content_part.done",
                    with(["part": ["type": "output_text", "text": text, "annotations": []]]))
            case .refusal(let text):
                place["content_index"] = 0
                try event("response.refusal.delta", place.merging(["delta": .string(text)]))
                try event("response.refusal.done", place.merging(["refusal": .string(text)]))
            case .thought(let text):
                place["summary_index"] = 0
                try event("response.reasoning_summary_text.delta", place.merging(["delta": .string(text)]))
                try event("response.reasoning_summary_text.done", place.merging(["text": .string(text)]))
            case .call(_, _, let arguments):
                try event("response.function_call_arguments.delta", place.merging(["delta": .string(arguments)]))
                try event("response.function_call_arguments.done", place.merging(["arguments": .string(arguments)]))
            case .hold: break
            }
            try event(
                "response.output_item.done", ["output_index": .int(index), "item": item(part, index, isDone: true)])
        }
        try event("response.\(status)", ["response": response(status, output)])
        try exchange.end()
    }
}

extension JSONObject {
    fileprivate func merging(_ fields: JSONObject) -> JSONObject {
        var merged = self
        for (key, value) in fields { merged[key] = value }
        return merged
    }
}
