import Conversations
import ModelWire
import OrderedJSON
import Testing

/// What a server said no to, once, and a history that would make it say so.
struct RecordedRefusal: Sendable, CustomTestStringConvertible {
    /// What it said.
    let said: String
    /// Where that stands.
    let source: String
    let target: PortabilityTarget
    let history: [HistoryMessage]
    /// Whether a request would be refused so.
    let isProduced: @Sendable (PortedRequest) -> Bool
    /// Whether requests were refused so before there was a rule.
    var wasProduced = true

    var testDescription: String { "\(source): \(said)" }

    private typealias Example = PortabilityExample

    private static func bodies(_ request: PortedRequest, have text: String) -> Bool { request.text.contains(text) }

    static let all: [RecordedRefusal] = [
        RecordedRefusal(
            said: "Item 'rs_…' of type 'reasoning' was provided without its required following item.",
            source: "wire.md 2.2 [W]", target: .openAI,
            history: [
                Example.hello,
                HistoryMessage(
                    .assistant, from: PortabilityTarget.openAI.origin, Example.thought("OWN"), Example.called()),
                Example.again,
            ],
            isProduced: { request in
                request.items.indices.contains { index in
                    request.items[index]["type"] == "reasoning"
                        && request.items.dropFirst(index + 1).first?["role"] != "assistant"
                }
            }, wasProduced: false),
        RecordedRefusal(
            said: "a function_call without output", source: "wire.md 8, 3", target: .openAI,
            history: [Example.hello, HistoryMessage(.assistant, Example.called()), Example.again],
            isProduced: { bodies($0, have: "function_call") }, wasProduced: false),
        RecordedRefusal(
            said: "output without call", source: "wire.md 8, 3; anchors.md row 26", target: .deepSeek,
            history: [HistoryMessage(.tool, Example.gave()), Example.again],
            isProduced: { bodies($0, have: "tool_call_id") }, wasProduced: false),
        RecordedRefusal(
            said: "ids of another account", source: "wire.md 8, 3", target: .openAI,
            history: [
                Example.hello,
                HistoryMessage(
                    .assistant, from: Example.other, .unknown(["type": "web_search_call", "id": "ws_1"]),
                    Example.thought("1"), .text("hi")), Example.again,
            ], isProduced: { bodies($0, have: "ws_1") || bodies($0, have: "rs_1") }, wasProduced: false),
        RecordedRefusal(
            said: "foreign thinking signatures, encrypted reasoning", source: "anchors.md row 27", target: .openAI,
            history: [
                Example.hello, HistoryMessage(.assistant, from: Example.other, Example.thought("X"), .text("hi")),
                Example.again,
            ], isProduced: { bodies($0, have: "encrypted_content\":\"gA") }, wasProduced: false),
        RecordedRefusal(
            said: "llama.cpp does not support 'previous_response_id'.", source: "wire.md 3 [W]", target: .openAIStoring,
            history: [Example.hello, HistoryMessage(.assistant, .text("hi")), Example.again],
            isProduced: { $0.body["previous_response_id"] != nil }, wasProduced: false),
        RecordedRefusal(
            said: "The file type you uploaded is not supported. Please try again with a pdf",
            source: "api-traffic 01140, api.openai.com/responses", target: .openAI,
            history: [
                HistoryMessage(
                    .user, .file(MessageMedia(source: .url("https://download.samplelib.com/mp3/sample-3s.mp3"))))
            ], isProduced: { bodies($0, have: "input_file") }),
        RecordedRefusal(
            said: "'messages[0].role' does not support 'developer' with this model.",
            source: "api-traffic 01282, api.openai.com/chat/completions", target: .openAIChat,
            history: [HistoryMessage(.developer, .text("You are a helpful assistant.")), Example.hello],
            isProduced: { bodies($0, have: "developer") }),
        RecordedRefusal(
            said: "unknown variant `image_url`, expected `text`", source: "deepseek, rikkahub #1433", target: .deepSeek,
            history: [HistoryMessage(.user, .text("see"), .image(MessageMedia(source: .url("https://e.test/i.png"))))],
            isProduced: { bodies($0, have: "image_url") }),
        RecordedRefusal(
            said: "unknown variant `developer`, expected one of `system`, `user`, `assistant`, `tool`",
            source: "deepseek, pi #1048", target: .deepSeek,
            history: [HistoryMessage(.developer, .text("be kind")), Example.hello],
            isProduced: { bodies($0, have: "developer") }),
        RecordedRefusal(
            said: "image_url base64 only: invalid image input", source: "wire.md 3 [S]; ollama #6753", target: .ollama,
            history: [HistoryMessage(.user, .image(MessageMedia(source: .url("https://e.test/i.png"))))],
            isProduced: { bodies($0, have: #""url":"https:"#) }),
        RecordedRefusal(
            said: "Tool call id was abc123 but must be a-z, A-Z, 0-9, with a length of 9",
            source: "mistral, langchain #24668", target: .mistral,
            history: [
                Example.hello, HistoryMessage(.assistant, Example.called("abc123")),
                HistoryMessage(.tool, Example.gave("abc123")),
            ], isProduced: { bodies($0, have: "abc123") }),
        RecordedRefusal(
            said: "After the (optional) system message(s), user and assistant roles should be alternating.",
            source: "perplexity api-discussion #265", target: .perplexity,
            history: [Example.hello, Example.again], isProduced: { $0.items.count > 1 }),
        RecordedRefusal(
            said: "Invalid 'input[95].call_id': string too long. Expected a string with maximum length 64",
            source: "wire.md 2.4; fastllm #45", target: .openAI,
            history: [
                Example.hello, HistoryMessage(.assistant, Example.called(String(repeating: "z", count: 116))),
                HistoryMessage(.tool, Example.gave(String(repeating: "z", count: 116))),
            ], isProduced: { request in request.items.contains { $0["call_id"]?.string?.utf8.count ?? 0 > 64 } }),
        RecordedRefusal(
            said: "Invalid 'messages[10].tool_calls[0].id': string too long. Expected a string with maximum length 40",
            source: "langmanus #119, camel #2215", target: .openAIChat,
            history: [
                Example.hello, HistoryMessage(.assistant, Example.called(String(repeating: "z", count: 41))),
                HistoryMessage(.tool, Example.gave(String(repeating: "z", count: 41))),
            ],
            isProduced: { request in request.items.contains { $0["tool_call_id"]?.string?.utf8.count ?? 0 > 40 } }),
    ]
}

struct RecordedRefusalTests {
    @Test(arguments: RecordedRefusal.all)
    func `no history makes a server say it again`(refusal: RecordedRefusal) throws {
        let request = try PortedRequest(refusal.history, for: refusal.target)
        #expect(!refusal.isProduced(request), "\(request.text)")
        #expect(RequestCheck(refusal.target).complaints(about: request) == [])
        let before = try PortedRequest(refusal.history, for: refusal.target, version: 0)
        #expect(refusal.isProduced(before) == refusal.wasProduced, "\(before.text)")
    }
}
