import ConversationStorage
import Conversations
import OrderedJSON
import TestSupport

@testable import ConversationFormats

/// Numbers that are the same for one seed.
struct Dice: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1 }

    // SeededNumbers.
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func one<Element>(of elements: [Element]) -> Element { elements[Int(next() % UInt64(elements.count))] }
    mutating func chance(_ outOf: UInt64) -> Bool { next() % outOf == 0 }
}

/// Threads with everything in them that a format may stumble over.
struct RandomThread {
    let record: ThreadRecord
    let attachments: [ExportedAttachment]

    /// Words that look like what formats are made of.
    static let hardTexts: [String] = [
        "", " ", "\n", "\n\n", "plain", "two\n\nparagraphs", "trailing  \n", "\n leading", "a\r\nb\r\n", "lone\rCR",
        "NUL\u{0}inside", "\u{0}", "bell\u{7} and &#7; and &#38;#7; &", "## User", "## User\n\nwho?",
        "## Assistant · gpt",
        "## assistant:", "\\## User", "\\\\## User\r", "## Users", "# Title", "---", "---\ndiwan: 1\n---",
        "<!-- diwan:message {} -->", "\\<!-- diwan:message", "<!-- diwan:part {\"type\":\"text\"} -->\nx", "<!-- x -->",
        "```\n## User\n```", "````\n```\ninner\n```\n````", "```swift\nlet a = \"<b>\"\n",
        "~~~\n<!-- diwan:call -->\n~~~",
        "<details><summary>Reasoning</summary>\n\nx\n\n</details>", "</script><script>alert(1)</script>",
        "[a](javascript:alert(1))", "| a | b |\n|---|---|\n| `|` | 2 |", "1. one\n   - two\n> quote", "مرحبا بالعالم",
        "שלום **עולם**", "👩‍👩‍👧‍👦 é e\u{301} \u{FEFF}", "line\u{2028}separator\u{2029}\u{85}", "\"quotes\" \\ back\\slash",
        "-- > --> <!--", "\u{1B}[31mred", "a\tb", "\u{7F}", "end with backslash\\",
    ]

