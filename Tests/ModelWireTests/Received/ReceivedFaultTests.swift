import Conversations
import ModelWire
import OrderedJSON
import Testing

/// A request that cannot be served is refused with the field that is wrong, as OpenAI's API names it.
struct ReceivedFaultTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let dialect: Dialect
        let body: String
        let param: String?
        let code: String?

        init(_ dialect: Dialect, _ body: String, _ param: String?, _ code: String?) {
            self.dialect = dialect
            self.body = body
            self.param = param
            self.code = code
        }

        var testDescription: String { "\(dialect) \(param ?? "-") \(code ?? "-")" }
    }

    private static let hello = #"[{"role":"user","content":"Hi"}]"#

    private static func acedata(_ rest: String) -> String { #"{"model":"m","input":\#(hello),\#(rest)}"# }
    private static func responses(_ rest: String) -> String { #"{"input":"Hi",\#(rest)}"# }
    private static func chat(_ rest: String) -> String { #"{"messages":\#(hello),\#(rest)}"# }

    static let documented = [
        Case(.acedata, #"{"input":"Hi"}"#, "model", "missing_required_parameter"),
        Case(.acedata, #"{"model":"","input":"Hi"}"#, "model", "missing_required_parameter"),
        Case(.acedata, #"{"model":7,"input":"Hi"}"#, "model", "invalid_type"),
        Case(.acedata, #"{"model":"m"}"#, "input", "missing_required_parameter"),
        Case(.acedata, #"{"model":"m","input":[]}"#, "input", "empty_array"),
        Case(.acedata, #"{"model":"m","input":{}}"#, "input", "invalid_type"),
        Case(.acedata, acedata(#""n":0"#), "n", "integer_below_min_value"),
        Case(.acedata, acedata(#""n":129"#), "n", "integer_above_max_value"),
        Case(.acedata, acedata(#""n":1.5"#), "n", "invalid_type"),
        Case(.acedata, acedata(#""n":1e400"#), "n", "integer_above_max_value"),
        Case(.acedata, acedata(#""temperature":-0.1"#), "temperature", "decimal_below_min_value"),
        Case(.acedata, acedata(#""temperature":2.01"#), "temperature", "decimal_above_max_value"),
        Case(.acedata, acedata(#""temperature":"hot""#), "temperature", "invalid_type"),
        Case(.acedata, acedata(#""max_tokens":0"#), "max_tokens", "integer_below_min_value"),
        Case(.acedata, acedata(#""tools":[]"#), "tools", "empty_array"),
        Case(.acedata, acedata(#""tools":[{"type":"function"}]"#), "tools[0].name", "missing_required_parameter"),
        Case(.acedata, acedata(#""tools":[7]"#), "tools[0]", "invalid_type"),
        Case(.acedata, acedata(#""tool_choice":"maybe""#), "tool_choice", "invalid_value"),
        Case(.acedata, acedata(#""response_format":"json""#), "response_format", "invalid_type"),
        Case(.acedata, acedata(#""response_format":{}"#), "response_format.type", "missing_required_parameter"),
        Case(.acedata, acedata(#""response_format":{"type":"xml"}"#), "response_format.type", "invalid_value"),
        Case(.acedata, acedata(#""stream":"yes""#), "stream", "invalid_type"),
        Case(.acedata, acedata(#""background":1"#), "background", "invalid_type"),
        Case(.acedata, acedata(#""model":"again""#), "model", "duplicate_parameter"),
    ]

    static let ofResponses = [
        Case(.responses, "{}", "input", "missing_required_parameter"),
        Case(
            .responses, responses(#""previous_response_id":"resp_1","conversation":"conv_1""#), "previous_response_id",
            "mutually_exclusive_parameters"),
        Case(.responses, responses(#""conversation":{}"#), "conversation.id", "missing_required_parameter"),
        Case(.responses, responses(#""conversation":7"#), "conversation", "invalid_type"),
        Case(.responses, responses(#""background":true,"store":false"#), "background", "invalid_value"),
        Case(.responses, responses(#""max_output_tokens":15"#), "max_output_tokens", "integer_below_min_value"),
        Case(.responses, responses(#""top_logprobs":21"#), "top_logprobs", "integer_above_max_value"),
        Case(.responses, responses(#""top_p":1.5"#), "top_p", "decimal_above_max_value"),
        Case(.responses, responses(#""n":2"#), "n", "unknown_parameter"),
        Case(.responses, responses(#""truncation":"some""#), "truncation", "invalid_value"),
        Case(.responses, responses(#""metadata":{"k":7}"#), "metadata.k", "invalid_type"),
        Case(.responses, responses(#""include":[7]"#), "include[0]", "invalid_type"),
        Case(.responses, #"{"input":[7]}"#, "input[0]", "invalid_type"),
        Case(.responses, #"{"input":[{"role":"user"}]}"#, "input[0].content", "missing_required_parameter"),
        Case(.responses, #"{"input":[{"role":"user","content":7}]}"#, "input[0].content", "invalid_type"),
        Case(.responses, #"{"input":[{"role":"critic","content":""}]}"#, "input[0].role", "invalid_value"),
        Case(.responses, #"{"input":[{"content":""}]}"#, "input[0].role", "missing_required_parameter"),
        Case(
            .responses, #"{"input":[{"role":"user","content":[{}]}]}"#, "input[0].content[0].type",
            "missing_required_parameter"),
        Case(.responses, #"{"input":[{"role":"user","content":["a"]}]}"#, "input[0].content[0]", "invalid_type"),
        Case(
            .responses, #"{"input":[{"role":"user","content":[{"type":"input_image","detail":"low"}]}]}"#,
            "input[0].content[0].image_url", "missing_required_parameter"),
        Case(
            .responses, #"{"input":[{"type":"function_call","name":"f","arguments":"{}"}]}"#, "input[0].call_id",
            "missing_required_parameter"),
        Case(
            .responses, #"{"input":[{"type":"function_call_output","output":"x"}]}"#, "input[0].call_id",
            "missing_required_parameter"),
        Case(
            .responses, #"{"input":[{"type":"function_call_output","call_id":"c"}]}"#, "input[0].output",
            "missing_required_parameter"),
        Case(.responses, #"{"input":[{"type":"item_reference"}]}"#, "input[0].id", "missing_required_parameter"),
    ]

    static let ofChat = [
        Case(.chat, "{}", "messages", "missing_required_parameter"),
        Case(.chat, #"{"messages":"Hi"}"#, "messages", "invalid_type"),
        Case(.chat, #"{"messages":[]}"#, "messages", "empty_array"),
        Case(.chat, #"{"messages":[{"role":"bot","content":""}]}"#, "messages.[0].role", "invalid_value"),
        Case(.chat, #"{"messages":[{"content":""}]}"#, "messages.[0].role", "missing_required_parameter"),
        Case(.chat, #"{"messages":[{"role":"user","content":null}]}"#, "messages.[0].content", "invalid_type"),
        Case(.chat, #"{"messages":[{"role":"user","content":[]}]}"#, "messages.[0].content", "empty_array"),
        Case(
            .chat, #"{"messages":[{"role":"user","content":[{"type":"text"}]}]}"#, "messages.[0].content.[0].text",
            "missing_required_parameter"),
        Case(
            .chat, #"{"messages":[{"role":"user","content":[{"type":"image_url","image_url":{}}]}]}"#,
            "messages.[0].content.[0].image_url.url", "missing_required_parameter"),
        Case(
            .chat, #"{"messages":[{"role":"tool","content":""}]}"#, "messages.[0].tool_call_id",
            "missing_required_parameter"),
        Case(
            .chat, #"{"messages":[{"role":"assistant","tool_calls":[{}]}]}"#, "messages.[0].tool_calls.[0].id",
            "missing_required_parameter"),
        Case(.chat, #"{"messages":[{"role":"assistant","tool_calls":{}}]}"#, "messages.[0].tool_calls", "invalid_type"),
        Case(.chat, #"{"messages":[{"role":"assistant","content":7}]}"#, "messages.[0].content", "invalid_type"),
        Case(.chat, chat(#""n":129"#), "n", "integer_above_max_value"),
        Case(.chat, chat(#""stream_options":{"include_usage":true}"#), "stream_options", nil),
        Case(.chat, chat(#""frequency_penalty":-2.5"#), "frequency_penalty", "decimal_below_min_value"),
        Case(.chat, chat(#""stop":7"#), "stop", "invalid_type"),
        Case(.chat, chat(#""logit_bias":[]"#), "logit_bias", "invalid_type"),
        Case(.chat, chat(#""tools":[{"type":"function"}]"#), "tools[0].function", "missing_required_parameter"),
        Case(
            .chat, chat(#""tools":[{"type":"function","function":{}}]"#), "tools[0].function.name",
            "missing_required_parameter"),
    ]

    static let unreadable = [
        Case(.chat, "", nil, nil), Case(.chat, "[]", nil, "invalid_type"), Case(.chat, "7", nil, "invalid_type"),
        Case(.chat, #"{"messages":[}"#, nil, nil), Case(.chat, #"{"a":NaN}"#, nil, nil),
        Case(.chat, "{\"a\":\"\u{1}\"}", nil, nil),
        Case(.chat, String(repeating: "[", count: 100_000), nil, nil),
        Case(
            .responses, #"{"input":"# + String(repeating: "[", count: 300) + String(repeating: "]", count: 300) + "}",
            nil, nil),
    ]

    @Test(arguments: documented + ofResponses + ofChat + unreadable)
    func `names the field and says why`(example: Case) throws {
        let fault = try #require(refusal(example.body, example.dialect), "\(example.body.prefix(200))")
        #expect(fault.param == example.param, "\(fault.message)")
        #expect(fault.code == example.code, "\(fault.message)")
        #expect(fault.status == 400 && fault.type == "invalid_request_error")
        #expect(!fault.message.isEmpty && fault.message.count < 400)
    }

    @Test func `limits hold where they are and no sooner`() {
        #expect(refusal(Self.acedata(#""n":128,"temperature":2,"max_tokens":1"#), .acedata) == nil)
        #expect(refusal(Self.acedata(#""n":1,"temperature":0,"max_tokens":64.0"#), .acedata) == nil)
        #expect(refusal(Self.responses(#""max_output_tokens":16,"top_logprobs":20,"n":1"#), .responses) == nil)
        #expect(refusal(Self.chat(#""stream":true,"stream_options":{"include_usage":true}"#), .chat) == nil)
    }

    @Test func `metadata is sixteen pairs of words`() {
        func metadata(_ count: Int, _ key: Int, _ value: Int) -> RequestFault? {
            let pairs = (0..<count).map { index in
                let name = String(repeating: "k", count: key - 2) + (index < 10 ? "0\(index)" : "\(index)")
                return #""\#(name)":"\#(String(repeating: "é", count: value))""#
            }
            return refusal(Self.responses(#""metadata":{\#(pairs.joined(separator: ","))}"#), .responses)
        }
        #expect(metadata(16, 64, 512) == nil)
        #expect(metadata(17, 64, 512)?.code == "object_above_max_properties")
        #expect(metadata(1, 65, 1)?.code == "string_above_max_length")
        #expect(metadata(1, 64, 513)?.code == "string_above_max_length")
    }

    @Test func `as many messages, levels and fields as are allowed`() {
        let limits = RequestLimits(maxNesting: 4, maxMessages: 2, maxFields: 3)
        let message = #"{"role":"user","content":"Hi"}"#
        #expect(refusal("{\"messages\":[\(message),\(message)]}", .chat, limits: limits) == nil)
        #expect(
            refusal("{\"messages\":[\(message),\(message),\(message)]}", .chat, limits: limits)?.code
                == "array_above_max_length")
        #expect(refusal("{\"messages\":[\(message)],\"x\":[[[[1]]]]}", .chat, limits: limits)?.param == nil)
        #expect(refusal("{\"messages\":[\(message)],\"x\":[[[[1]]]]}", .chat, limits: limits) != nil)
        #expect(
            refusal("{\"messages\":[\(message)],\"a\":1,\"b\":1,\"c\":1}", .chat, limits: limits)?.code
                == "object_above_max_properties")
    }

    @Test func `in the words of the API`() {
        #expect(
            refusal(Self.acedata(#""temperature":3"#), .acedata)?.message
                == "Invalid 'temperature': decimal above maximum value. Expected a value <= 2, but got 3 instead.")
        #expect(
            refusal(#"{"messages":[{"role":"bot","content":""}]}"#, .chat)?.message
                == "Invalid value: 'bot'. Supported values are: 'system', 'assistant', 'user', 'function', 'tool', "
                + "and 'developer'.")
        #expect(refusal("{}", .chat)?.message == "Missing required parameter: 'messages'.")
        #expect(
            refusal(#"{"input":[{"role":"user","content":7}]}"#, .responses)?.message
                == "Invalid type for 'input[0].content': expected one of a string or an array of objects, but got an "
                + "integer instead.")
    }
}
