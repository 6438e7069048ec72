import Conversations
import ModelWire
import OrderedJSON
import TestSupport
import Testing

/// Never a call without its result, never a result without its call.
struct ToolPairingTests {
    private static let one = MessagePart.toolCall(ToolCall(id: "c1", name: "f", arguments: #"{"a":1}"#))
    private static let two = MessagePart.toolCall(ToolCall(id: "c2", name: "g", arguments: "{}"))

    private static func result(_ id: String, _ output: String = "out") -> Said {
        Said(.tool, .toolResult(ToolResult(callID: id, output: output)))
    }

    private func messages(_ dialect: Dialect, _ said: [Said]) throws -> String {
        let body = try RequestWriter.body(dialect, said, storesAtUpstream: true)
        let name = dialect == .chat ? "messages" : "input"
        return try #require(try JSON(parsing: body)[name]).text()
    }

    /// The type that an assistant's message goes by in `responses` alone.
    private static func type(_ dialect: Dialect) -> String { dialect == .responses ? #""type":"message","# : "" }

    @Test func `a round trip in chat`() throws {
        let said: [Said] = [
            .user("q"), Said(.assistant, .text("let me see"), Self.one, Self.two), Self.result("c2", "2"),
            Self.result("c1", "1"), .assistant("done"),
        ]
        #expect(
            try messages(.chat, said)
                == #"[{"role":"user","content":"q"},{"role":"assistant","content":"let me see","tool_calls":["#
                + #"{"id":"c1","type":"function","function":{"name":"f","arguments":"{\"a\":1}"}},"#
                + #"{"id":"c2","type":"function","function":{"name":"g","arguments":"{}"}}]},"#
                + #"{"role":"tool","tool_call_id":"c2","content":"2"},{"role":"tool","tool_call_id":"c1","content":"1"},"#
                + #"{"role":"assistant","content":"done"}]"#)
    }

    @Test(arguments: [Dialect.acedata, .responses])
    func `a round trip in items`(dialect: Dialect) throws {
        let said: [Said] = [
            .user("q"), Said(.assistant, .text("let me see"), Self.one, Self.two),
            Said(
                .tool, .toolResult(ToolResult(callID: "c1", output: "1")),
                .toolResult(ToolResult(callID: "c2", output: "2"))),
        ]
        #expect(
            try messages(dialect, said)
                == #"[{"role":"user","content":"q"},{"# + Self.type(dialect)
                + #""role":"assistant","content":"let me see"},"#
                + #"{"type":"function_call","call_id":"c1","name":"f","arguments":"{\"a\":1}"},"#
                + #"{"type":"function_call","call_id":"c2","name":"g","arguments":"{}"},"#
                + #"{"type":"function_call_output","call_id":"c1","output":"1"},"#
                + #"{"type":"function_call_output","call_id":"c2","output":"2"}]"#)
    }

    @Test func `calls without words have null content in chat`() throws {
        #expect(
            try messages(.chat, [Said(.assistant, Self.two), Self.result("c2")])
                == #"[{"role":"assistant","content":null,"tool_calls":[{"id":"c2","type":"function","function":{"name":"g","arguments":"{}"}}]},{"role":"tool","tool_call_id":"c2","content":"out"}]"#
        )
    }

    @Test func `custom tools keep their kind`() throws {
        let call = MessagePart.toolCall(ToolCall(id: "c", name: "f", arguments: "free", kind: "custom"))
        let result = MessagePart.toolResult(ToolResult(callID: "c", output: "o", kind: "custom"))
        let said = [Said(.assistant, call), Said(.tool, result)]
        #expect(
            try messages(.responses, said)
                == #"[{"type":"custom_tool_call","call_id":"c","name":"f","input":"free"},{"type":"custom_tool_call_output","call_id":"c","output":"o"}]"#
        )
        #expect(
            try messages(.chat, said)
                == #"[{"role":"assistant","content":null,"tool_calls":[{"id":"c","type":"custom","custom":{"name":"f","input":"free"}}]},{"role":"tool","tool_call_id":"c","content":"o"}]"#
        )
    }

