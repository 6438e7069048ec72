import Conversations
import ModelWire
import OrderedJSON
import Testing

/// An answer that a program sends back is the answer that was kept.
struct ResentAnswerTests {
    @Test func `the output of every sample, sent back as it came, is the kept answer`() throws {
        var seen = 0
        for name in try Fixture.names(suffix: ".json") where name.contains("-resp-") || name.hasPrefix("65") {
            let answer = try ModelAnswer(decoding: Fixture.bytes(name))
            guard let output = answer.body["output"]?.array, !output.isEmpty, let kept = answer.choices.first else {
                continue
            }
            for dialect in [Dialect.responses, .acedata] {
                let request = try ReceivedRequest(
                    ["model": "m", "input": .array([["role": "user", "content": "Hi"]] + output)], dialect)
                try expect(request, kept, name)
            }
            seen += 1
        }
        #expect(seen >= 5)
    }

    @Test func `the message of every choice, sent back as it came, is the kept answer`() throws {
        var seen = 0
        for name in try Fixture.names(suffix: ".json") where name.hasPrefix("3") || name.hasPrefix("6") {
            let answer = try ModelAnswer(decoding: Fixture.bytes(name))
            for (kept, choice) in zip(answer.choices, answer.body["choices"]?.array ?? []) {
                let message = choice["message"] ?? .null
                let request = try ReceivedRequest(["messages": [["role": "user", "content": "Hi"], message]], .chat)
                try expect(request, kept, name)
                seen += 1
            }
        }
        #expect(seen >= 7)
    }

    @Test(arguments: [
        #"{"role":"assistant","content":null,"tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":"{}"}}]}"#,
        #"{"role":"assistant","content":null,"refusal":"No.","annotations":[],"tool_calls":null,"audio":null}"#,
        #"{"role":"assistant","content":"Hi","reasoning_content":"hm","annotations":[{"type":"url_citation"}]}"#,
        #"{"role":"assistant","content":[{"type":"text","text":"a"},{"type":"refusal","refusal":"b"}]}"#,
        #"{"role":"assistant","content":null,"audio":{"id":"audio_1","data":"UklGRg==","expires_at":1,"transcript":"Hi"}}"#,
        #"{"role":"assistant","content":"see","images":[{"type":"image_url","image_url":{"url":"data:image/png;base64,AA=="}}]}"#,
        #"{"role":"assistant","content":"","tool_calls":[{"id":"c1","type":"custom","custom":{"name":"f","input":"free"}}]}"#,
    ])
    func `a chat answer as programs keep it is the kept answer`(message: String) throws {
        let answer = try ModelAnswer(decoding: Array(#"{"choices":[{"index":0,"message":\#(message)}]}"#.utf8))
        let request = try ReceivedRequest(#"{"messages":[{"role":"user","content":"Hi"},\#(message)]}"#, .chat)
        try expect(request, answer.choices[0], message)
    }

    @Test func `several items of one turn are one message, and what a tool gave is the next`() throws {
        let request = try ReceivedRequest(
            """
            {"input":[{"role":"user","content":"Hi"},
            {"type":"reasoning","id":"rs_1","summary":[]},
            {"type":"message","id":"msg_1","role":"assistant","status":"completed","content":[
              {"type":"output_text","text":"Let me look.","annotations":[],"logprobs":[]}]},
            {"type":"web_search_call","id":"ws_1","status":"completed"},
            {"type":"function_call","id":"fc_1","call_id":"c1","name":"f","arguments":"{}","status":"completed"},
            {"type":"custom_tool_call","call_id":"c2","name":"g","input":"free"},
            {"type":"function_call_output","call_id":"c1","output":"one"},
            {"type":"custom_tool_call_output","call_id":"c2","output":"two"},
            {"role":"assistant","content":"Done."}]}
            """, .responses)
        let messages = request.items.compactMap(\.message)
        #expect(messages.map(\.role) == [.user, .assistant, .tool, .tool, .assistant])
        #expect(messages[1].parts.count == 5)
        #expect(messages[1].parts.toolCalls.map(\.id) == ["c1", "c2"])
        #expect(messages[3].parts == [.toolResult(ToolResult(callID: "c2", output: "two", kind: "custom"))])
        #expect(messages[4].parts == [.text("Done.")])
    }

    @Test func `an item that was referred to joins its turn once it is looked up`() throws {
        let request = try ReceivedRequest(
            #"{"input":[{"role":"user","content":"Hi"},{"id":"rs_1"},{"type":"item_reference","id":"msg_1"},"#
                + #"{"type":"function_call","call_id":"c1","name":"f","arguments":"{}"}]}"#, .responses)
        #expect(request.items.count == 4)
        let found = request.items.map { item -> ReceivedItem in
            guard case .reference(let id) = item else { return item }
            return .message(
                role: .assistant, parts: [id == "rs_1" ? .reasoning(Reasoning(text: "hm")) : .text("Let me look.")])
        }
        let grouped = ReceivedItem.grouped(found).compactMap(\.message)
        #expect(grouped.map(\.role) == [.user, .assistant])
        #expect(grouped[1].parts.count == 3)
    }

    private func expect(_ request: ReceivedRequest, _ kept: AnswerChoice, _ name: String) throws {
        let user = Said.user("Hi")
        var answer = Said(kept.role)
        answer.parts = kept.parts
        let read = request.items.compactMap(\.message)
        #expect(read.map(\.role) == [.user, .assistant], "\(name)")
        #expect(read.lineages == [user, answer].lineages, "\(name): \(read)")
    }
}
