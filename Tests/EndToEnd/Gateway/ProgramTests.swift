import OrderedJSON
import TestSupport
import Testing

/// Programs that others wrote hold conversations with tools through the service, whatever its upstream speaks; each
/// conversation is one thread, word for word.
@Suite(.enabled(if: PythonEnvironments.folder != nil, "DIWAN_TEST_PYTHON is not set"))
struct ProgramTests {
    @Test(arguments: ["llm", "langchain", "agents"], ["chat", "responses"])
    func `a program's conversation with tools is one thread`(program: String, dialect: String) async throws {
        let model = try ScriptedModel()
        defer { model.stop() }
        try await ServedHome.with(upstream: model.url, dialect: dialect) { served in
            let told = try await served.python(
                environment: program, script: "sdk/\(program).py", arguments: [served.url])
            let held = try told.split(separator: "\n").map { try JSON(parsing: String($0)) }
            var expected: [String] = []
            for conversation in held where conversation["isKept"]?.bool == true {
                expected.append(Self.words(conversation["messages"]?.array ?? []))
            }
            #expect(expected.count >= 2)
            let threads = try await served.home.diwan("list", "--programs", "--json")
            var kept: [String] = []
            for line in threads.output.split(separator: "\n") {
                let handle = try #require(try JSON(parsing: String(line))["handle"]?.string)
                #expect(try JSON(parsing: String(line))["branch_count"] == 1)
                kept.append(Self.words(ofPath: try await served.home.path(handle)))
            }
            #expect(kept.sorted() == expected.sorted())
        }
    }

    private static func words(_ messages: [JSON]) -> String {
        messages.map { "\($0[0]?.string ?? "?"): \($0[1]?.string ?? "?")\n" }.joined()
    }

    /// A path in the same words: what is said, called and given back.
    private static func words(ofPath path: [JSON]) -> String {
        path.map { message in
            let pieces = (message["parts"]?.array ?? []).map { part -> String in
                switch part["type"]?.string {
                case "tool_call": "\(part["name"]?.string ?? "?") \(part["arguments"]?.string ?? "?")"
                case "tool_result": part["output"]?.string ?? "?"
                default: part["text"]?.string ?? "?"
                }
            }
            return "\(message["role"]?.string ?? "?"): \(pieces.joined(separator: " "))\n"
        }.joined()
    }
}
