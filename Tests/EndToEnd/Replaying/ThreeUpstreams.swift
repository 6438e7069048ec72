import Foundation
import OrderedJSON
import Synchronization
import TestSupport
import Testing

/// A home with a thread of twenty turns and three upstreams to ask it again of, one of each dialect: `one/alpha`,
/// `two/beta`, `three/gamma`. An answer says whose it is and which question of how many it answers.
struct ThreeUpstreams {
    static let names = [("one", "alpha", Home.Dialect.acedata), ("two", "beta", .responses), ("three", "gamma", .chat)]
    static let system = "Say where the tide is."

    let home: Home
    let servers: [ScriptedServer]

    /// - Parameter answer: does something else than answering where it returns true.
    init(
        turns: Int = 20, more: String = "",
        answer: @escaping @Sendable (ScriptedExchange) throws -> Bool = { _ in false }
    ) async throws {
        servers = try Self.names.map { _ in
            try ScriptedServer { exchange in
                guard try !answer(exchange) else { return }
                try exchange.stream(Self.events(exchange))
            }
        }
        var tables = more
        for (server, name) in zip(servers, Self.names) {
            tables += """

                [upstreams.\(name.0)]
                url = "\(server.url)\(name.2.base)"
                dialect = "\(name.2.rawValue)"
                key_env = "SCRIPTED_KEY"
                [models."\(name.1)"]
                window = 100000
                """
        }
        home = try Home("http://127.0.0.1:1", more: tables)
        let file = try home.write(Self.thread(turns: turns), to: "thread.jsonl")
        let imported = try await home.diwan("import", file, "--format", "openai")
        try #require(imported.code == 0, "\(imported.errors)")
    }

    static func question(_ turn: Int) -> String { "Question \(turn): where is the tide at \(turn) o'clock?" }
    static func original(_ turn: Int) -> String { "Original \(turn)." }
    static func answer(_ model: String, _ turn: Int) -> String { "The \(model) answer to question \(turn)." }

    private static func thread(turns: Int) -> String {
        var messages: [JSON] = [["role": "system", "content": .string(system)]]
        for turn in 1...turns {
            messages.append(["role": "user", "content": .string(question(turn))])
            messages.append(["role": "assistant", "content": .string(original(turn))])
        }
        return JSON.object(["messages": .array(messages)]).text() + "\n"
    }

    /// The answer's events, a word each.
    static func events(_ exchange: ScriptedExchange) -> [String] {
        let asked = exchange.request.json
        let messages = asked["input"]?.array ?? asked["messages"]?.array ?? []
        let turn = messages.count { $0["role"]?.string == "user" }
        let words = answer(asked["model"]?.string ?? "?", turn).split(separator: " ").map { "\($0) " }
        return exchange.request.target.hasSuffix("/chat/completions")
            ? Answers.chatEvents(words) : Answers.responseEvents(words)
    }

    /// The words as a stream of them comes to: each with its space.
    static func said(_ model: String, _ turn: Int) -> String { answer(model, turn) + " " }

    var models: [String] { Self.names.flatMap { ["-m", "\($0.0)/\($0.1)"] } }

    func replay(_ arguments: String..., vault: String? = nil) async throws -> Ended {
        try await home.end(home.start(["replay"] + arguments + (vault.map { ["--vault", $0] } ?? [])))
    }

    /// The thread's whole visible tree, written so that equal trees are equal texts: siblings in the order of their words.
    func tree(_ thread: String, vault: String? = nil) async throws -> String {
        let shown = try await home.end(
            home.start(["tree", thread, "--json"] + (vault.map { ["--vault", $0] } ?? [])))
        try #require(shown.code == 0, "\(shown.errors)")
        let messages = try shown.json["messages"]?.array ?? []
        var children: [String: [JSON]] = [:]
        let ids = Set(messages.compactMap { $0["id"]?.string })
        for message in messages {
            let parent = message["parent_id"]?.string
            children[parent.flatMap { ids.contains($0) ? $0 : nil } ?? "", default: []].append(message)
        }
        func written(_ parent: String, _ depth: Int) -> [String] {
            (children[parent] ?? []).map { message in
                let line = ["role", "text", "status", "label"].map { message[$0]?.text() ?? "" }
                    .joined(separator: " ")
                return String(repeating: " ", count: depth) + line + "\n"
                    + written(message["id"]?.string ?? "?", depth + 1).joined()
            }.sorted()
        }
        return written("", 0).joined()
    }
}

extension ScriptedServer {
    /// What it was asked, one message of a conversation a line, in the order of the questions.
    var conversations: [[String]] {
        requests.map(\.conversation).sorted { ($0.count, $0.description) < ($1.count, $1.description) }
    }
}
