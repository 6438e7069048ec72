import Foundation
import OrderedJSON
import TestSupport
import Testing

/// The bytes that leave this machine, as a server received them from the built program.
@Suite(.serialized)
struct RequestTests {
    private let answering: @Sendable (ScriptedExchange) throws -> Void = { try $0.say("Fine.") }

    /// What follows the messages in a request nobody gave parameters for.
    private static func usualFields(_ dialect: Home.Dialect) -> String {
        switch dialect {
        case .acedata: #""stream":true"#
        case .responses: #""stream":true,"store":false,"include":["reasoning.encrypted_content"]"#
        case .chat: #""stream":true,"stream_options":{"include_usage":true}"#
        }
    }

    private static func body(_ dialect: Home.Dialect, _ messages: String, _ fields: String? = nil) -> String {
        let name = dialect == .chat ? "messages" : "input"
        return #"{"model":"test-model","\#(name)":[\#(messages)],\#(fields ?? usualFields(dialect))}"#
    }

    @Test(arguments: Home.Dialect.allCases)
    func `the documented method, path and headers go out, Accept too when it streams`(
        dialect: Home.Dialect
    ) async throws {
        let server = try ScriptedServer(answering)
        let home = try Home(server, dialect)
        for flags in [[], ["--no-stream"]] {
            let program = try home.start(["ask"] + flags + ["Hello"])
            let ended = try await home.end(program)
            #expect(ended.code == 0, "\(ended.errors)")
            #expect(ended.output == "Fine.\n")
        }
        #expect(server.requests.count == 2)
        for request in server.requests {
            #expect(request.method == "POST")
            #expect(request.target == dialect.path)
            #expect(request.header("Authorization") == "Bearer \(Home.key)")
            #expect(request.header("Content-Type") == "application/json")
            #expect(request.header("Accept") == "application/json")
            #expect(request.header("Content-Length") == "\(request.body.count)")
            let names = Set(request.headers.map { $0.name.lowercased() })
            #expect(
                names == [
                    "host", "authorization", "content-type", "accept", "accept-encoding", "user-agent",
                    "content-length",
                ])
            #expect(names.count == request.headers.count, "a header was sent twice")
        }
        #expect(server.requests.first?.json["stream"] == true)
        #expect(server.requests.last?.json["stream"] == nil)
    }

    @Test(arguments: Home.Dialect.allCases)
    func `fields that are not given are absent`(dialect: Home.Dialect) async throws {
        let server = try ScriptedServer(answering)
        let home = try Home(server, dialect)
        try await home.diwan("ask", "Hello")
        #expect(server.requests.first?.text == Self.body(dialect, #"{"role":"user","content":"Hello"}"#))
    }

    @Test(arguments: Home.Dialect.allCases)
    func `going on sends the history from the vault, the system prompt first`(dialect: Home.Dialect) async throws {
        let server = try ScriptedServer { try $0.say($0.index == 0 ? "One \"quoted\"\nline 😀" : "Two.") }
        let home = try Home(server, dialect)
        try await home.diwan("ask", "-s", "Be brief.", "First?")
        try await home.diwan("ask", "-c", "Second?")
        try await home.diwan("ask", "-c", "Third?")
        let first = #"{"role":"system","content":"Be brief."},{"role":"user","content":"First?"}"#
        let type = dialect == .responses ? #""type":"message","# : ""
        let second =
            first + ",{\(type)"
            + #""role":"assistant","content":"One \"quoted\"\nline 😀"},{"role":"user","content":"Second?"}"#
        let third = second + ",{\(type)" + #""role":"assistant","content":"Two."},{"role":"user","content":"Third?"}"#
        #expect(server.requests.map(\.text) == [first, second, third].map { Self.body(dialect, $0) })
    }

    @Test func `every documented parameter reaches acedata under its documented name`() async throws {
        let server = try ScriptedServer { try $0.say("{}") }
        let home = try Home(server)
        let tools = try home.write(
            #"[{"type":"function","function":{"name":"tide","parameters":{"type":"object","properties":{}}}}]"#,
            to: "tools.json")
        let ended = try await home.diwan(
            "ask", "-n", "3", "--temperature", "0.5", "--max-tokens", "100", "--tools", tools, "--tool-choice", "tide",
            "--response-format", "json", "--set", "top_p=0.9", "--no-stream", "Hello")
        #expect(ended.code == 0, "\(ended.errors)")
        #expect(
            server.requests.first?.text
                == #"{"model":"test-model","input":[{"role":"user","content":"Hello"}],"n":3,"tools":[{"type":"function","name":"tide","parameters":{"type":"object","properties":{}}}],"tool_choice":{"type":"function","name":"tide"},"max_tokens":100,"temperature":0.5,"response_format":{"type":"json_object"},"top_p":0.9}"#
        )
    }

    @Test func `every parameter reaches a responses upstream under the names it has for them`() async throws {
        let server = try ScriptedServer { try $0.say("{}") }
        let home = try Home(server, .responses)
        let schema = try home.write(#"{"type":"object","properties":{"a":{"type":"string"}}}"#, to: "pet.json")
        let tools = try home.write(#"{"name":"tide"}"#, to: "tools.json")
        let ended = try await home.diwan(
            "ask", "Hello", "--temperature", "0", "--max-tokens", "100", "--tools", tools, "--tool-choice", "required",
            "--schema", schema, "--set", #"metadata={"a":"b"}"#, "--no-stream")
        #expect(ended.code == 0, "\(ended.errors)")
        #expect(
            server.requests.first?.text
                == #"{"model":"test-model","input":[{"role":"user","content":"Hello"}],"tools":[{"type":"function","name":"tide","parameters":{"type":"object","properties":{}},"strict":false}],"tool_choice":"required","max_output_tokens":100,"temperature":0.0,"text":{"format":{"type":"json_schema","name":"pet","schema":{"type":"object","properties":{"a":{"type":"string"}}},"strict":true}},"store":false,"include":["reasoning.encrypted_content"],"metadata":{"a":"b"}}"#
        )
    }

    @Test func `every parameter reaches a chat upstream under the names it has for them`() async throws {
        let server = try ScriptedServer { try $0.say("{}") }
        let home = try Home(server, .chat)
        let schema = try home.write(#"{"type":"object"}"#, to: "pet.json")
        let tools = try home.write(#"[{"type":"function","function":{"name":"tide"}}]"#, to: "tools.json")
        let ended = try await home.diwan(
            "ask", "-n", "2", "--temperature", "1.25", "--max-tokens", "7", "--seed", "-42", "--tools", tools,
            "--tool-choice", "none", "--schema", schema, "--set", "logit_bias={\"50256\":-100}", "--no-stream", "Hello")
        #expect(ended.code == 0, "\(ended.errors)")
        #expect(
            server.requests.first?.text
                == #"{"model":"test-model","messages":[{"role":"user","content":"Hello"}],"n":2,"tools":[{"type":"function","function":{"name":"tide"}}],"tool_choice":"none","max_tokens":7,"temperature":1.25,"seed":-42,"response_format":{"type":"json_schema","json_schema":{"name":"pet","schema":{"type":"object"},"strict":true}},"logit_bias":{"50256":-100}}"#
        )
    }

    @Test func `a parameter the dialect has no field for is left out and said`() async throws {
        let server = try ScriptedServer(answering)
        let home = try Home(server)
        let ended = try await home.diwan("ask", "--seed", "7", "Hello")
        #expect(server.requests.first?.json["seed"] == nil)
        #expect(ended.errors.contains("scripted has no seed"))
        let forced = try await home.diwan("ask", "--set", "seed=7", "Hello")
        #expect(forced.code == 0)
        #expect(server.requests.last?.json["seed"] == 7)
    }

    @Test(arguments: [
        (["-n", "0"], "-n must be 1 to 128, not 0"), (["-n", "129"], "-n must be 1 to 128, not 129"),
        (["-n", "1.5"], "-n must be 1 to 128, not 1.5"), (["-n", "two"], "-n must be 1 to 128, not two"),
        (["--set", "n=1.5"], "--set n must be an integer from 1 to 128, not 1.5"),
        (["--set", "n=0"], "--set n must be an integer from 1 to 128, not 0"),
        (["--temperature", "2.5"], "--temperature must be 0 to 2, not 2.5"),
        (["--temperature", "-0.1"], "--temperature must be 0 to 2, not -0.1"),
        (["--temperature", "nan"], "--temperature must be 0 to 2, not nan"),
        (["--temperature", "warm"], "--temperature must be 0 to 2, not warm"),
        (["--max-tokens", "0"], "--max-tokens must be 1 or more, not 0"),
        (["--set", "temperature=3"], "--set temperature must be 0 to 2, not 3"),
        (["--set", "stream=1"], "--set stream must be true or false, not 1"),
        (["--set", "tools=[]"], "--set tools must be a list of one or more tools, not []"),
    ])
    func `what is out of range is refused before any network`(flags: [String], message: String) async throws {
        let server = try ScriptedServer(answering)
        let home = try Home(server)
        let ended = try await home.end(try home.start(["ask"] + flags + ["Hello"]))
        #expect(ended.code == 64)
        #expect(ended.output.isEmpty)
        #expect(ended.errors == "diwan: \(message). Nothing was sent.\n")
        #expect(server.connectionCount == 0)
    }

    @Test func `an n of null or 1 is the documented one`() async throws {
        let server = try ScriptedServer(answering)
        let home = try Home(server)
        #expect(try await home.diwan("ask", "--set", "n=null", "Hello").code == 0)
        #expect(try await home.diwan("ask", "-n", "1", "Hello").code == 0)
        #expect(server.requests.first?.json["n"] == .null)
        #expect(server.requests.last?.json["n"] == nil)
    }

    @Test(arguments: Home.Dialect.allCases)
    func `a dry run sends nothing and shows the very bytes that are sent then`(dialect: Home.Dialect) async throws {
        let server = try ScriptedServer(answering)
        let home = try Home(server, dialect)
        try await home.diwan("ask", "-s", "Be brief.", "First?")
        let image = try home.write([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 1, 2, 3], to: "dot.png")
        let question = ["-c", "--temperature", "0.25", "-a", image, "Second?"]
        let dry = try await home.end(try home.start(["ask", "--dry-run"] + question))
        #expect(dry.code == 0, "\(dry.errors)")
        #expect(server.requests.count == 1)
        #expect(dry.errors.contains("POST \(server.url)\(dialect.path)"))
        let sent = try await home.end(try home.start(["ask"] + question))
        #expect(sent.code == 0, "\(sent.errors)")
        #expect(server.requests.count == 2)
        #expect(server.requests.last?.text == dry.line)
        // And nothing of it was written down.
        #expect(try await home.words() == ["First?", "Fine.", "Second?", "Fine."])
    }

    @Test func `a dry run as curl is a command that sends the same`() async throws {
        let server = try ScriptedServer(answering)
        let home = try Home(server)
        let ended = try await home.shell(
            "command -v curl >/dev/null || { echo none; exit; }; eval \"$(diwan ask --dry-run=curl \"it's a 'test'\")\" >/dev/null"
        )
        guard ended.output != "none\n" else { return }
        #expect(ended.code == 0, "\(ended.errors)")
        #expect(server.requests.first?.text == Self.body(.acedata, #"{"role":"user","content":"it's a 'test'"}"#))
        #expect(server.requests.first?.target == "/openai/responses")
    }

    @Test func `--no-save asks and keeps nothing`() async throws {
        let server = try ScriptedServer(answering)
        let home = try Home(server)
        let ended = try await home.diwan("ask", "--no-save", "Hello")
        #expect(ended.output == "Fine.\n")
        #expect(!FileManager.default.fileExists(atPath: home.vaultFile))
        #expect(try FileManager.default.contentsOfDirectory(atPath: home.folder + "/tmp").isEmpty)
    }

    @Test func `call --request gives back the bytes that were sent`() async throws {
        let server = try ScriptedServer(answering)
        let home = try Home(server, .chat)
        try await home.diwan("ask", "-s", "Be brief.", "--temperature", "0.1", "Hé \u{1F600}\n\"x\"")
        #expect(try await home.diwan("call", "--request").line == server.requests.first?.text)
    }
}
