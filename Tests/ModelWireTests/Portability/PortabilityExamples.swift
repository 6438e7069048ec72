import Conversations
import ModelWire
import OrderedJSON
import Testing

/// One thing in a history that one target does not take as it stands.
struct PortabilityExample: Sendable, CustomTestStringConvertible {
    let kind: PortabilityKind
    let target: PortabilityTarget
    let history: [HistoryMessage]
    var keepsFileIDs = true
    /// Whether the request was refused before there was a rule.
    var wasRefused = true

    var testDescription: String { "\(kind.rawValue) to \(target.testDescription)" }

    static let hello = HistoryMessage(.user, .text("hello"))
    static let again = HistoryMessage(.user, .text("again"))
    static let other = MessageOrigin(upstream: "elsewhere", model: "m")
    static let blob = BlobDigest(of: [1, 2, 3])

    static func thought(_ mark: String) -> MessagePart {
        .reasoning(
            Reasoning(
                text: "hm",
                item: [
                    "type": "reasoning", "id": .string("rs_\(mark)"), "summary": [], "status": "completed",
                    "encrypted_content": .string("gA-\(mark)"),
                ]))
    }

    static func called(
        _ id: String = "c1", _ name: String = "f", _ arguments: String = "{}", custom: Bool = false
    )
        -> MessagePart
    {
        .toolCall(ToolCall(id: id, name: name, arguments: arguments, kind: custom ? "custom" : "function"))
    }

    static func gave(_ id: String = "c1", custom: Bool = false) -> MessagePart {
        .toolResult(ToolResult(callID: id, output: "out", kind: custom ? "custom" : "function"))
    }

    /// A question, a call and its result, and what was said then.
    private static func roundTrip(_ call: MessagePart, _ result: MessagePart) -> [HistoryMessage] {
        [hello, HistoryMessage(.assistant, call), HistoryMessage(.tool, result), HistoryMessage(.user, .text("go on"))]
    }

    private static func shown(_ part: MessagePart) -> [HistoryMessage] {
        [HistoryMessage(.user, .text("see"), part)]
    }

    private static func media(_ source: MessageMedia.Source, _ type: String?, _ name: String? = nil) -> MessageMedia {
        MessageMedia(source: source, mediaType: type, name: name)
    }

    private static let longID = "call_" + String(repeating: "x", count: 80)

