import Foundation
import OrderedJSON
import Synchronization
import TestSupport
import Testing

/// A thread's questions asked again of other models, by the whole program.
@Suite(.serialized)
struct ReplayTests {
    /// The bodies that ask these conversations: the first one's bytes with its message replaced by theirs.
    private func bodies(
        _ conversations: [[(String, String)]], like first: String, _ dialect: Home.Dialect
    ) throws -> [String] {
        func message(_ said: (String, String)) -> String {
            var members: JSONObject = ["role": .string(said.0), "content": .string(said.1)]
            // llama.cpp knows an assistant's message in `responses` only by its type.
            if dialect == .responses, said.0 == "assistant" {
                members = ["type": "message", "role": .string(said.0), "content": .string(said.1)]
            }
            return JSON.object(members).text()
        }
        let name = dialect == .chat ? #""messages":["# : #""input":["#
        let start = try #require(first.range(of: name)).upperBound
        let own = try #require(first.range(of: message(("user", ThreeUpstreams.question(1))) + "]")).lowerBound
        let system = message(("system", ThreeUpstreams.system)) + ","
        try #require(first[start..<own] == system[...], "\(first)")
        let end = first.index(own, offsetBy: message(("user", ThreeUpstreams.question(1))).count)
        return conversations.map { conversation in
            first[..<start] + conversation.map(message).joined(separator: ",") + first[end...]
        }
    }

    @Test func `each mode sends exactly the inputs it promises, byte for byte, at three upstreams`() async throws {
        for mode in ["anchored", "chain"] {
            let three = try await ThreeUpstreams()
            let thread = try await Self.onlyThread(three.home)
            let replayed = try await three.home.end(
                three.home.start(["replay", thread, "--mode", mode] + three.models))
            #expect(replayed.code == 0, "\(replayed.errors)")
            for (server, name) in zip(three.servers, ThreeUpstreams.names) {
                let asked = server.requests.map(\.text).sorted { ($0.count, $0) < ($1.count, $1) }
                try #require(asked.count == 20)
                let expected = (1...20).map { turn -> [(String, String)] in
                    var said = [("system", ThreeUpstreams.system)]
                    for before in 1..<turn {
                        said.append(("user", ThreeUpstreams.question(before)))
                        said.append(
                            (
                                "assistant",
                                mode == "chain"
                                    ? ThreeUpstreams.said(name.1, before) : ThreeUpstreams.original(before)
                            ))
                    }
                    return said + [("user", ThreeUpstreams.question(turn))]
                }
                #expect(asked == (try bodies(expected, like: asked[0], name.2)), "\(mode) \(name.0)")
            }
            try await three.home.expectSound()
        }
    }

    static func onlyThread(_ home: Home) async throws -> String {
        let listed = try await home.diwan("list", "--json", "-l", "1")
        return try #require(try listed.json["handle"]?.string)
    }

    @Test func `the thread keeps its tip and its place, and an arm goes on, is found and is counted`() async throws {
        let three = try await ThreeUpstreams(turns: 3)
        let home = three.home
        let thread = try await Self.onlyThread(home)
        let newer = try await home.diwan("new", "Something newer")
        #expect(newer.code == 0)
        let before = try await home.diwan("list", "--json", "-l", "9")
        for mode in ["anchored", "chain"] {
            let replayed = try await home.end(
                home.start(["replay", thread, "--mode", mode, "-m", "three/gamma", "--json"]))
            #expect(replayed.code == 0, "\(replayed.errors)")
            let replay = try replayed.json
            let arm = try #require(replay["arms"]?[0])
            #expect(arm["label"]?.string == (mode == "anchored" ? "gamma" : "three-gamma"))
            #expect(arm["status"] == "complete")
            #expect(replay["answered"] == 3)
            #expect(replay["tokens"]?.int ?? 0 > 0)
            let call = try await home.call(arm["turns"]?[2]?["call_id"]?.string ?? "")
            #expect(call["replay_id"] == replay["id"])
            #expect(call["system_fingerprint"] == "fp_e2e")
        }
        // Numbers of messages and branches differ; the order, the tips and the dates do not.
        func standing(_ listed: Ended) throws -> [String] {
            try listed.output.split(separator: "\n").map { line in
                let json = try JSON(parsing: String(line))
                return ["id", "tip_id", "active_at", "title"].map { json[$0]?.text() ?? "" }.joined(separator: " ")
            }
        }
        let after = try await home.diwan("list", "--json", "-l", "9")
        #expect(try standing(before) == standing(after))
        let went = try await home.diwan("ask", "-t", "\(thread):three-gamma", "And then?")
        #expect(went.code == 0, "\(went.errors)")
        #expect(went.output.contains("gamma answer to question 4"))
        let replays = try await home.diwan("replays", "--json")
        let handles = try replays.output.split(separator: "\n").map {
            try #require(try JSON(parsing: String($0))["handle"]?.string)
        }
        #expect(handles.count == 2)
        // The second was the chain: three answers, and two questions of its own.
        for (handle, count) in [(handles[0], 5), (handles[1], 3)] {
            let found = try await home.diwan("search", "replay:\(handle)", "--json", "-l", "50")
            let last = try JSON(parsing: String(found.output.split(separator: "\n").last ?? ""))
            #expect(last["matched"]?.int == count, "\(found.output)")
        }
        let words = try await home.diwan("search", "gamma", "answer", "replay:\(handles[1])")
        #expect(words.output.contains("question"), "\(words.output)\(words.errors)")
        try await home.expectSound()
    }

