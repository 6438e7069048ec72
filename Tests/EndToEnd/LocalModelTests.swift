import Foundation
import OrderedJSON
import TestSupport
import Testing

/// The built program talks over HTTP to a real language model on this machine.
@Suite(.serialized)
struct LocalModelTests {
    /// A model to talk to, and whether it was started for this test.
    private struct Model {
        let url: String
        let script: String?
        let port: String

        /// `DIWAN_LOCAL_MODEL_URL`; else what `Scripts/local-model` serves or starts, where its files were fetched.
        static func find() async throws -> Model? {
            let environment = ProcessInfo.processInfo.environment
            if let url = environment["DIWAN_LOCAL_MODEL_URL"] { return Model(url: url, script: nil, port: "") }
            let beside = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
                .deletingLastPathComponent().appending(path: "Scripts/local-model").path
            let script = environment["DIWAN_TEST_LOCAL_MODEL"] ?? beside
            guard FileManager.default.isExecutableFile(atPath: script),
                try await run(script, "fetched")?.exitCode == 0,
                let port = try await run(script, "port", "--port", "18190")?.outputText
                    .trimmingCharacters(in: .whitespacesAndNewlines), Int(port) != nil
            else { return nil }
            let wasRunning = try await run(script, "status", "--port", port)?.exitCode == 0
            guard try await run(script, "start", "--port", port)?.exitCode == 0 else { return nil }
            return Model(url: "http://127.0.0.1:\(port)/v1", script: wasRunning ? nil : script, port: port)
        }

        func leave() async throws {
            if let script { _ = try await Self.run(script, "stop", "--port", port) }
        }

        private static func run(_ script: String, _ arguments: String...) async throws -> RunningProgram.Transcript? {
            let program = try RunningProgram(script, arguments, environment: ProcessInfo.processInfo.environment)
            // Not its streams' end: a server it starts may hold them.
            _ = await program.exitCode(within: .seconds(120))
            return program.transcript.value
        }
    }

    @Test(.timeLimit(.minutes(5)), arguments: [Home.Dialect.chat, .responses])
    func `a real model answers in both dialects, goes on, and its answers say where they came from`(
        dialect: Home.Dialect
    ) async throws {
        try await withModel(dialect) { try await talk(in: $0) }
    }

    @Test(.timeLimit(.minutes(5)))
    func `a thread is asked again of a real model under two settings`() async throws {
        try await withModel { try await replay(in: $0) }
    }

    @Test(.timeLimit(.minutes(5)))
    func `the README's first screen happens as it stands there`() async throws {
        try await withModel { try await rehearse(in: $0) }
    }

