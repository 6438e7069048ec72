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

    private func send(parts: [ScriptedPart], reason: String) throws {
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

/// A piece of what a scripted model answers.
enum ScriptedPart {
    case text([String])
    case thought(String)
    case refusal(String)
    case call(id: String, name: String, arguments: String)
    case hold
}
