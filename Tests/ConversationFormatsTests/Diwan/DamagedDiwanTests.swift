import ConversationStorage
import Conversations
import OrderedJSON
import Testing

@testable import ConversationFormats

struct DamagedDiwanTests {
    private func exported(_ seeds: Range<UInt64>) async throws -> (threads: [ThreadRecord], lines: [String]) {
        let threads = seeds.map { RandomThread(seed: $0) }.filter { !$0.record.messages.isEmpty }
        let writer = DiwanWriter(exportedAt: Timestamp(milliseconds: 0))
        let text = try await WrittenDocument.of(threads.map(\.record), writer, threads.flatMap(\.attachments)).text
        return (threads.map(\.record), text.split(separator: "\n").map(String.init))
    }

    private func read(_ lines: [String]) async throws -> ReadDocument {
        try await ReadDocument.of(DocumentSource("a.jsonl", lines.joined(separator: "\n")), DiwanReader())
    }

    @Test func `a file that is cut off keeps its whole threads and says what is lost`() async throws {
        let (threads, lines) = try await exported(1..<6)
        let text = lines.joined(separator: "\n") + "\n"
        let cut = String(text.prefix(text.count * 2 / 3))
        let read = try await ReadDocument.of(DocumentSource("a.jsonl", cut), DiwanReader())
        #expect(read.lost.contains("the rest of a file that is cut off: it has no end line"))
        #expect(read.threads.count > 1)
        for (thread, back) in zip(threads, read.threads.dropLast()) { #expect(thread == back) }
        try await withVault { vault in
            let refusals = try await vault.adopt(read.threads).refusals
            #expect(refusals.allSatisfy { $0.reason == .missingAttachment })
        }
    }

    @Test func `a damaged line costs what hangs on it and nothing else`() async throws {
        let (threads, lines) = try await exported(10..<20)
        for number in stride(from: 1, to: lines.count, by: 7) where lines[number].hasPrefix("{\"object\":\"message\"") {
            var damaged = lines
            damaged[number] = String(lines[number].dropLast(9))
            let read = try await read(damaged)
            #expect(!read.lost.isEmpty)
            #expect(read.threads.count == threads.count)
            let changed = zip(threads, read.threads).filter { $0 != $1 }
            #expect(changed.count == 1)
            #expect(changed.allSatisfy { $0.messages.count > $1.messages.count })
            try await withVault { vault in
                let refusals = try await vault.adopt(read.threads).refusals
                #expect(refusals.allSatisfy { $0.reason == .missingAttachment })
            }
        }
    }

    @Test func `a newer version is refused and nothing of it read`() async throws {
        var (_, lines) = try await exported(1..<3)
        lines[0] = #"{"object":"diwan","version":2}"#
        let sink = ReadDocument()
        await #expect(throws: FormatError.self) {
            try await DiwanReader().read(DocumentSource("a.jsonl", lines.joined(separator: "\n")), into: sink)
        }
        #expect(sink.threads.isEmpty)
    }

    @Test func `fields and lines that are not known are passed over and said`() async throws {
        var (threads, lines) = try await exported(1..<3)
        let thread = try #require(lines.firstIndex { $0.hasPrefix("{\"object\":\"thread\"") })
        lines[thread] = String(lines[thread].dropLast()) + #","mood":"calm"}"#
        lines.insert(#"{"object":"summary","id":"x"}"#, at: thread)
        let read = try await read(lines)
        #expect(read.threads == threads)
        #expect(
            Set(read.notes.map(\.what)) == [
                "a field this version does not know: mood of a thread line",
                "a line of a kind this version does not know: summary",
            ])
        #expect(read.notes.allSatisfy { $0.severity == .skipped })
        threads = []
    }

    @Test func `attachments that are not wanted leave their names`() async throws {
        let thread = try #require((1..<90).map { RandomThread(seed: $0) }.first { !$0.attachments.isEmpty })
        let writer = DiwanWriter(exportedAt: Timestamp(milliseconds: 0))
        let text = try await WrittenDocument.of([thread.record], writer, thread.attachments).text
        let read = try await ReadDocument.of(
            DocumentSource("a.jsonl", text), DiwanReader(), wantsAttachments: false)
        #expect(read.kept.isEmpty)
        #expect(read.notes.allSatisfy { $0.severity == .degraded } && !read.notes.isEmpty)
        #expect(Set(read.notes.map(\.what)) == ["attachment kept by its name alone, as was asked for"])
        #expect(read.threads.flatMap(\.messages).allSatisfy { $0.parts.blobs.isEmpty })
    }

    @Test func `bytes that are not those of their digest are not kept`() async throws {
        let line = #"{"object":"blob","sha256":"\#(BlobDigest(of: [1]))","media_type":null,"base64":"Ag=="}"#
        let read = try await read([#"{"object":"diwan","version":1}"#, line, #"{"object":"end"}"#])
        #expect(read.kept.isEmpty)
        #expect(read.lost == ["a blob line with bytes that are not those of its sha256"])
    }

    @Test func `no damage ends the reader`() async throws {
        let (_, lines) = try await exported(1..<8)
        let bytes = Array(lines.joined(separator: "\n").utf8)
        var dice = Dice(9)
        for _ in 0..<150 {
            var damaged = bytes
            for _ in 0..<Int(dice.next() % 6 + 1) {
                let at = lines[0].utf8.count + Int(dice.next() % UInt64(damaged.count - lines[0].utf8.count))
                switch dice.next() % 3 {
                case 0: damaged[at] = UInt8(truncatingIfNeeded: dice.next())
                case 1: damaged.removeSubrange(at..<min(at + Int(dice.next() % 300), damaged.count))
                default: damaged.insert(contentsOf: damaged.suffix(from: at).prefix(200), at: at)
                }
            }
            let read = try await ReadDocument.of(DocumentSource(["a.jsonl": damaged]), DiwanReader())
            for thread in read.threads {
                var known: Set<MessageID> = []
                for message in thread.messages {
                    #expect(message.parentID.map(known.contains) ?? true)
                    #expect(known.insert(message.id).inserted)
                }
                #expect(thread.tipID.map(known.contains) ?? true)
            }
        }
    }
}
