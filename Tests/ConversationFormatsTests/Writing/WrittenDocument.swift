import ConversationStorage
import Conversations

@testable import ConversationFormats

/// Takes what a writer writes, and gives it attachments.
final class WrittenDocument: ExportSink {
    private(set) var bytes: [UInt8] = []
    private(set) var leftOut = ExportCounts()
    private(set) var placed: [String: [UInt8]] = [:]
    private let attachments: [BlobDigest: ExportedAttachment]
    private let hasFiles: Bool

    init(_ attachments: [ExportedAttachment] = [], hasFiles: Bool = false) {
        self.attachments = Dictionary(attachments.map { ($0.digest, $0) }) { first, _ in first }
        self.hasFiles = hasFiles
    }

    var text: String { String(decoding: bytes, as: UTF8.self) }

    func write(_ more: [UInt8]) { bytes += more }
    func attachment(_ digest: BlobDigest) -> ExportedAttachment? { attachments[digest] }
    func place(_ attachment: ExportedAttachment) -> String? {
        guard hasFiles else { return nil }
        let path = "attachments/\(attachment.digest.description.prefix(16))"
        placed[path] = attachment.bytes
        return path
    }
    func leaveOut(_ what: String, count: Int) { leftOut.add(what, count) }

    /// Writes threads as a whole document.
    static func of(
        _ threads: [ThreadRecord], _ writer: some ConversationWriter, _ attachments: [ExportedAttachment] = [],
        hasFiles: Bool = false
    ) async throws -> WrittenDocument {
        let document = WrittenDocument(attachments, hasFiles: hasFiles)
        var writer = writer
        try await writer.begin(document)
        for thread in threads { try await writer.write(thread, to: document) }
        try await writer.end(document)
        return document
    }
}

/// Files that are there in memory only.
struct DocumentSource: ImportSource {
    let name = "given"
    let entries: [ImportEntry]
    private let files: [String: [UInt8]]

    init(_ files: [String: [UInt8]]) {
        self.files = files
        entries = files.keys.sorted().map { ImportEntry(path: $0, byteCount: files[$0]?.count ?? 0) }
    }

    init(_ name: String, _ text: String) { self.init([name: Array(text.utf8)]) }

    func open(_ entry: ImportEntry) throws(FormatError) -> any ByteStream { DocumentStream(files[entry.path] ?? []) }
    func localFile(of entry: ImportEntry) throws(FormatError) -> String {
        throw FormatError(.unreadable, "it is in memory")
    }
}

private final class DocumentStream: ByteStream {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) { rest = bytes[...] }

    func next(upTo count: Int) -> [UInt8] {
        defer { rest = rest.dropFirst(min(count, 1000)) }
        return Array(rest.prefix(min(count, 1000)))
    }
}

/// Takes what a reader reads.
final class ReadDocument: PurgeSink {
    private(set) var conversations: [ForeignConversation] = []
    private(set) var threads: [ThreadRecord] = []
    private(set) var kept: [BlobDigest: [UInt8]] = [:]
    private(set) var mediaTypes: [BlobDigest: String?] = [:]
    private(set) var purged: [PurgedID] = []
    private(set) var notes: [ImportNote] = []
    let wantsAttachments: Bool

    init(wantsAttachments: Bool = true) { self.wantsAttachments = wantsAttachments }

    func add(_ conversation: ForeignConversation) { conversations.append(conversation) }
    func add(_ thread: ThreadRecord) { threads.append(thread) }
    func addPurged(_ ids: [PurgedID]) { purged += ids }
    func note(_ note: ImportNote) { notes.append(note) }
    func keep(_ bytes: [UInt8], mediaType: String?) -> BlobDigest {
        let digest = BlobDigest(of: bytes)
        kept[digest] = bytes
        mediaTypes[digest] = mediaType
        return digest
    }

    var lost: [String] { notes.filter { $0.severity == .lost }.map(\.what) }

    /// Reads a source whole.
    static func of(
        _ source: some ImportSource, _ reader: some ConversationReader, wantsAttachments: Bool = true
    ) async throws -> ReadDocument {
        let document = ReadDocument(wantsAttachments: wantsAttachments)
        try await reader.read(source, into: document)
        return document
    }
}
