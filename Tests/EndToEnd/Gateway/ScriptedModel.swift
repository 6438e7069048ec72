import Foundation
import OrderedJSON
import Synchronization
import TestSupport

/// A model that does what the last user's words say, in both of OpenAI's APIs, so that a program on the other side of the
/// service knows what it has to get:
///
/// `say WORDS` · `recite` (what it was sent) · `call NAME ARGUMENTS …` · `think …` · `refuse` · `hold WORDS` (until
/// `GET /release`) · `cut …` (stops short) · `fail STATUS` · `once STATUS …` (fails the first time) · `echo-field NAME`.
final class ScriptedModel: Sendable {
    let server: ScriptedServer

    private final class Memory: Sendable {
        let held = Gate()
        let seen = Mutex<Set<String>>([])
        let calls = Mutex(0)
    }

    init() throws {
        let memory = Memory()
        server = try ScriptedServer { exchange in try Self.answer(exchange, memory) }
    }

    var url: String { server.url }

    func stop() { server.stop() }

    private static func answer(_ exchange: ScriptedExchange, _ memory: Memory) throws {
        let path = exchange.request.target
        if path == "/release" {
            memory.held.open()
            return try exchange.respond(body: "released")
        }
        if path == "/calls" { return try exchange.respond(body: "\(memory.calls.withLock { $0 })") }
        if path.hasSuffix("/models") {
            let names = ["scripted-model", "scripted-embedding", "vendor/slashed"]
            return try exchange.respond(
                body: JSON.object([
                    "object": "list",
                    "data": .array(
                        names.map {
                            ["id": .string($0), "object": "model", "created": 1_700_000_000, "owned_by": "scripted"]
                        }),
                ]).text())
        }
        guard let body = try? JSON(parsing: exchange.request.body) else {
            return try exchange.respond(status: 400, body: #"{"error":{"message":"no JSON"}}"#)
        }
        if path.hasSuffix("/embeddings") { return try exchange.respond(body: embeddings(body).text()) }
        memory.calls.withLock { $0 += 1 }
        let asked = AskedModel(body, isChat: path.hasSuffix("/chat/completions"))
        try Telling(
            asked: asked, exchange: exchange, memory.held,
            firstTime: { text in
                memory.seen.withLock { $0.insert(text).inserted }
            }
        ).tell()
    }

    private static func embeddings(_ body: JSON) -> JSON {
        let count = body["input"]?.array?.count ?? 1
        let numbers: [Float] = [0.25, -0.5, 0.125]
        let data = numbers.withUnsafeBytes { Data($0) }.base64EncodedString()
        let value: JSON =
            body["encoding_format"]?.string == "base64" ? .string(data) : [0.25, -0.5, 0.125]
        return [
            "object": "list", "model": "scripted-embedding", "usage": ["prompt_tokens": 3, "total_tokens": 3],
            "data": .array((0..<count).map { ["object": "embedding", "index": .int($0), "embedding": value] }),
        ]
    }
}

/// What the model was sent.
private struct AskedModel {
    let body: JSON
    let isChat: Bool
    /// Every message as `role:words`.
    var recited: [String] = []
    var lastUser = ""
    /// What tools gave back since anyone spoke.
    var toolOutputs: [String] = []

    var streams: Bool { body["stream"]?.bool ?? false }

    init(_ body: JSON, isChat: Bool) {
        self.body = body
        self.isChat = isChat
        if let instructions = body["instructions"]?.string { recited.append("system:" + instructions) }
        if let text = body["input"]?.string { take(role: "user", text) }
        for item in body[isChat ? "messages" : "input"]?.array ?? [] {
            switch item["type"]?.string {
            case "function_call_output": toolOutputs.append(item["output"]?.string ?? "")
            case "function_call", "reasoning": break
            default:
                let content = item["content"] ?? .null
                let text =
                    content.string ?? (content.array ?? []).compactMap { $0["text"]?.string }.joined(separator: " ")
                let role = item["role"]?.string ?? "?"
                if role == "tool" { toolOutputs.append(text) } else { take(role: role, text) }
            }
        }
    }

    private mutating func take(role: String, _ text: String) {
        recited.append(role + ":" + text)
        toolOutputs = []
        if role == "user" { lastUser = text }
    }
}

/// One answer on its way out.
private struct Telling {
    let asked: AskedModel
    let exchange: ScriptedExchange
    let held: Gate
    let firstTime: (String) -> Bool