    init(seed: UInt64) {
        var dice = Dice(seed)
        func time(_ dice: inout Dice) -> Timestamp {
            Timestamp(milliseconds: Int64(dice.next() % 4_000_000_000_000) - 500_000_000_000)
        }
        func maybe<Value>(_ dice: inout Dice, _ make: (inout Dice) -> Value) -> Value? {
            dice.chance(2) ? make(&dice) : nil
        }
        func text(_ dice: inout Dice) -> String {
            var text = dice.one(of: Self.hardTexts)
            while dice.chance(3) { text += dice.one(of: ["\n", "", "\n\n"]) + dice.one(of: Self.hardTexts) }
            return text
        }
        func identifier<Kind>(_ dice: inout Dice) -> Identifier<Kind> {
            Identifier<Kind>(at: Timestamp(milliseconds: 1_700_000_000_000), randomness: Dice(dice.next()))
        }
        var record = ThreadRecord(id: identifier(&dice), createdAt: time(&dice), activeAt: time(&dice))
        record.title = maybe(&dice, text)
        record.titleIsGiven = dice.chance(2)
        record.instructions = maybe(&dice, text)
        record.model = maybe(&dice, text)
        record.upstream = maybe(&dice, text)
        record.settings = maybe(&dice) { ["temperature": 1.50, "n": [1, 2.0, nil], "x": .string(text(&$0))] }
        record.origin = maybe(&dice) { ["program": .string(text(&$0))] }
        record.tags = Array(Set((0..<Int(dice.next() % 3)).map { "tag \($0)" })).sorted()
        record.pinnedAt = maybe(&dice, time)
        record.archivedAt = maybe(&dice, time)
        record.trashedAt = maybe(&dice, time)
        var attachments: [ExportedAttachment] = []
        func media(_ dice: inout Dice) -> MessageMedia {
            var media: MessageMedia
            switch dice.next() % 3 {
            case 0: media = MessageMedia(source: .url("https://example.com/" + dice.one(of: ["a.png", "a b", "é"])))
            case 1: media = MessageMedia(source: .fileID("file-\(dice.next())"))
            default:
                let bytes = (0..<Int(dice.next() % 40)).map { _ in UInt8(truncatingIfNeeded: dice.next()) }
                let digest = BlobDigest(of: bytes)
                attachments.append(ExportedAttachment(digest: digest, mediaType: "image/png", bytes: bytes))
                media = MessageMedia(source: .blob(digest), mediaType: "image/png")
            }
            media.name = maybe(&dice, text)
            media.detail = maybe(&dice) { _ in "low" }
            return media
        }
        func part(_ dice: inout Dice) -> MessagePart {
            switch dice.next() % 12 {
            case 0: .image(media(&dice))
            case 1: .file(media(&dice))
            case 2: .audio(media(&dice))
            case 3: .toolCall(ToolCall(id: text(&dice), name: "tool", arguments: text(&dice), kind: "custom"))
            case 4: .toolResult(ToolResult(callID: "c", output: text(&dice)))
            case 5: .reasoning(Reasoning(text: text(&dice), item: ["type": "reasoning", "e": .string(text(&dice))]))
            case 6: .reasoning(Reasoning(text: text(&dice)))
            case 7: .refusal(text(&dice))
            case 8: .unknown(["type": "odd", "value": [1.0, .string(text(&dice))]])
            default: .text(text(&dice))
            }
        }
        for number in 0..<Int(dice.next() % 14) {
            let parent = record.messages.isEmpty || dice.chance(8) ? nil : dice.one(of: record.messages.suffix(3)).id
            let parts = dice.chance(3) ? (0..<Int(dice.next() % 4)).map { _ in part(&dice) } : [.text(text(&dice))]
            var message = MessageRecord(
                id: identifier(&dice), parentID: parent,
                role: dice.one(of: [.user, .assistant, .system, .tool, Role("odd \"role\"")]), parts: parts,
                createdAt: time(&dice))
            message.finishReason = maybe(&dice, text)
            message.status = dice.one(of: [.complete, .complete, .incomplete, .interrupted, .failed])
            message.trashedAt = dice.chance(9) ? time(&dice) : nil
            message.labels = dice.chance(4) ? ["label \(number)", "other \(number)"] : []
            if message.role == .assistant, let parent {
                var call = CallRecord(
                    id: identifier(&dice), questionID: parent, upstream: "scripted",
                    dialect: maybe(&dice) { _ in .chat },
                    modelRequested: "m", modelSent: text(&dice))
                call.modelReported = maybe(&dice, text)
                call.responseID = maybe(&dice, text)
                call.created = maybe(&dice) { $0.one(of: [1_760_000_000, 1.5, 1e20]) }
                call.object = maybe(&dice) { _ in "chat.completion" }
                call.parameters.temperature = maybe(&dice) { _ in 0.1 }
                call.parameters.tools = maybe(&dice) {
                    [["type": "function", "function": ["name": .string(text(&$0))]]]
                }
                call.instructions = maybe(&dice, text)
                call.plan = maybe(&dice) { _ in .whole(messageCount: 1, mode: .auto) }
                call.requestDigest = maybe(&dice) { _ in [UInt8](repeating: 7, count: 32) }
                call.error = maybe(&dice) { CallError(code: "x", message: text(&$0), httpStatus: 500) }
                call.usage = TokenUsage(input: 1, cached: nil, output: 0, reasoning: 2)
                call.queuedAt = maybe(&dice, time)
                call.finishedAt = maybe(&dice, time)
                call.body = maybe(&dice) {
                    $0.one(of: [Array("{\"a\": 1}\n".utf8), [0xFF, 0, 1], Array("é\u{0}".utf8)])
                }
                message.callID = call.id
                message.choice = 0
                record.calls.append(call)
            }
            record.messages.append(message)
        }
        record.tipID = record.messages.isEmpty ? nil : dice.one(of: record.messages).id
        self.record = record
        self.attachments = attachments
    }
}