    @Test(arguments: Dialect.allCases)
    func `an unanswered call is left out and its words stay`(dialect: Dialect) throws {
        let expected = "[{" + Self.type(dialect) + #""role":"assistant","content":"a"},{"role":"user","content":"b"}]"#
        #expect(try messages(dialect, [Said(.assistant, .text("a"), Self.one), .user("b")]) == expected)
        // At the end of a path too, and where nothing was said beside it.
        #expect(try messages(dialect, [Said(.assistant, Self.one)]) == "[]")
        #expect(
            try messages(dialect, [Said(.assistant, Self.one), .user("b")]) == #"[{"role":"user","content":"b"}]"#)
    }

    @Test(arguments: Dialect.allCases)
    func `a result nobody asked for is left out`(dialect: Dialect) throws {
        let expected = #"[{"role":"user","content":"a"},{"role":"user","content":"b"}]"#
        #expect(try messages(dialect, [Self.result("c1"), .user("a"), Self.result("c9"), .user("b")]) == expected)
        #expect(try messages(dialect, [.user("a"), Said(.tool, .text("words")), .user("b")]) == expected)
    }

    @Test(arguments: Dialect.allCases)
    func `a result that comes after another message is too late`(dialect: Dialect) throws {
        #expect(
            try messages(dialect, [Said(.assistant, Self.one), .user("b"), Self.result("c1")])
                == #"[{"role":"user","content":"b"}]"#)
    }

    @Test(arguments: Dialect.allCases)
    func `the first result counts`(dialect: Dialect) throws {
        let text = try messages(
            dialect, [Said(.assistant, Self.one), Self.result("c1", "first"), Self.result("c1", "second")])
        #expect(text.contains("first") && !text.contains("second"))
    }

    @Test(arguments: Dialect.allCases)
    func `what a tool shows beside its words follows all results`(dialect: Dialect) throws {
        let image = MessagePart.image(MessageMedia(source: .url("https://example.test/i.png")))
        let said: [Said] = [
            Said(.assistant, Self.one, Self.two),
            Said(.tool, .toolResult(ToolResult(callID: "c1", output: "1")), image), Self.result("c2", "2"),
        ]
        let array = try #require(try JSON(parsing: messages(dialect, said)).array)
        #expect(array.last?["role"]?.string == "user")
        #expect(array.last?["content"]?.array?.count == 1)
        #expect(array.dropLast().last?["output"]?.string ?? array.dropLast().last?["content"]?.string == "2")
    }

    @Test(arguments: Dialect.allCases)
    func `whatever a path holds, calls and results pair up`(dialect: Dialect) throws {
        var random = SeededNumbers(seed: 42)
        for _ in 0..<300 {
            var said: [Said] = []
            for _ in 0..<Int.random(in: 0...10, using: &random) {
                var message = Said(
                    [Role.user, .assistant, .tool, .system].randomElement(using: &random) ?? .user)
                for _ in 0..<Int.random(in: 0...4, using: &random) {
                    let id = "c\(Int.random(in: 0...3, using: &random))"
                    switch Int.random(in: 0...5, using: &random) {
                    case 0, 1: message.parts.append(.text("w"))
                    case 2: message.parts.append(.toolResult(ToolResult(callID: id, output: "o")))
                    case 3:
                        // A message never calls twice under one id.
                        if !message.parts.toolCalls.contains(where: { $0.id == id }) {
                            message.parts.append(.toolCall(ToolCall(id: id, name: "f", arguments: "{}")))
                        }
                    case 4: message.parts.append(.refusal("no"))
                    default: message.parts.append(.unknown(["type": "x"]))
                    }
                }
                said.append(message)
            }
            let array = try #require(try JSON(parsing: messages(dialect, said)).array)
            var open: [String] = []
            for item in array {
                let isResult = item["tool_call_id"] != nil || item["output"] != nil
                if isResult, let id = item["tool_call_id"]?.string ?? item["call_id"]?.string {
                    let index = try #require(open.firstIndex(of: id), "a result without its call")
                    open.remove(at: index)
                } else if item["type"]?.string == "function_call" {
                    open.append(try #require(item["call_id"]?.string))
                } else {
                    // In chat the results follow their message at once; items keep the order the model had.
                    if dialect == .chat { #expect(open.isEmpty, "a call without its result") }
                    open += item["tool_calls"]?.array?.compactMap { $0["id"]?.string } ?? []
                    #expect(item["content"] != nil)
                }
            }
            #expect(open.isEmpty, "a call without its result at the end")
        }
    }
}
