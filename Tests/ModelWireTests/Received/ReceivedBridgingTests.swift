import Conversations
import ModelWire
import OrderedJSON
import Testing

/// What goes on to the upstream: as it came to one of the same dialect, by the names it knows to another.
struct ReceivedBridgingTests {
    @Test func `every value goes on with the bytes it came with`() throws {
        let body = """
            \u{FEFF} {"input" : [ {"role":"user","content":"\\u00e9 \\ud83c\\udf0a \\/"} ],
             "model":"ours", "temperature": 1.00, "metadata":{"a":"b"},"store":true,"background":false, "stream":false,
             "previous_response_id":null, "conversation":null, "x" : 1e+02 ,"y":"}{]["  }
            """
        let request = try ReceivedRequest(body, .responses)
        #expect(
            request.forwarded(model: "theirs").text == """
                {"input":[ {"role":"user","content":"\\u00e9 \\ud83c\\udf0a \\/"} ],"temperature":1.00,"x":1e+02,\
                "y":"}{][","model":"theirs","stream":true,"store":false}
                """)
    }

    @Test func `a chat goes on asking for its usage`() throws {
        let request = try ReceivedRequest(
            #"{"messages":[{"role":"user","content":"Hi"}],"stream":true,"stream_options":{"include_obfuscation":false},"#
                + #""store":true,"n":2}"#, .chat)
        #expect(
            request.forwarded(model: "m").text
                == #"{"messages":[{"role":"user","content":"Hi"}],"n":2,"model":"m","stream":true,"#
                + #""stream_options":{"include_obfuscation":false,"include_usage":true}}"#)
        #expect(!request.includesUsage)
    }

    @Test func `who does not want it stored is heard by every upstream`() throws {
        let bodies: [(Dialect, String)] = [
            (.acedata, #"{"model":"m","input":"Hi","store":false}"#), (.responses, #"{"input":"Hi","store":false}"#),
            (.chat, #"{"messages":[{"role":"user","content":"Hi"}],"store":false}"#),
        ]
        for (dialect, body) in bodies {
            let forwarded = try ReceivedRequest(body, dialect).forwarded(model: "m")
            #expect(try JSON(parsing: forwarded)["store"] == false)
        }
    }

    @Test func `every sample goes on as a request that is read the same`() throws {
        for (name, dialect) in [("01-req-responses-full", Dialect.responses), ("03-req-acedata-responses", .acedata)] {
            let request = try ReceivedRequest(body: Fixture.bytes("Requests/\(name).json"), dialect: dialect)
            let again = try ReceivedRequest(body: request.forwarded(model: "x"), dialect: dialect)
            #expect(again.items == request.items)
            #expect(again.model == "x" && again.streams && again.metadata == nil)
        }
    }

    @Test(arguments: [
        (
            Dialect.responses, #""tools":[{"type":"function","name":"f"},{"type":"web_search"}]"#, Dialect.chat,
            "tools[1]"
        ),
        (.responses, #""prompt":{"id":"pmpt_1"}"#, .chat, "prompt"),
        (.responses, #""moderation":{"model":"x"}"#, .chat, "moderation"),
        (.acedata, #""tool_choice":{"type":"file_search"}"#, .chat, "tool_choice"),
        (.acedata, #""n":2"#, .responses, "n"),
        (.chat, #""n":2"#, .responses, "n"),
        (.chat, #""modalities":["text","audio"]"#, .responses, "modalities"),
        (.chat, #""audio":{"voice":"x"}"#, .acedata, "audio"),
        (.chat, #""stop":["x"]"#, .responses, "stop"),
        (.chat, #""web_search_options":{"search_context_size":"low"}"#, .responses, "web_search_options"),
        (.chat, #""presence_penalty":1"#, .acedata, "presence_penalty"),
    ])
    func `what has no counterpart is named`(dialect: Dialect, field: String, target: Dialect, param: String) throws {
        let head = dialect == .chat ? #""messages":[{"role":"user","content":"Hi"}]"# : #""model":"m","input":"Hi""#
        let request = try ReceivedRequest("{\(head),\(field)}", dialect)
        let fault = try #require(request.unbridgeable(to: target))
        #expect(fault.param == param && fault.code == "unsupported_parameter")
        #expect(request.unbridgeable(to: dialect) == nil)
    }

    @Test func `what has one goes by its name there`() throws {
        let request = try ReceivedRequest(
            #"{"input":"Hi","reasoning":{"effort":"low","summary":"auto"},"text":{"verbosity":"low"},"top_p":0.5,"#
                + #""include":["reasoning.encrypted_content"],"user":"u","tools":[],"prompt":null,"top_logprobs":3}"#,
            .responses)
        #expect(request.unbridgeable(to: .chat) == nil)
        #expect(
            request.parameters(for: .chat).extras == [
                "reasoning_effort": "low", "verbosity": "low", "top_p": 0.5, "user": "u", "logprobs": true,
                "top_logprobs": 3,
            ])
        #expect(request.parameters(for: .acedata).extras == request.parameters.extras)
        let chat = try ReceivedRequest(
            #"{"messages":[{"role":"user","content":"Hi"}],"reasoning_effort":"low","verbosity":"high","logprobs":true,"#
                + #""stop":null,"frequency_penalty":0,"novel":1}"#, .chat)
        #expect(chat.unbridgeable(to: .responses) == nil)
        #expect(
            chat.parameters(for: .responses).extras == [
                "reasoning": ["effort": "low"], "text": ["verbosity": "high"],
                "include": ["message.output_text.logprobs"], "novel": 1,
            ])
    }

    @Test func `what only an upstream's own tool was given back stays with its kind`() throws {
        let request = try ReceivedRequest(
            #"{"input":[{"role":"user","content":"Hi"},{"type":"computer_call","id":"cu_1","call_id":"c"},"#
                + #"{"type":"computer_call_output","call_id":"c","output":{}}]}"#, .responses)
        #expect(request.unbridgeable(to: .chat)?.param == "input")
        #expect(request.unbridgeable(to: .acedata) == nil)
    }
}
