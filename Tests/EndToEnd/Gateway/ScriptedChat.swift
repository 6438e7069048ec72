import OrderedJSON
import TestSupport

/// The answer as chat completions have it.
struct ScriptedChat {
    let exchange: ScriptedExchange
    let body: JSON
    let held: Gate

    private func object(_ kind: String, _ choices: JSON) -> JSONObject {
        [
            "id": "chatcmpl-up", "object": .string(kind), "created": 1_790_000_000, "model": "scripted-model-2026",
            "system_fingerprint": "fp_scripted", "choices": choices,
        ]
    }

    func send(_ parts: [ScriptedPart], reason: String) throws {
        let count = body["n"]?.int ?? 1
        let usage: JSON = ["prompt_tokens": 9, "completion_tokens": 3, "total_tokens": 12]
        guard body["stream"]?.bool == true else {
            var whole = object(
                "chat.completion",
                .array(
                    (0..<count).map {
                        [
                            "index": .int($0), "message": message(parts), "logprobs": .null,
                            "finish_reason": .string(reason),
                        ]
                    }))
            whole["usage"] = usage
            return try exchange.respond(body: JSON.object(whole).text())
        }
        try exchange.begin()
        func chunk(_ choice: Int, _ delta: JSON, _ reason: JSON = .null) throws {
            let json = JSON.object(
                object("chat.completion.chunk", [["index": .int(choice), "delta": delta, "finish_reason": reason]]))
            try exchange.write("data: \(json.text())\n\n")
        }
        for choice in 0..<count { try chunk(choice, ["role": "assistant", "content": ""]) }
        var calls = 0
        for part in parts {
            for choice in 0..<count {
                switch part {
                case .text(let words): for word in words { try chunk(choice, ["content": .string(word)]) }
                case .thought(let text): try chunk(choice, ["reasoning_content": .string(text)])
                case .refusal(let text): try chunk(choice, ["refusal": .string(text)])
                case .call(let id, let name, let arguments):
                    try chunk(
                        choice,
                        [
                            "tool_calls": [
                                [
                                    "index": .int(calls), "id": .string(id), "type": "function",
                                    "function": ["name": .string(name), "arguments": ""],
                                ]
                            ]
                        ])
                    for piece in [arguments.prefix(3), arguments.dropFirst(3)] {
                        try chunk(
                            choice,
                            [
                                "tool_calls": [
                                    ["index": .int(calls), "function": ["arguments": .string(String(piece))]]
                                ]
                            ])
                    }
                case .hold: _ = held.wait()
                }
            }
            if case .call = part { calls += 1 }
        }
        for choice in 0..<count { try chunk(choice, [:], .string(reason)) }
        var last = object("chat.completion.chunk", [])
        last["usage"] = usage
        try exchange.write("data: \(JSON.object(last).text())\n\ndata: [DONE]\n\n")
        try exchange.end()
    }

    private func message(_ parts: [ScriptedPart]) -> JSON {
        var message: JSONObject = ["role": "assistant", "content": .null, "refusal": .null]
        var calls: [JSON] = []
        for part in parts {
            switch part {
            case .text(let words): message["content"] = .string(words.joined())
            case .thought(let text): message["reasoning_content"] = .string(text)
            case .refusal(let text): message["refusal"] = .string(text)
            case .call(let id, let name, let arguments):
                calls.append([
                    "id": .string(id), "type": "function",
                    "function": ["name": .string(name), "arguments": .string(arguments)],
                ])
            case .hold: break
            }
        }
        if !calls.isEmpty { message["tool_calls"] = .array(calls) }
        return .object(message)
    }
}
