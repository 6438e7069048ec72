import Conversations
import Testing

@testable import ConversationService

@Suite struct RecordedToolsTests {
    private func call(_ id: String, _ arguments: String, _ name: String = "tide") -> ToolCall {
        ToolCall(id: id, name: name, arguments: arguments)
    }

    @Test func `the same tools with the same arguments are found whatever their spelling and order`() {
        let tools = RecordedTools(
            recorded: [call("a", #"{"x":1,"y":[true,{"b":2,"a":"é"}]}"#), call("b", "{}")],
            asked: [call("2", " { } "), call("1", #"{ "y": [true, {"a": "\u00e9", "b": 2.0}], "x": 1 }"#)])
        #expect(tools.ids == ["a": "1", "b": "2"])
    }

    @Test func `other arguments, another tool, or more calls are not the recorded ones`() {
        #expect(RecordedTools(recorded: [call("a", "{}")], asked: [call("1", #"{"x":1}"#)]).ids == nil)
        #expect(RecordedTools(recorded: [call("a", "{}")], asked: [call("1", "{}", "moon")]).ids == nil)
        #expect(RecordedTools(recorded: [call("a", "{}")], asked: [call("1", "{}"), call("2", "{}")]).ids == nil)
        #expect(RecordedTools(recorded: [call("a", "[1,2]")], asked: [call("1", "[2,1]")]).ids == nil)
    }

    @Test func `results are renamed, and nothing else of their messages`() throws {
        let message = Message(
            id: MessageID(at: Timestamp(milliseconds: 1)), threadID: ThreadID(at: Timestamp(milliseconds: 1)),
            parentID: nil, position: 0, lineage: .beginning, role: .tool,
            parts: [.toolResult(ToolResult(callID: "a", output: "06:10")), .text("and so")],
            createdAt: Timestamp(milliseconds: 1))
        let results = RecordedTools.results([message], under: ["a": "1"])
        #expect(results.count == 1 && results[0].role == .tool)
        #expect(results[0].parts == [.toolResult(ToolResult(callID: "1", output: "06:10")), .text("and so")])
    }
}
