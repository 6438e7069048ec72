package import ConversationStorage
package import Conversations
import Foundation
import OrderedJSON

/// Writes Diwan's own format. See ``DiwanFormat``.
package struct DiwanWriter: ConversationWriter {
    package static let format = ConversationFormat.diwan

    private let exportedAt: Timestamp
    private let since: String?
    private let purged: [PurgedID]
    private let cursor: String?
    private var written: Set<BlobDigest> = []
    private var (threads, messages, calls) = (0, 0, 0)

    /// - Parameters:
    ///   - since: the cursor of the export that this one goes on from; nil when it holds everything.
    ///   - purged: what was erased.
    ///   - cursor: the place in the vault's history up to which this export holds everything.
    package init(exportedAt: Timestamp, since: String? = nil, purged: [PurgedID] = [], cursor: String? = nil) {
        self.exportedAt = exportedAt
        self.since = since
        self.purged = purged
        self.cursor = cursor
    }

    package func begin(_ sink: any ExportSink) async throws {
        try await sink.write(
            line: [
                "object": "diwan", "version": .int(DiwanFormat.version), "exported_at": .line(exportedAt),
                "since": .line(since),
            ])
        for id in purged { try await sink.write(line: ["object": "erased", "id": .line(id)]) }
    }

    package mutating func write(_ thread: ThreadRecord, to sink: any ExportSink) async throws {
        for message in thread.messages {
            for digest in message.parts.blobs where written.insert(digest).inserted {
                guard let attachment = try await sink.attachment(digest) else {
                    sink.leaveOut("attachments whose bytes are not in the vault any more", count: 1)
                    continue
                }
                try await write(attachment, to: sink)
            }
        }
        try await sink.write(line: thread.line)
        for call in thread.calls { try await sink.write(line: call.line(in: thread.id)) }
        for message in thread.messages { try await sink.write(line: message.line(in: thread.id)) }
        threads += 1
        calls += thread.calls.count
        messages += thread.messages.count
    }

    package func end(_ sink: any ExportSink) async throws {
        try await sink.write(
            line: [
                "object": "end", "threads": .int(threads), "messages": .int(messages), "calls": .int(calls),
                "blobs": .int(written.count), "cursor": .line(cursor),
            ])
    }

    private func write(_ attachment: ExportedAttachment, to sink: any ExportSink) async throws {
        try await sink.write(
            line: [
                "object": "blob", "sha256": .string(attachment.digest.description),
                "media_type": .line(attachment.mediaType),
                "base64": .string(Data(attachment.bytes).base64EncodedString()),
            ])
    }
}

extension ExportSink {
    /// Writes a line of JSON Lines.
    func write(line object: JSONObject) async throws {
        var bytes = JSON.object(object).serialized()
        bytes.append(UInt8(ascii: "\n"))
        try await write(bytes)
    }
}