    /// A home whose upstream is the model on this machine; without one, the test says so and is over.
    private func withModel(_ dialect: Home.Dialect = .chat, work: (Home) async throws -> Void) async throws {
        guard let model = try await Model.find() else {
            // Who names the script wants it used.
            #expect(
                ProcessInfo.processInfo.environment["DIWAN_TEST_LOCAL_MODEL"] == nil, "the local model did not start")
            print("skipped: no local model at hand. Fetch it once with: Scripts/local-model fetch")
            return
        }
        do {
            let home = try Home(model.url, dialect)
            try home.write(
                """
                upstream = "local"
                [upstreams.local]
                url = "\(model.url)"
                dialect = "\(dialect.rawValue)"
                timeouts = { first_byte = 200, idle = 200 }
                """, to: "config/diwan/config.toml")
            try await work(home)
        } catch {
            try await model.leave()
            throw error
        }
        try await model.leave()
    }

    private func replay(in home: Home) async throws {
        for (index, words) in ["Name a colour.", "And a fruit of that colour."].enumerated() {
            let asked = try await home.end(
                home.start(["ask", "--max-tokens", "12", "--temperature", "0"] + (index > 0 ? ["-c"] : []) + [words]),
                within: .seconds(200))
            #expect(asked.code == 0, "\(asked.errors)")
        }
        let originals = try await home.path()
        let name = try #require(try await home.call()["model_sent"]?.string)
        let settings = [
            ["--temperature", "0", "--max-tokens", "12"],
            ["--mode", "chain", "-s", "Answer in one word.", "--seed", "5", "-n", "2", "--max-tokens", "8"],
        ]
        for given in settings {
            let replayed = try await home.end(
                home.start(["replay", "@", "-m", name, "--json"] + given), within: .seconds(280))
            #expect(replayed.code == 0, "\(replayed.errors)")
            let replay = try replayed.json
            #expect(replay["failed"] == 0 && replay["open"] == 0)
            for arm in replay["arms"]?.array ?? [] {
                #expect(arm["status"] == "complete")
                for turn in arm["turns"]?.array ?? [] {
                    let call = try await home.call(turn["call_id"]?.string ?? "")
                    #expect(call["usage"]?["output_tokens"]?.int ?? 0 > 0)
                    #expect(
                        call["parameters"]?["seed"]?.int
                            == (given.contains("--seed") ? 4 + (arm["sample"]?.int ?? 0) : nil))
                }
                let shown = try await home.diwan("show", arm["address"]?.string ?? "", "--json")
                #expect(shown.code == 0, "\(shown.errors)")
            }
        }
        #expect(try await home.path().map { $0["id"] } == originals.map { $0["id"] })
        try await home.expectSound()
    }

    /// Types each command of the README's transcript. The model's words are its own; all else is as it is printed there.
    private func rehearse(in home: Home) async throws {
        let readme = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "README.md")
        let blocks = try String(contentsOf: readme, encoding: .utf8).components(separatedBy: "```console\n")
        let screen = try #require(blocks.dropFirst().first?.components(separatedBy: "```").first)
        let steps = ("\n" + screen).components(separatedBy: "\n$ ").dropFirst()
        #expect(steps.count >= 5)
        for step in steps {
            let lines = step.split(separator: "\n").map(String.init)
            let command = lines[0]
            let ended = try await home.shell(command)
            #expect(ended.code == 0, "\(command): \(ended.errors)")
            #expect(!ended.line.isEmpty, "\(command)")
            if command.hasPrefix("diwan list") || command.hasPrefix("diwan search") {
                // Handles, places and times differ, and so do the model's words.
                func form(_ line: some StringProtocol) -> String {
                    String(line).replacing(/\w+\/[0-9]+/, with: "H/N").replacing(/^\w+/, with: "H")
                        .replacing(/[0-9]{2}:[0-9]{2}/, with: "T").replacing("local-model", with: "smollm2")
                }
                let printed = ended.output.split(separator: "\n").map { form($0) }
                for line in lines.dropFirst().prefix(command.hasPrefix("diwan list") ? 1 : 2) {
                    #expect(printed.contains(form(line)), "\(command) printed \(ended.output), not \(form(line))")
                }
            }
            if command.hasPrefix("diwan call") {
                let labels = lines.dropFirst().filter { $0 != "…" }.map { $0.split(separator: "  ")[0] }
                let printed = ended.output.split(separator: "\n").map { $0.split(separator: "  ")[0] }
                #expect(labels.allSatisfy { printed.contains($0) }, "\(ended.output)")
            }
        }
    }

    private func talk(in home: Home) async throws {
        let asked = try await home.end(
            home.start(["ask", "--max-tokens", "24", "--temperature", "0", "Write one short sentence about the sea."]),
            within: .seconds(200))
        #expect(asked.code == 0, "\(asked.errors)")
        #expect(asked.line.count > 5)
        let went = try await home.end(
            home.start(["ask", "-c", "--max-tokens", "24", "--no-stream", "Write one more."]), within: .seconds(200))
        #expect(went.code == 0, "\(went.errors)")
        let path = try await home.path()
        #expect(path.map { $0["role"]?.string } == ["user", "assistant", "user", "assistant"])
        try #require(path.count == 4)
        #expect(path[1]["text"]?.string == asked.line)
        #expect(path[3]["text"]?.string == went.line)
        let shown = try await home.diwan("show")
        #expect(
            shown.output.contains("Write one more.")
                && shown.output.contains(went.line.split(separator: "\n").first ?? ""))
        let call = try await home.call()
        #expect(call["response_id"]?.string?.isEmpty == false)
        #expect(call["created"]?.int ?? 0 > 1_700_000_000)
        #expect(call["model_reported"]?.string?.isEmpty == false)
        #expect(call["usage"]?["input_tokens"]?.int ?? 0 > 10)
        #expect(try await home.diwan("list").output.contains("Write one short sentence about the sea."))
        try await home.expectSound()
    }
}
