import Conversations

/// The files that came with an export and belong to messages: found by name, and kept.
final class AttachedFiles {
    private let source: any ImportSource
    private let sink: any ImportSink
    /// By the bytes of their names, so that those with one beginning stand together.
    private let byName: [ImportEntry]
    private let byPath: [String: ImportEntry]
    private var kept: [String: (digest: BlobDigest, mediaType: String?)] = [:]
    /// The paths of those that a message named.
    private(set) var namedPaths: Set<String> = []

    init(_ source: any ImportSource, sink: any ImportSink) {
        self.source = source
        self.sink = sink
        byName = source.entries.sorted { $0.fileName.utf8.lexicographicallyPrecedes($1.fileName.utf8) }
        byPath = Dictionary(source.entries.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// The file whose name is `id`, or begins with it and goes on with something that is no part of an id: a dot, a
    /// hyphen, an underscore.
    func entry(beginningWith id: String) -> ImportEntry? {
        guard !id.isEmpty else { return nil }
        var low = 0
        var high = byName.count
        while low < high {
            let middle = (low + high) / 2
            if byName[middle].fileName.utf8.lexicographicallyPrecedes(id.utf8) {
                low = middle + 1
            } else {
                high = middle
            }
        }
        for entry in byName[low...] {
            let name = entry.fileName.utf8
            guard name.starts(with: id.utf8) else { return nil }
            guard let next = name.dropFirst(id.utf8.count).first else { return entry }
            if ".-_".utf8.contains(next) { return entry }
        }
        return nil
    }

    /// The file `name` beside the one at `path`, or of that name anywhere; where there is none, one that differs in what
    /// comes after its last dot, as exports rename them.
    func entry(named name: String, beside path: String) -> ImportEntry? {
        let folder = path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
        if let entry = byPath[(folder + [name[...]]).joined(separator: "/")] ?? byPath[name] { return entry }
        guard let last = name.split(separator: "/").last else { return nil }
        if let entry = entry(beginningWith: String(last)) { return entry }
        guard let dot = last.lastIndex(of: "."), dot != last.startIndex else { return nil }
        return entry(beginningWith: String(last[..<dot]))
    }

    /// The part for a file: with its bytes where `entry` is one and attachments are wanted, else by its name.
    ///
    /// What has no bytes, or cannot be read, is noted.
    func part(
        _ entry: ImportEntry?, id: String, name: String?, mediaType: String?, otherwise kind: AttachedKind,
        at place: String?
    ) async throws -> MessagePart {
        if let entry { namedPaths.insert(entry.path) }
        let name = name ?? entry?.fileName
        var type = mediaType ?? name.flatMap(mediaType(ofFileNamed:))
        var media = MessageMedia(source: .fileID(id), mediaType: type, name: name)
        if sink.wantsAttachments {
            if let entry {
                do {
                    let file = try await keep(entry, mediaType: type)
                    type = file.mediaType
                    media = MessageMedia(source: .blob(file.digest), mediaType: type, name: name)
                } catch let error as FormatError {
                    sink.note(ImportNote(.degraded, "attachment that cannot be read: \(error.code)", at: place))
                }
            } else {
                sink.note(ImportNote(.degraded, "attachment whose bytes are not in the export", at: place))
            }
        }
        return kind.part(media)
    }

    private func keep(
        _ entry: ImportEntry, mediaType: String?
    ) async throws -> (digest: BlobDigest, mediaType: String?) {
        if let known = kept[entry.path] { return known }
        let bytes = try source.bytes(of: entry)
        let type = mediaType ?? self.mediaType(ofBytes: bytes)
        let file = (digest: try await sink.keep(bytes, mediaType: type), mediaType: type)
        kept[entry.path] = file
        return file
    }

    // MARK: - Media types

    /// What a file is by its name.
    func mediaType(ofFileNamed name: String) -> String? {
        guard let dot = name.lastIndex(of: ".") else { return nil }
        return Self.mediaTypes[name[name.index(after: dot)...].lowercased()]
    }

    /// What a file is by its first bytes.
    private func mediaType(ofBytes bytes: [UInt8]) -> String? {
        func begins(_ text: String, at offset: Int = 0) -> Bool { bytes.dropFirst(offset).starts(with: text.utf8) }
        if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47]) { return "image/png" }
        if bytes.starts(with: [0xFF, 0xD8, 0xFF]) { return "image/jpeg" }
        if begins("GIF8") { return "image/gif" }
        if begins("RIFF"), begins("WEBP", at: 8) { return "image/webp" }
        if begins("RIFF"), begins("WAVE", at: 8) { return "audio/wav" }
        if begins("%PDF-") { return "application/pdf" }
        return nil
    }

    private static let mediaTypes = [
        "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "gif": "image/gif", "webp": "image/webp",
        "heic": "image/heic", "svg": "image/svg+xml", "bmp": "image/bmp", "tiff": "image/tiff",
        "wav": "audio/wav", "mp3": "audio/mpeg", "m4a": "audio/mp4", "ogg": "audio/ogg", "aac": "audio/aac",
        "mp4": "video/mp4", "mov": "video/quicktime", "webm": "video/webm",
        "pdf": "application/pdf", "json": "application/json", "zip": "application/zip", "txt": "text/plain",
        "md": "text/markdown", "csv": "text/csv", "html": "text/html", "xml": "application/xml",
        "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ]
}

/// What an attachment is taken for where its media type does not say.
enum AttachedKind {
    case image
    case audio
    case file

    func part(_ media: MessageMedia) -> MessagePart {
        guard let type = media.mediaType else {
            switch self {
            case .image: return .image(media)
            case .audio: return .audio(media)
            case .file: return .file(media)
            }
        }
        if type.hasPrefix("image/") { return .image(media) }
        if type.hasPrefix("audio/") { return .audio(media) }
        return .file(media)
    }
}
