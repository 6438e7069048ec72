import ConversationFormats
import ConversationStorage
import Conversations
import OrderedJSON

/// An export in memory.
struct ExportFiles: ImportSource {
    let name = "export"
    var files: [(path: String, bytes: [UInt8])]

    init(_ files: [(String, String)]) { self.files = files.map { ($0, Array($1.utf8)) } }

    init(_ path: String, _ bytes: [UInt8]) { files = [(path, bytes)] }

    var entries: [ImportEntry] { files.map { ImportEntry(path: $0.path, byteCount: $0.bytes.count) } }

    func open(_ entry: ImportEntry) throws(FormatError) -> any ByteStream {
        guard let file = files.first(where: { $0.path == entry.path }) else {
            throw FormatError(.notFound, "there is no \(entry.path)")
        }
        return BytesInPieces(file.bytes)
    }

    func localFile(of entry: ImportEntry) throws(FormatError) -> String {
        throw FormatError(.notFound, "nothing here lies on a disk")
    }
}

/// Bytes that come a few at a time, as from a disk.
private final class BytesInPieces: ByteStream {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) { rest = bytes[...] }

    func next(upTo count: Int) throws(FormatError) -> [UInt8] {
        let piece = Array(rest.prefix(min(count, 4093)))
        rest = rest.dropFirst(piece.count)
        return piece
    }
}

/// Takes down what a reader reads.
final class ExportReading: ImportSink {
    var conversations: [ForeignConversation] = []
    var kept: [BlobDigest: [UInt8]] = [:]
    var notes: [ImportNote] = []
    let wantsAttachments: Bool

    init(wantsAttachments: Bool = true) { self.wantsAttachments = wantsAttachments }

    func add(_ conversation: ForeignConversation) async throws { conversations.append(conversation) }

    func add(_ thread: ThreadRecord) async throws {}

    func keep(_ bytes: [UInt8], mediaType: String?) async throws -> BlobDigest {
        let digest = BlobDigest(of: bytes)
        kept[digest] = bytes
        return digest
    }

    func note(_ note: ImportNote) { notes.append(note) }

    var messageCount: Int { conversations.reduce(0) { $0 + $1.messages.count } }

    func notes(_ severity: ImportNote.Severity) -> [String] {
        notes.filter { $0.severity == severity }.map(\.what)
    }

    /// What `reader` reads of an export.
    static func of(
        _ source: any ImportSource, with reader: any ConversationReader, wantsAttachments: Bool = true
    ) async throws -> ExportReading {
        let reading = ExportReading(wantsAttachments: wantsAttachments)
        try await reader.read(source, into: reading)
        return reading
    }
}

extension ForeignMessage {
    /// Every word that is kept of it, whoever said it.
    var allWords: [String] {
        parts.flatMap { part -> [String] in
            switch part {
            case .text(let text), .refusal(let text): [text]
            case .reasoning(let reasoning): [reasoning.text]
            case .toolCall(let call): [call.arguments]
            case .toolResult(let result): [result.output]
            case .unknown(let json): [json.text()]
            case .image, .file, .audio: []
            }
        }
    }

    var text: String { parts.text }

    var media: [MessageMedia] {
        parts.compactMap { part in
            switch part {
            case .image(let media), .file(let media), .audio(let media): media
            default: nil
            }
        }
    }
}

extension String {
    /// Whether the bytes of `words` occur.
    func hasBytes(of words: String) -> Bool { utf8.firstRange(of: words.utf8) != nil }
}
