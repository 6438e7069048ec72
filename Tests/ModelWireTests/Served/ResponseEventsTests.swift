import Conversations
import ModelWire
import OrderedJSON
import Testing

struct ResponseEventsTests {
    private static let uid = ServedStream.uids[0]

    private static func chunk(_ delta: String, reason: String = "null") -> [UInt8] {
        [UInt8](
            #"{"id":"c1","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":"#
                + delta + #","finish_reason":"# + reason + "}]}")
    }

    private static let thoughtWordsCall = [
        chunk(#"{"role":"assistant","content":""}"#), chunk(#"{"reasoning_content":"Let me"}"#),
        chunk(#"{"reasoning_content":" see"}"#), chunk(#"{"content":"Look"}"#), chunk(#"{"content":"ing."}"#),
        chunk(
            #"{"tool_calls":[{"index":0,"id":"call_a","type":"function","function":{"name":"tide","arguments":""}}]}"#),
        chunk(#"{"tool_calls":[{"index":0,"function":{"arguments":"{\"a\":1}"}}]}"#),
        chunk("{}", reason: #""tool_calls""#), Array("[DONE]".utf8),
    ]

    @Test func `a chat upstream's thought, words and call are three items, each closed before the next`() throws {
        let stream = try ServedStream.responses(Self.thoughtWordsCall)
        #expect(
            stream.types == [
                "response.created", "response.in_progress", "response.output_item.added",
                "response.reasoning_summary_part.added", "response.reasoning_summary_text.delta",
                "response.reasoning_summary_text.delta", "response.reasoning_summary_text.done",
                "response.reasoning_summary_part.done", "response.output_item.done", "response.output_item.added",
                "response.content_part.added", "response.output_text.delta", "response.output_text.delta",
                "response.output_text.done", "response.content_part.done", "response.output_item.done",
                "response.output_item.added", "response.function_call_arguments.delta",
                "response.function_call_arguments.done", "response.output_item.done", "response.completed",
            ])
        #expect(stream.accumulated.faults == [])
        #expect(
            stream.accumulated.output.map { $0["id"]?.string } == [
                "rs_\(Self.uid)_0", "msg_\(Self.uid)", "fc_\(Self.uid)_0",
            ])
        let items = try ConversationItems.items(
            of: stream.answer.choices[0].parts, role: .assistant, messageUID: Self.uid, status: .complete,
            blobs: NoBlobs())
        #expect(items.map { JSON.object($0.json) } == stream.accumulated.output)
    }

    @Test func `a delta is written with its item, its place and its number`() throws {
        let stream = try ServedStream.responses(Self.thoughtWordsCall)
        #expect(
            stream.events[11].framed(named: true).text
                == "event: response.output_text.delta\ndata: {\"type\":\"response.output_text.delta\","
                + "\"sequence_number\":11,\"item_id\":\"msg_\(Self.uid)\",\"output_index\":1,\"content_index\":0,"
                + "\"delta\":\"Look\",\"logprobs\":[]}\n\n")
        let bare = try ServedStream.responses(Self.thoughtWordsCall, isDocumented: true).events[11]
        #expect(bare.framed(named: false).text.hasPrefix("data: {"))
        #expect(try JSON(parsing: bare.data)["model"] == "a-model")
    }

    @Test func `the same payloads give the same bytes, whatever was sent of them before`() throws {
        for name in try Fixture.names(suffix: ".sse") where !name.hasPrefix("90") {
            let payloads = try ReplayedStream(Fixture.bytes(name)).payloads
            let once = try ServedStream.responses(payloads)
            #expect(try ServedStream.responses(payloads).events == once.events, "\(name)")
            // One sample begins in its middle: its end has other words than its deltas.
            if !name.hasPrefix("58") { #expect(once.accumulated.faults == [], "\(name)") }
            #expect(once.accumulated.output == once.accumulated.finalOutput, "\(name)")
            let chat = try ServedStream.chat(payloads)
            #expect(try ServedStream.chat(payloads).events == chat.events, "\(name)")
            #expect(chat.chunks.faults == [], "\(name)")
        }
    }

    @Test func `a background run is queued before it is in progress`() {
        var head = ServedStream.head
        head.asked.isBackground = true
        var events = ResponseEvents(head: head, messageUIDs: [Self.uid])
        let begun = events.begin()
        #expect(begun.map(\.type) == ["response.created", "response.queued", "response.in_progress"])
        let states = begun.map { (try? JSON(parsing: $0.data))?["response"]?["status"]?.string }
        #expect(states == ["queued", "queued", "in_progress"])
        #expect(events.begin().isEmpty)
    }

    @Test func `a beginning that a retry repeats is not told again`() throws {
        let created = #"{"type":"response.created","response":{"id":"r","object":"response","output":[]}}"#
        let delta =
            #"{"type":"response.output_text.delta","item_id":"m","output_index":0,"content_index":0,"delta":"Hi"}"#
        let stream = try ServedStream.responses([[UInt8](created), [UInt8](created), [UInt8](delta)])
        #expect(stream.types.filter { $0 == "response.created" }.count == 1)
        #expect(stream.accumulated.faults == [])
    }

    @Test func `what a hosted tool does goes on under the numbers it has here`() throws {
        let payloads = [
            #"{"type":"response.created","response":{"id":"r","output":[]}}"#,
            // A message that says nothing is none: the search is the first item here.
            #"{"type":"response.output_item.added","output_index":0,"item":{"id":"m0","type":"message","content":[]}}"#,
            #"{"type":"response.output_item.added","output_index":1,"sequence_number":9,"item":{"id":"ws_1","type":"web_search_call","status":"in_progress"}}"#,
            #"{"type":"response.web_search_call.searching","output_index":1,"item_id":"ws_1","sequence_number":10,"obfuscation":"x","new":7}"#,
            #"{"type":"response.output_item.done","output_index":1,"item":{"id":"ws_1","type":"web_search_call","status":"completed","action":{"type":"search"}}}"#,
            #"{"type":"response.output_text.delta","output_index":2,"item_id":"m1","content_index":0,"delta":"Found."}"#,
            #"{"type":"response.output_text.annotation.added","output_index":2,"item_id":"m1","content_index":0,"annotation_index":4,"annotation":{"type":"url_citation","url":"u","title":"t","start_index":0,"end_index":1}}"#,
        ]
        let stream = try ServedStream.responses(payloads.map { [UInt8]($0) })
        #expect(stream.accumulated.faults == [])
        let searching = try #require(stream.events.first { $0.type == "response.web_search_call.searching" })
        #expect(
            searching.data.text
                == #"{"type":"response.web_search_call.searching","sequence_number":3,"output_index":0,"item_id":"ws_1","new":7}"#
        )
        #expect(stream.accumulated.output.map { $0["id"]?.string } == ["ws_1", "msg_\(Self.uid)"])
        let annotation = try #require(stream.events.first { $0.type == "response.output_text.annotation.added" })
        #expect(try JSON(parsing: annotation.data)["annotation_index"] == 0)
        #expect(stream.accumulated.output[1]["content"]?[0]?["annotations"]?[0]?["url"] == "u")
        // The stream was cut: its last item is not whole.
        #expect(stream.accumulated.output.map { $0["status"]?.string } == ["completed", "incomplete"])
        #expect(stream.types.last == "response.incomplete")
    }

    @Test func `an answer that failed ends with an error and a failed response`() throws {
        let stream = try ServedStream.responses([
            Self.chunk(#"{"content":"Half"}"#),
            [UInt8](#"{"error":{"message":"gone","type":"server_error","code":502},"choices":[]}"#),
        ])
        #expect(stream.types.suffix(3) == ["response.output_item.done", "error", "response.failed"])
        let error = try #require(stream.accumulated.errors.first)
        #expect(error["message"] == "gone")
        #expect(error["code"] == "502")
        #expect(error["param"] == .null)
        #expect(error["error"] == nil)
        #expect(stream.accumulated.final?["error"] == ["code": "server_error", "message": "gone"])
        #expect(stream.accumulated.output[0]["status"] == "incomplete")
    }

    @Test func `a whole body is told as a stream of the same words`() throws {
        for name in try Fixture.names(suffix: ".json") where name.hasPrefix("1") || name.hasPrefix("3") {
            let stream = try ServedStream.responses([Fixture.bytes(name)])
            #expect(stream.accumulated.faults == [], "\(name)")
            #expect(stream.accumulated.output == stream.accumulated.finalOutput, "\(name)")
            let chunks = try ServedStream.chat([Fixture.bytes(name)])
            #expect(chunks.chunks.faults == [], "\(name)")
            for choice in chunks.answer.choices {
                #expect(chunks.chunks.choices[choice.index]?.text == choice.parts.text, "\(name)")
            }
        }
    }

    @Test func `fragments of calls that are mixed all arrive whole`() throws {
        func fragment(_ index: Int, _ arguments: String, head: String = "") -> [UInt8] {
            Self.chunk(#"{"tool_calls":[{"index":\#(index),\#(head)"function":{\#(arguments)}}]}"#)
        }
        let stream = try ServedStream.responses([
            fragment(0, #""name":"a","arguments":"{\"x\"""#, head: #""id":"c0","#),
            fragment(1, #""name":"b","arguments":"{\"y\"""#, head: #""id":"c1","#),
            fragment(0, #""arguments":":1}""#), fragment(1, #""arguments":":2}""#),
            Self.chunk("{}", reason: #""tool_calls""#),
        ])
        #expect(stream.accumulated.faults == [])
        #expect(stream.accumulated.output.map { $0["arguments"]?.string } == [#"{"x":1}"#, #"{"y":2}"#])
    }

    @Test func `of several choices the stream tells the first, and the documented end has them all`() throws {
        let payloads = try ReplayedStream(Fixture.bytes("71-stream-chat-n3.sse")).payloads
        let stream = try ServedStream.responses(payloads, choicesAsked: 3, isDocumented: true)
        #expect(stream.accumulated.faults == [])
        #expect(stream.accumulated.output.count == 1)
        let choices = try #require(stream.accumulated.final?["choices"]?.array)
        #expect(choices.map { $0["message"]?["content"]?.string } == stream.answer.choices.map(\.parts.text))
        #expect(stream.accumulated.output[0]["content"]?[0]?["text"] == choices[0]["message"]?["content"])
    }
}
