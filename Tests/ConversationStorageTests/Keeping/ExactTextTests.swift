import Conversations
import OrderedJSON
import Testing

@testable import ConversationStorage

/// What people and models write comes back byte for byte.
struct ExactTextTests {
    static let texts = [
        "\u{0}", "before\u{0}after", "\u{0}\u{0}", "ends with\u{0}", "", " ", "\n", "\r\n", "tab\tand\u{7F}",
        "e\u{301} and é", "ﬁ",
        "山川異域", "👩‍👩‍👧‍👦", "שלום \u{200F}عليكم", "\u{FEFF}bom", "\u{FFFD}", "'quoted' \"twice\" \\ %s ? :name",
        "\u{1F}\u{1}\u{2028}",
        String(repeating: "long ", count: 20_000),
    ]

    @Test(arguments: texts)
    func `text comes back byte for byte`(_ text: String) async throws {
        try await TestVault.with { test in
            let thread = try await test.newThread(text)
            let plain = try await test.append(text, after: nil, in: thread)
            let parts: [MessagePart] = [
                .text(text), .text(text), .reasoning(Reasoning(text: text)),
                .toolCall(ToolCall(id: text, name: text, arguments: text)),
                .toolResult(ToolResult(callID: text, output: text)),
                .file(MessageMedia(source: .url(text), name: text)), .unknown(["type": .string(text)]),
            ]
            let rich = try await test.append(parts, after: plain, in: thread)
            let exchange = try await test.ask(
                text, after: rich, in: thread, answers: [text], instructions: text, body: Array(text.utf8))
            // As bytes: Swift counts two spellings of é as one.
            func bytes(_ text: String?) -> [UInt8]? { text.map { Array($0.utf8) } }
            #expect(bytes(try await test.vault.thread(thread).title) == bytes(text))
            #expect(bytes(try await test.vault.message(plain).text) == bytes(text))
            let found = try await test.vault.message(rich)
            #expect(found.parts == parts)
            #expect(bytes(found.text) == bytes(text + "\n" + text))
            #expect(bytes(try await test.vault.call(exchange.call).instructions) == bytes(text))
            #expect(try await test.vault.body(of: exchange.call) == Array(text.utf8))
            #expect(try await test.vault.messages(labelled: text).isEmpty)
            try await test.vault.label(plain, text)
            #expect(
                try await test.vault.labels(in: thread)[plain].map { $0.map { Array($0.utf8) } } == [Array(text.utf8)])
            try await test.vault.tag(thread, text)
            #expect(try await test.vault.thread(thread).tags.map { Array($0.utf8) } == [Array(text.utf8)])
        }
    }

    @Test func `what is written into a request is the bytes that were kept`() async throws {
        try await TestVault.with { test in
            let thread = try await test.newThread()
            var parent: MessageID?
            for text in Self.texts { parent = try await test.append(text, after: parent, in: thread) }
            let writer = try await test.vault.write(
                pathTo: parent, sending: [0...2, 5...1000], into: CollectingWriter())
            let expected = Self.texts.enumerated().filter { $0.offset <= 2 || $0.offset >= 5 }.map {
                Array($0.element.utf8)
            }
            #expect(writer.texts == expected)
        }
    }
}

private struct CollectingWriter: InputWriter {
    var texts: [[UInt8]] = []

    mutating func append(role: Role, text: UnsafeBufferPointer<UInt8>) { texts.append(Array(text)) }

    mutating func append(role: Role, parts: [MessagePart], origin: MessageOrigin?, blobs: any BlobReader) throws {
        texts.append(Array(parts.text.utf8))
    }
}
