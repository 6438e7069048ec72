import ConversationStorage
import Conversations
import OrderedJSON
import Testing

@testable import ConversationFormats

/// Whole vaults that go out and come in, through all that an import does.
struct MovedVaultTests {
    private static let now = Timestamp(milliseconds: 1_800_000_000_000)

    /// What is in every vault here: random trees, with labels, tags, pins, trash and attachments.
    private func fill(_ vault: Vault, seeds: Range<UInt64>) async throws {
        let threads = seeds.map { RandomThread(seed: $0) }
        for attachment in threads.flatMap(\.attachments) {
            _ = try await vault.keep(attachment.bytes, mediaType: attachment.mediaType)
        }
        #expect(try await vault.adopt(threads.map(\.record)).refusals == [])
    }

    private func document(
        of vault: Vault, _ writer: some ConversationWriter, of ids: [ThreadID]? = nil
    ) async throws -> WrittenDocument {
        var threads: [ThreadRecord] = []
        var attachments: [ExportedAttachment] = []
        for id in try await vault.threadIDs().threads where ids?.contains(id) ?? true {
            threads.append(try await vault.threadRecord(id))
            for digest in threads[threads.count - 1].messages.flatMap(\.parts.blobs) {
                guard let blob = try await vault.blob(digest) else { continue }
                attachments.append(ExportedAttachment(digest: digest, mediaType: blob.mediaType, bytes: blob.bytes))
            }
        }
        return try await WrittenDocument.of(threads, writer, attachments)
    }

    private func bring(
        _ document: WrittenDocument, _ name: String, into vault: Vault, wantsAttachments: Bool = true
    ) async throws -> ImportReport {
        let source = DocumentSource([name: document.bytes])
        let importer = Importer(
            source, reader: try KnownReaders.reader(for: source), wantsAttachments: wantsAttachments)
        return try await importer.run(into: VaultDestination(vault, for: nil), now: Self.now)
    }

    @Test(arguments: [500, 600, 700] as [UInt64])
    func `everything that is exported and imported elsewhere is the same vault`(seed: UInt64) async throws {
        try await withVault { one, _ in
            try await fill(one, seeds: seed..<seed + 80)
            let written = try await document(of: one, DiwanWriter(exportedAt: Self.now))
            try await withVault { other, _ in
                let report = try await bring(written, "all.jsonl", into: other)
                #expect(report.remarks == [:])
                #expect(report.newThreads == 80)
                #expect(try await other.contentDigest() == one.contentDigest())
                let back = try await document(of: other, DiwanWriter(exportedAt: Self.now))
                #expect(try await bring(back, "all.jsonl", into: one).newMessages == 0)
                #expect(try await one.contentDigest() == other.contentDigest())
            }
        }
    }

    @Test func `a document that comes back unchanged changes nothing, with its attachments at hand or not`()
        async throws
    {
        try await withVault { vault, _ in
            try await fill(vault, seeds: 800..<860)
            let before = try await vault.contentDigest()
            for id in try await vault.threadIDs().threads {
                let written = try await document(of: vault, MarkdownWriter(includesBranches: true), of: [id])
                for wantsAttachments in [true, false] {
                    let report = try await bring(written, "a.md", into: vault, wantsAttachments: wantsAttachments)
                    #expect(report.remarks == [:] && report.newMessages == 0 && report.changedMessages == 0)
                }
            }
            #expect(try await vault.contentDigest() == before)
        }
    }

    @Test(arguments: ["all.jsonl", "a.md"])
    func `attachments that were not asked for are names elsewhere, and that is said`(name: String) async throws {
        let thread = try #require(
            (1..<99 as Range<UInt64>).map { RandomThread(seed: $0) }
                .first { $0.record.tipPath.contains { !$0.parts.blobs.isEmpty } })
        let written =
            name == "a.md"
            ? try await WrittenDocument.of(
                [thread.record], MarkdownWriter(includesBranches: true), thread.attachments)
            : try await WrittenDocument.of([thread.record], DiwanWriter(exportedAt: Self.now), thread.attachments)
        let count = thread.record.messages.flatMap(\.parts.blobs).count
        try await withVault { vault, _ in
            let report = try await bring(written, name, into: vault, wantsAttachments: false)
            #expect(report.remarks[.lost] == nil)
            #expect(
                report.remarks[.degraded]?.map(\.what) == ["attachment kept by its name alone, as was asked for"])
            #expect(report.count(.degraded) == count)
            #expect(report.newMessages == thread.record.messages.count)
            let kept = try await vault.threadRecord(thread.record.id).messages.flatMap(\.parts)
            #expect(kept.allSatisfy { $0.media.map { $0.source.isElsewhere } ?? true })
        }
    }

    @Test(arguments: 0..<4 as Range<UInt64>)
    func `no words of a path are lost in a training file without a word about it`(round: UInt64) async throws {
        for seed in (round * 100)..<(round * 100 + 100) {
            let thread = RandomThread(seed: seed)
            for (writer, reader) in Self.trainingFormats {
                let written = try await WrittenDocument.of([thread.record], writer, thread.attachments)
                guard !written.bytes.isEmpty else {
                    #expect(!written.leftOut.isEmpty, "seed \(seed)")
                    continue
                }
                let read = try await ReadDocument.of(DocumentSource("a.jsonl", written.text), reader)
                #expect(read.lost == [], "seed \(seed)")
                let conversation = try #require(read.conversations.first, "seed \(seed)")
                let words = (conversation.instructions ?? "") + conversation.messages.map(\.allWords).joined().joined()
                for text in thread.record.tipPath.flatMap(\.parts).compactMap(\.spoken) {
                    #expect(words.hasBytes(of: text), "seed \(seed): \(type(of: writer).format)")
                }
            }
        }
    }

    private static var trainingFormats: [(any ConversationWriter, any ConversationReader)] {
        [
            (OpenAIFineTuningWriter(), OpenAIFineTuningReader()), (ShareGPTWriter(asArray: false), ShareGPTReader()),
        ]
    }
}

extension MessagePart {
    /// What a person or a model said in it, for everybody to read.
    fileprivate var spoken: String? { if case .text(let text) = self { text } else { nil } }
}

extension MessageMedia.Source {
    /// Whether the bytes are not the vault's.
    fileprivate var isElsewhere: Bool { if case .blob = self { false } else { true } }
}