    @Test func `an arm is gone on with by its label at the upstream it was asked`() async throws {
        let three = try await ThreeUpstreams(turns: 2)
        let thread = try await Self.onlyThread(three.home)
        #expect(try await three.replay(thread, "--mode", "chain", "-m", "three/gamma").code == 0)
        let went = try await three.home.diwan("ask", "-t", "\(thread):gamma", "And then?")
        #expect(went.code == 0, "\(went.errors)")
        #expect(
            three.servers[2].requests.last?.conversation == [
                "system: \(ThreeUpstreams.system)", "user: \(ThreeUpstreams.question(1))",
                "assistant: \(ThreeUpstreams.said("gamma", 1))", "user: \(ThreeUpstreams.question(2))",
                "assistant: \(ThreeUpstreams.said("gamma", 2))", "user: And then?",
            ])
    }

    @Test func `samples have seeds and labels of their own, and -s takes the place of what the thread says`()
        async throws
    {
        let three = try await ThreeUpstreams(turns: 1)
        let thread = try await Self.onlyThread(three.home)
        let replayed = try await three.replay(thread, "-m", "three/gamma", "-n", "3", "--seed", "7", "-s", "Be brief.")
        #expect(replayed.code == 0, "\(replayed.errors)")
        #expect(
            replayed.output.split(separator: "\n").map { $0.split(separator: " ")[0] }
                == ["\(thread):gamma", "\(thread):gamma-2", "\(thread):gamma-3"])
        let asked = three.servers[2].requests
        #expect(asked.compactMap { $0.json["seed"]?.int }.sorted() == [7, 8, 9])
        #expect(asked.allSatisfy { $0.conversation.first == "system: Be brief." && $0.conversation.count == 2 })
        #expect(try await three.replay(thread, "-m", "three/gamma", "-s", "").code == 0)
        #expect(three.servers[2].requests.last?.conversation == ["user: \(ThreeUpstreams.question(1))"])
    }

    @Test func `a dry run says what would be asked, sends nothing and keeps nothing`() async throws {
        let three = try await ThreeUpstreams(turns: 4)
        let thread = try await Self.onlyThread(three.home)
        let dry = try await three.home.end(
            three.home.start(["replay", thread, "-n", "2", "--dry-run", "--json"] + three.models))
        #expect(dry.code == 0, "\(dry.errors)")
        #expect(try dry.json["calls"] == 24)
        #expect(try dry.json["models"]?[0]?["input_tokens"]?.int ?? 0 > 100)
        #expect(three.servers.allSatisfy { $0.requests.isEmpty })
        #expect(try await three.home.diwan("replays", "--json").output.isEmpty)
    }

    @Test func `a limit on cost needs prices, and a limit that is reached is gone on with under a higher one`()
        async throws
    {
        let three = try await ThreeUpstreams(
            turns: 6,
            more: """
                [models."priced"]
                price = { input = 1, output = 1 }
                """)
        let thread = try await Self.onlyThread(three.home)
        let refused = try await three.replay(thread, "-m", "three/gamma", "--max-cost", "1")
        #expect(refused.code == 78)
        #expect(refused.errors.contains(#"[models."gamma"] price = {"#), "\(refused.errors)")
        #expect(three.servers[2].requests.isEmpty)
        // Twelve tokens an answer, as the server counts them; ours are estimated before.
        let limited = try await three.replay(
            thread, "-m", "three/priced", "--max-cost", "0.0001", "--parallel", "1", "--json")
        #expect(limited.code == 1, "\(limited.errors)")
        let kept = try limited.json["answered"]?.int ?? 0
        #expect((1...5).contains(kept), "\(limited.output)")
        #expect(limited.errors.contains("--max-cost 0.0001"), "\(limited.errors)")
        let handle = try limited.json["handle"]?.string ?? ""
        let whole = try await three.replay("--resume", handle, "--max-cost", "1", "--json")
        #expect(whole.code == 0, "\(whole.errors)")
        #expect(try whole.json["answered"] == 6)
        #expect(try whole.json["cost"]?["currency"] == "USD")
        #expect(three.servers[2].calls.count == 6)
        #expect(try await three.replay("--resume", handle).code == 0)
        #expect(three.servers[2].calls.count == 6)
        let tokens = try await three.replay(thread, "-m", "three/priced", "--max-tokens-total", "3")
        #expect(tokens.code == 1)
        #expect(three.servers[2].calls.count == 6)
    }

    // MARK: - Tools

    private static func toolCall(_ id: String, _ arguments: String) -> String {
        JSON.object([
            "id": "chatcmpl-tool", "object": "chat.completion", "created": 1_790_000_000, "model": "m",
            "choices": [
                [
                    "index": 0, "finish_reason": "tool_calls",
                    "message": [
                        "role": "assistant", "content": .null,
                        "tool_calls": [
                            [
                                "id": .string(id), "type": "function",
                                "function": ["name": "tide", "arguments": .string(arguments)],
                            ]
                        ],
                    ],
                ]
            ], "usage": ["prompt_tokens": 9, "completion_tokens": 3, "total_tokens": 12],
        ]).text()
    }

    @Test func `a tool call ends a chain, or goes on with the recorded result under the arm's own id`() async throws {
        let server = try ScriptedServer { exchange in
            let asked = exchange.request.json
            let holdsResult = asked["messages"]?.array?.contains { $0["role"] == "tool" } ?? false
            switch asked["model"]?.string {
            case _ where holdsResult: try exchange.respond(body: Answers.completion("At six."))
            case "other": try exchange.respond(body: Self.toolCall("theirs", #"{ "hour": 6, "at": "Cork" }"#))
            case "wrong": try exchange.respond(body: Self.toolCall("theirs", #"{"at":"Kiel","hour":6}"#))
            default: try exchange.respond(body: Self.toolCall("ours", #"{"at":"Cork","hour":6}"#))
            }
        }
        let home = try Home(server, .chat)
        let tools = try home.write(#"[{"type":"function","function":{"name":"tide"}}]"#, to: "tools.json")
        #expect(try await home.diwan("ask", "--no-stream", "--tools", tools, "High tide at Cork?").code == 0)
        #expect(
            try await home.diwan("ask", "-c", "--no-stream", "--tools", tools, "--tool-output", "ours=06:10").code == 0)
        let before = server.calls.count
        let stopped = try await home.diwan("replay", "@", "-m", "other", "--mode", "chain", "--no-stream", "--json")
        #expect(stopped.code == 1, "\(stopped.errors)")
        #expect(try stopped.json["arms"]?[0]?["status"] == "stopped")
        #expect(try stopped.json["arms"]?[0]?["note"]?.string?.contains("tide") == true)
        #expect(server.calls.count == before + 1)
        let whole = try await home.diwan(
            "replay", "@", "-m", "other", "--mode", "chain", "--no-stream", "--on-tool", "recorded", "--json")
        #expect(whole.code == 0, "\(whole.errors)")
        #expect(try whole.json["arms"]?[0]?["status"] == "complete")
        let sent = server.requests.last?.json
        #expect(sent?["messages"]?.array?.last == ["role": "tool", "tool_call_id": "theirs", "content": "06:10"])
        #expect(sent?["tools"]?.array?.count == 1)
        let wrong = try await home.diwan(
            "replay", "@", "-m", "wrong", "--mode", "chain", "--no-stream", "--on-tool", "recorded", "--json")
        #expect(wrong.code == 1)
        #expect(try wrong.json["arms"]?[0]?["status"] == "stopped")
        // Anchored, a tool call is the answer.
        let anchored = try await home.diwan("replay", "@", "-m", "other", "--no-stream", "--json")
        #expect(anchored.code == 0, "\(anchored.errors)")
        #expect(try anchored.json["answered"] == 2)
        try await home.expectSound()
    }
}

extension ScriptedServer {
    /// The requests that ask a model: a list of models may be asked for besides.
    fileprivate var calls: [RecordedRequest] { requests.filter { $0.method == "POST" } }
}