    init(asked: AskedModel, exchange: ScriptedExchange, _ held: Gate, firstTime: @escaping (String) -> Bool) {
        self.asked = asked
        self.exchange = exchange
        self.held = held
        self.firstTime = firstTime
    }

    func tell() throws {
        if !asked.toolOutputs.isEmpty { return try say("The tools said: " + asked.toolOutputs.joined(separator: " ")) }
        var words = asked.lastUser[...]
        var thought: String?
        if words.hasPrefix("think ") {
            thought = "Let me think."
            words = words.dropFirst(6)
        }
        let pieces = words.split(separator: " ", maxSplits: 1)
        let rest = pieces.count > 1 ? String(pieces[1]) : ""
        switch pieces.first ?? "" {
        case "say": try say(rest, thought: thought)
        case "recite": try say(asked.recited.joined(separator: "|"))
        case "echo-field": try say(asked.body[rest]?.text() ?? "null")
        case "cut": try say(rest, isCut: true)
        case "refuse": try send(parts: [.refusal("I will not.")], reason: "stop")
        case "call":
            let words = rest.split(separator: " ")
            try send(
                parts: stride(from: 0, to: words.count - 1, by: 2).map {
                    .call(id: "call_\($0)", name: String(words[$0]), arguments: String(words[$0 + 1]))
                }, reason: "tool_calls")
        case "fail": try fail(Int(rest) ?? 500)
        case "once":
            if firstTime(rest) {
                try fail(Int(rest.split(separator: " ").first ?? "") ?? 500)
            } else {
                try say("recovered")
            }
        case "hold":
            try send(parts: [.text([rest]), .hold, .text([" and", " the", " rest"])], reason: "stop")
        default: try say("You said: " + asked.lastUser)
        }
    }

    private func fail(_ status: Int) throws {
        try exchange.respond(
            status: status,
            body: #"{"error":{"message":"scripted to fail","type":"scripted_error","param":null,"code":"scripted"}}"#)
    }

    private func say(_ text: String, thought: String? = nil, isCut: Bool = false) throws {
        var words: [String] = []
        for (index, word) in text.split(separator: " ", omittingEmptySubsequences: false).enumerated() {
            words.append((index == 0 ? "" : " ") + word)
        }
        try send(parts: (thought.map { [.thought($0)] } ?? []) + [.text(words)], reason: isCut ? "length" : "stop")
    }

    enum Part {
        case text([String])
        case thought(String)
        case refusal(String)
        case call(id: String, name: String, arguments: String)
        case hold
    }

    private func send(parts: [Part], reason: String) throws {
        var parts = parts
        if !asked.streams, parts.contains(where: { if case .hold = $0 { true } else { false } }) {
            _ = held.wait()
            parts = [.text(parts.flatMap { if case .text(let words) = $0 { words } else { [String]() } })]
        }
        if asked.isChat {
            try ScriptedChat(exchange: exchange, body: asked.body, held: held).send(parts, reason: reason)
        } else {
            try ScriptedResponse(exchange: exchange, body: asked.body, held: held).send(parts, reason: reason)
        }
    }
}

private let usage: JSONObject = ["input_tokens": 9, "output_tokens": 3, "total_tokens": 12]

/// The answer as chat completions have it.
private struct ScriptedChat {
    let exchange: ScriptedExchange
    let body: JSON
    let held: Gate

    private func object(_ kind: String, _ choices: JSON) -> JSONObject {
        [
            "id": "chatcmpl-up", "object": .string(kind), "created": 1_790_000_000, "model": "scripted-model-2026",
            "system_fingerprint": "fp_scripted", "choices": choices,
        ]
    }

    func send(_ parts: [Telling.Part], reason: String) throws {
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

    private func message(_ parts: [Telling.Part]) -> JSON {
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

/// The answer as the Responses API has it.
private struct ScriptedResponse {
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

    private func item(_ part: Telling.Part, _ index: Int, isDone: Bool) -> JSON {
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

    func send(_ given: [Telling.Part], reason: String) throws {
        // What is said before and after a pause is one message.
        var parts: [Telling.Part] = []
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