    static let all: [PortabilityExample] = [
        PortabilityExample(
            kind: .foreignReasoning, target: .openAI,
            history: [hello, HistoryMessage(.assistant, from: other, thought("FOREIGN"), .text("hi")), again],
            wasRefused: false),
        PortabilityExample(
            kind: .foreignHostedPiece, target: .openAI,
            history: [
                hello,
                HistoryMessage(
                    .assistant, from: other, .unknown(["type": "web_search_call", "id": "ws_FOREIGN"]), .text("hi")),
                again,
            ], wasRefused: false),
        PortabilityExample(
            kind: .foreignAnswerMedia, target: .openAI,
            history: [
                hello,
                HistoryMessage(.assistant, from: other, .text("drawn"), .image(media(.blob(blob), "image/png"))), again,
            ], wasRefused: false),
        PortabilityExample(kind: .image, target: .deepSeek, history: shown(.image(media(.blob(blob), "image/png")))),
        PortabilityExample(kind: .image, target: .textOnly, history: shown(.image(media(.blob(blob), "image/png")))),
        PortabilityExample(
            kind: .imageByURL, target: .ollama, history: shown(.image(media(.url("https://e.test/i.png"), nil)))),
        PortabilityExample(
            kind: .file, target: .deepSeek, history: shown(.file(media(.blob(blob), "application/pdf")))),
        PortabilityExample(
            kind: .fileByURL, target: .llamaCpp, history: shown(.file(media(.url("https://e.test/a.pdf"), nil)))),
        PortabilityExample(
            kind: .mediaAsFile, target: .openAI, history: shown(.file(media(.url("https://e.test/sample.mp3"), nil)))),
        PortabilityExample(
            kind: .recording, target: .openAI, history: shown(.audio(media(.blob(blob), "audio/wav")))),
        PortabilityExample(
            kind: .recording, target: .deepSeek, history: shown(.audio(media(.blob(blob), "audio/wav")))),
        PortabilityExample(
            kind: .recordingElsewhere, target: .openAIChat,
            history: shown(.audio(media(.url("https://e.test/a.wav"), "audio/wav")))),
        PortabilityExample(
            kind: .recordingInOtherFormat, target: .openAIChat,
            history: shown(.audio(media(.blob(blob), "audio/flac")))),
        PortabilityExample(
            kind: .foreignFileID, target: .openAI, history: shown(.file(media(.fileID("file-FOREIGN"), nil, "a.pdf"))),
            keepsFileIDs: false, wasRefused: false),
        PortabilityExample(
            kind: .unlistedPart, target: .openAI, history: shown(.unknown(["type": "image_url", "image_url": "x"]))),
        PortabilityExample(
            kind: .unlistedPart, target: .mistral, history: shown(.unknown(["type": "input_text", "text": "x"]))),
        PortabilityExample(
            kind: .untypedPart, target: .aceData, history: shown(.unknown(["content_type": "tether"])),
            wasRefused: false),
        PortabilityExample(
            kind: .systemMedia, target: .llamaCpp,
            history: [
                HistoryMessage(.system, .text("see"), .image(media(.url("https://e.test/i.png"), nil))), hello,
            ]),
        PortabilityExample(
            kind: .misplacedCall, target: .openAIChat,
            history: [HistoryMessage(.user, .text("hello"), called()), again],
            wasRefused: false),
        PortabilityExample(
            kind: .unansweredCall, target: .openAI, history: [hello, HistoryMessage(.assistant, called()), again],
            wasRefused: false),
        PortabilityExample(
            kind: .strayResult, target: .llamaCpp, history: [hello, HistoryMessage(.tool, gave()), again],
            wasRefused: false),
        PortabilityExample(
            kind: .repeatedCall, target: .openAIChat,
            history: [hello, HistoryMessage(.assistant, called(), called()), HistoryMessage(.tool, gave()), again]),
        PortabilityExample(kind: .callID, target: .openAI, history: roundTrip(called(longID), gave(longID))),
        PortabilityExample(kind: .callID, target: .mistral, history: roundTrip(called(), gave())),
        PortabilityExample(kind: .callID, target: .aceData, history: roundTrip(called(""), gave(""))),
        PortabilityExample(kind: .toolName, target: .openAI, history: roundTrip(called("c1", "fs.read"), gave())),
        PortabilityExample(kind: .toolName, target: .aceData, history: roundTrip(called("c1", ""), gave())),
        PortabilityExample(
            kind: .looseArguments, target: .ollama, history: roundTrip(called("c1", "f", #"{"a":"#), gave())),
        PortabilityExample(
            kind: .customCall, target: .mistral,
            history: roundTrip(called("abcdefghi", "f", "free", custom: true), gave("abcdefghi", custom: true))),
        PortabilityExample(
            kind: .resultOfOtherKind, target: .openAI,
            history: roundTrip(called("c1", "f", "free", custom: true), gave())),
        PortabilityExample(
            kind: .refusal, target: .openAI, history: [hello, HistoryMessage(.assistant, .refusal("no")), again]),
        PortabilityExample(
            kind: .emptyMessage, target: .deepSeek, history: [hello, HistoryMessage(.assistant, .text("")), again]),
        PortabilityExample(
            kind: .developerMessage, target: .deepSeek, history: [HistoryMessage(.developer, .text("be kind")), hello]),
        PortabilityExample(
            kind: .unknownRole, target: .aceData, history: [HistoryMessage(Role("critic"), .text("hm")), hello]),
        PortabilityExample(
            kind: .laterSystemMessage, target: .perplexity,
            history: [
                hello, HistoryMessage(.assistant, .text("hi")), HistoryMessage(.system, .text("be brief")), again,
            ]),
        PortabilityExample(kind: .sameRoleAgain, target: .perplexity, history: [hello, again]),
        PortabilityExample(
            kind: .leadingAnswer, target: .perplexity, history: [HistoryMessage(.assistant, .text("Welcome.")), hello]),
    ]
}
