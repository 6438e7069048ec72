import Conversations
import ModelWire
import OrderedJSON
import Testing

/// What programs send is read whole, in three dialects.
struct ReceivedRequestTests {
    @Test func `the request with nearly every parameter of the Responses API`() throws {
        let request = try ReceivedRequest(
            body: Fixture.bytes("Requests/01-req-responses-full.json"), dialect: .responses)
        #expect(request.model == "gpt-4o-mini")
        #expect(request.instructions == "Be brief.")
        #expect(request.stores && !request.streams && !request.isBackground && !request.truncates)
        #expect(request.previousResponseID == nil && request.conversationID == nil)
        #expect(request.metadata?["thread"] == "t-1")
        let messages = request.items.compactMap(\.message)
        #expect(messages.map(\.role) == [.developer, .user, .assistant, .user])
        #expect(
            messages[1].parts == [
                .text("What is in the picture, and what does the file say? 潮汐 🌊"),
                .image(
                    MessageMedia(
                        source: .url("data:image/png;base64,iVBORw0KGgo="), mediaType: "image/png", detail: "auto")),
                .file(
                    MessageMedia(
                        source: .url("data:text/plain;base64,dGlkZXM="), mediaType: "text/plain", name: "notes.txt")),
            ])
        let parameters = request.parameters
        #expect(parameters.maxTokens == 256 && parameters.temperature == 0.2)
        #expect(parameters.tools?[0]?["function"]?["name"] == "lookup_tide")
        #expect(parameters.toolChoice == "auto")
        #expect(parameters.responseFormat == ["type": "text"])
        #expect(
            parameters.extras.keys == ["top_p", "parallel_tool_calls", "include", "top_logprobs", "service_tier"])
    }

    @Test func `a round trip of tools with a reference`() throws {
        let request = try ReceivedRequest(
            body: Fixture.bytes("Requests/02-req-responses-tool-roundtrip.json"), dialect: .responses)
        #expect(!request.stores)
        #expect(request.items.count == 4)
        let messages = request.items.compactMap(\.message)
        #expect(messages.map(\.role) == [.user, .assistant, .tool])
        #expect(request.items.last == .reference("msg_prev1"))
    }

    @Test func `the documented request`() throws {
        let request = try ReceivedRequest(
            body: Fixture.bytes("Requests/03-req-acedata-responses.json"), dialect: .acedata)
        #expect(request.parameters.choices == 3)
        #expect(request.parameters.maxTokens == 64)
        #expect(request.parameters.temperature == 1)
        #expect(request.parameters.responseFormat == ["type": "json_object"])
        #expect(request.parameters.extras.isEmpty)
        #expect(request.items == [.message(role: .user, parts: [.text("Hello")])])
    }

    @Test func `the written parameters are read as they were`() throws {
        var parameters = CallParameters(choices: 2, temperature: 0.5, maxTokens: 64, seed: 7)
        parameters.tools = [
            ["type": "function", "function": ["name": "f", "parameters": ["type": "object"], "strict": true]],
            ["type": "custom", "custom": ["name": "g"]], ["type": "web_search"],
        ]
        parameters.toolChoice = ["type": "function", "function": ["name": "f"]]
        parameters.responseFormat = ["type": "json_schema", "json_schema": ["name": "s", "schema": [:]]]
        for dialect in Dialect.allCases {
            var asked = parameters
            if dialect == .responses { asked.choices = nil }
            let body = try RequestWriter.body(dialect, parameters: asked, storesAtUpstream: true)
            var read = try ReceivedRequest(body, dialect).parameters
            if dialect != .chat { (asked.seed, read.seed) = (nil, nil) }
            #expect(read == asked, "\(dialect)")
        }
    }

    @Test func `an allowed choice of tools comes back as it was`() throws {
        let choice: JSON = [
            "type": "allowed_tools", "mode": "auto",
            "tools": [["type": "function", "name": "f"], ["type": "web_search"]],
        ]
        let request = try ReceivedRequest(["input": "Hi", "tool_choice": choice], .responses)
        #expect(request.parameters.toolChoice?["allowed_tools"]?["tools"]?[0]?["function"]?["name"] == "f")
        let body = try RequestWriter.body(.responses, parameters: request.parameters)
        #expect(try JSON(parsing: body)["tool_choice"] == choice)
    }

    @Test func `words alone are what the user says`() throws {
        for dialect in [Dialect.responses, .acedata] {
            let request = try ReceivedRequest(#"{"model":"m","input":"Hi","conversation":{"id":"conv_1"}}"#, dialect)
            #expect(request.items == [.message(role: .user, parts: [.text("Hi")])])
            #expect(request.conversationID == "conv_1")
        }
    }

    @Test func `null is as good as nothing`() throws {
        let names = [
            "instructions", "stream", "background", "store", "previous_response_id", "conversation", "metadata",
            "temperature", "top_p", "tools", "tool_choice", "text", "reasoning", "include", "truncation", "n", "seed",
            "max_output_tokens", "top_logprobs", "response_format", "max_tokens", "stream_options", "stop", "logprobs",
        ]
        for dialect in Dialect.allCases {
            var body: JSONObject = ["model": "m"]
            body[dialect == .chat ? "messages" : "input"] = [["role": "user", "content": "Hi"]]
            for name in names { body[name] = .null }
            let request = try ReceivedRequest(.object(body), dialect)
            #expect(request.stores && !request.streams)
            var parameters = request.parameters
            parameters.extras = JSONObject(parameters.extras.filter { !$0.value.isNull })
            #expect(parameters == CallParameters())
        }
    }

    @Test func `what nobody knows is kept in its order`() throws {
        let request = try ReceivedRequest(
            #"{"zeta":1e2,"model":"m","input":"Hi","alpha":{"b":1,"a":2},"seed":5}"#, .responses)
        #expect(
            request.parameters.extras == [
                "zeta": .number(try #require(JSONNumber(spelling: "1e2"))),
                "alpha": ["b": 1, "a": 2], "seed": 5,
            ])
        #expect(request.parameters.seed == 5)
    }

    @Test func `the prompt of a chat is the words before all others`() throws {
        let request = try ReceivedRequest(
            """
            {"messages":[{"role":"system","content":"One."},{"role":"developer","content":[{"type":"text","text":"Two."}]},
            {"role":"user","content":"Hi"},{"role":"system","content":"Later."}]}
            """, .chat)
        #expect(request.instructions == "One.\n\nTwo.")
        #expect(request.items.compactMap(\.message?.role) == [.user, .system])
        let alone = try ReceivedRequest(#"{"messages":[{"role":"system","content":"One."}]}"#, .chat)
        #expect(alone.instructions == nil && alone.items.count == 1)
        let shown = try ReceivedRequest(
            #"{"messages":[{"role":"system","content":[{"type":"image_url","image_url":{"url":"https://e.test/i"}}]},"#
                + #"{"role":"user","content":"Hi"}]}"#, .chat)
        #expect(shown.instructions == nil && shown.items.count == 2)
    }

    @Test func `functions of the form before tools`() throws {
        let request = try ReceivedRequest(
            """
            {"functions":[{"name":"f","parameters":{}}],"function_call":{"name":"f"},"messages":[
            {"role":"user","content":"Hi"},
            {"role":"assistant","content":null,"function_call":{"name":"f","arguments":"{}"}},
            {"role":"function","name":"f","content":"out"},
            {"role":"assistant","content":null,"function_call":{"name":"f","arguments":"{}"}},
            {"role":"function","name":"f","content":"again"}]}
            """, .chat)
        #expect(request.parameters.tools == [["type": "function", "function": ["name": "f", "parameters": [:]]]])
        #expect(request.parameters.toolChoice == ["type": "function", "function": ["name": "f"]])
        let messages = request.items.compactMap(\.message)
        let calls = messages.flatMap(\.parts.toolCalls).map(\.id)
        #expect(Set(calls).count == 2)
        #expect(messages[2].parts == [.toolResult(ToolResult(callID: calls[0], output: "out"))])
        #expect(messages[4].parts == [.toolResult(ToolResult(callID: calls[1], output: "again"))])
    }

    @Test func `what a tool gives besides words is kept beside them`() throws {
        let request = try ReceivedRequest(
            """
            {"input":[{"role":"user","content":"Hi"},{"type":"function_call","call_id":"c1","name":"f","arguments":"{}"},
            {"type":"function_call_output","call_id":"c1","output":[{"type":"input_text","text":"a"},
            {"type":"input_image","image_url":"https://e.test/i.png"},{"type":"input_text","text":"b"},
            {"type":"novel","x":1}]}]}
            """, .responses)
        #expect(
            request.items.last?.message?.parts == [
                .toolResult(ToolResult(callID: "c1", output: "a\nb")),
                .image(MessageMedia(source: .url("https://e.test/i.png"))), .unknown(["type": "novel", "x": 1]),
            ])
    }

    @Test(arguments: [
        ("web_search_call", Role.assistant), ("computer_call", .assistant), ("compaction", .assistant),
        ("mcp_list_tools", .assistant), ("novel", .assistant), ("computer_call_output", .tool),
        ("local_shell_call_output", .tool), ("mcp_approval_response", .tool), ("additional_tools", .developer),
    ])
    func `an item nobody can read is the model's, the tool's or the program's by its type`(
        type: String, role: Role
    )
        throws
    {
        let item: JSON = ["type": .string(type), "id": "x_1", "more": [1]]
        let request = try ReceivedRequest(["input": [["role": "user", "content": "Hi"], item]], .responses)
        #expect(request.items.last == .message(role: role, parts: [.unknown(item)]))
    }

    @Test func `messages of chat among the documented ones`() throws {
        let request = try ReceivedRequest(
            """
            {"model":"m","input":[{"role":"user","content":[{"type":"text","text":"Hi"},
            {"type":"image_url","image_url":{"url":"https://e.test/i.png"}}]},
            {"role":"assistant","content":null,"tool_calls":[{"id":"c1","type":"function",
            "function":{"name":"f","arguments":"{}"}}]},
            {"role":"tool","tool_call_id":"c1","content":"out"}]}
            """, .acedata)
        #expect(request.items.compactMap(\.message?.role) == [.user, .assistant, .tool])
    }
}
