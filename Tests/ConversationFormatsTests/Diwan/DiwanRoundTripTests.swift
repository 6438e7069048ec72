import ConversationStorage
import Conversations
import Foundation
import OrderedJSON
import Testing

@testable import ConversationFormats

struct DiwanRoundTripTests {
    private func writer(_ purged: [PurgedID] = []) -> DiwanWriter {
        DiwanWriter(exportedAt: Timestamp(milliseconds: 0), purged: purged, cursor: "17")
    }

    @Test(arguments: [0, 100, 200, 300] as [UInt64])
    func `what is written is read as it was`(seed: UInt64) async throws {
        let threads = (seed..<seed + 100).map { RandomThread(seed: $0) }
        let document = try await WrittenDocument.of(threads.map(\.record), writer(), threads.flatMap(\.attachments))
        let read = try await ReadDocument.of(DocumentSource("a.jsonl", document.text), DiwanReader())
        #expect(read.notes == [])
        #expect(document.leftOut.isEmpty)
        for (thread, back) in zip(threads, read.threads) where thread.record != back {
            Issue.record("\(thread.record) came back as \(back)")
            break
        }
        #expect(read.threads.count == threads.count)
        #expect(Set(read.kept.values) == Set(threads.flatMap(\.attachments).map(\.bytes)))
    }

    @Test func `an export brought into an empty vault is the same vault`() async throws {
        try await withVault { one in
            let threads = (1..<60).map { RandomThread(seed: $0) }
            for attachment in threads.flatMap(\.attachments) {
                _ = try await one.keep(attachment.bytes, mediaType: attachment.mediaType)
            }
            let adoption = try await one.adopt(threads.map(\.record))
            #expect(adoption.refusals == [])
            try await one.adoptPurges([PurgedID(at: Timestamp(milliseconds: 5))])

            let document = WrittenDocument(threads.flatMap(\.attachments))
            var writer = DiwanWriter(exportedAt: Timestamp(milliseconds: 0), purged: try await one.purgedIDs())
            try await writer.begin(document)
            for id in try await one.threadIDs().threads {
                try await writer.write(try await one.threadRecord(id), to: document)
            }
            try await writer.end(document)

            try await withVault { other in
                let read = try await ReadDocument.of(DocumentSource("a.jsonl", document.text), DiwanReader())
                for (digest, bytes) in read.kept {
                    _ = try await other.keep(bytes, mediaType: read.mediaTypes[digest] ?? nil)
                }
                try await other.adoptPurges(read.purged)
                #expect(try await other.adopt(read.threads).refusals == [])
                #expect(try await other.contentDigest() == one.contentDigest())
                let again = try await other.adopt(read.threads)
                #expect(again.newMessages == 0 && again.changedMessages == 0 && again.newThreads == 0)
            }
        }
    }

    @Test func `an attachment is written once`() async throws {
        let bytes: [UInt8] = [1, 2, 3]
        let attachment = ExportedAttachment(digest: BlobDigest(of: bytes), mediaType: "image/png", bytes: bytes)
        var thread = RandomThread(seed: 1).record
        thread.messages = (0..<3).map { number in
            MessageRecord(
                id: MessageID(at: Timestamp(milliseconds: Int64(number))), parentID: nil, role: .user,
                parts: [.image(MessageMedia(source: .blob(attachment.digest)))],
                createdAt: Timestamp(milliseconds: 0))
        }
        let text = try await WrittenDocument.of([thread, thread], writer(), [attachment]).text
        #expect(text.split(separator: "\n").count { $0.hasPrefix("{\"object\":\"blob\"") } == 1)
    }

    @Test func `the last line has the cursor for the next export`() async throws {
        let text = try await WrittenDocument.of([RandomThread(seed: 3).record], writer()).text
        let last = try #require(text.split(separator: "\n").last)
        let json = try JSON(parsing: String(last))
        #expect(json["object"] == "end")
        #expect(json["cursor"] == "17")
        #expect(json["threads"] == 1)
    }

    @Test func `moments come back whatever their year`() {
        let moments = [
            0, 1, -1, 999, -999, 951_782_399_999, 951_782_400_000, -62_167_219_200_000, -62_167_219_200_001,
            253_402_300_799_999, 253_402_300_800_000, Int64.max / 2, 1_709_164_800_000, 4_107_542_399_000,
        ]
        for milliseconds in moments {
            let moment = Timestamp(milliseconds: milliseconds)
            #expect(Timestamp(line: moment.line) == moment, "\(milliseconds): \(moment.line)")
        }
        #expect(Timestamp(milliseconds: 1_709_164_800_250).line == "2024-02-29T00:00:00.250Z")
        #expect(Timestamp(milliseconds: 253_402_300_800_000).line == 253_402_300_800_000)
    }
}

/// Runs a test with a vault of its own.
func withVault(_ body: (Vault) async throws -> Void) async throws {
    let folder = FileManager.default.temporaryDirectory.path + "/diwan-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let vault = try Vault(file: folder + "/vault.db", for: .writing)
    defer { vault.close() }
    try await body(vault)
}
