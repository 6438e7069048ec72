import ConversationStorage
import Conversations
import OrderedJSON

/// Reads Markdown: documents that ``MarkdownWriter`` wrote and a person may have edited since, with their thread's own
/// ids, and others whose headings say who speaks, as conversations without ids.
package struct MarkdownReader: ConversationReader {
    package static let format = ConversationFormat.markdown

    package init() {}

    package static func recognize(_ source: any ImportSource) -> Recognition? {
        var best: Recognition?
        for entry in source.entries where isMarkdown(entry) {
            guard let head = try? source.head(of: entry, upTo: 1 << 16) else { continue }
            let text = String(decoding: head, as: UTF8.self)
            if text.hasPrefix("---\ndiwan: ") || text.hasPrefix("---\r\ndiwan: ") { return .certain }
            if PlainMarkdown.hasTurns(text) { best = .possible }
        }
        return best
    }

    private static func isMarkdown(_ entry: ImportEntry) -> Bool {
        let name = entry.fileName.lowercased()
        return name.hasSuffix(".md") || name.hasSuffix(".markdown")
    }

    package func read(_ source: any ImportSource, into sink: any ImportSink) async throws {
        let entries = source.entries.filter { Self.isMarkdown($0) || source.entries.count == 1 }
        guard !entries.isEmpty else {
            throw FormatError(.unknownFormat, "\(source.name) holds no Markdown: no file ends in .md.")
        }
        for entry in entries {
            let text: String
            do {
                text = String(decoding: try source.bytes(of: entry), as: UTF8.self)
            } catch {
                guard entries.count > 1 else { throw error }
                sink.note(ImportNote(.lost, "a document that cannot be read: \(error.message)", at: entry.path))
                continue
            }
            let segments = MarkdownSegments(text)
            if let version = segments.frontMatter["diwan"] {
                guard version == "1" else {
                    throw FormatError(
                        .unknownFormat,
                        "\(entry.path) was written by a newer Diwan. Nothing of it was imported; update this one.")
                }
                if let id = segments.frontMatter["thread"].flatMap({ ThreadID($0) }) {
                    let media = MarkdownMedia(source: source, document: entry, sink: sink)
                    try await read(segments, of: id, with: media, place: entry.path, into: sink)
                    continue
                }
            }
            guard let conversation = PlainMarkdown.conversation(text) else {
                sink.note(
                    ImportNote(
                        .skipped, "a document without turns: no heading says who speaks, as ## User does",
                        at: entry.path))
                continue
            }
            try await sink.add(conversation)
        }
    }

    private func read(
        _ segments: MarkdownSegments, of id: ThreadID, with media: MarkdownMedia, place: String,
        into sink: any ImportSink
    ) async throws {
        var thread = MarkdownThread(id: id, place: place, sink: sink)
        thread.read(frontMatter: segments.frontMatter)
        var words = segments.before.filter { !$0.isEmpty }
        if words.first?.hasPrefix("# ") == true { words.removeFirst() }
        if !words.isEmpty { sink.note(ImportNote(.skipped, "words before the first turn", at: place)) }
        var kept: Set<BlobDigest> = []
        for segment in segments.segments {
            switch segment.mark {
            case .instructions(let attributes): thread.takeInstructions(attributes, segment.lines)
            case .call(let attributes): thread.takeCall(attributes)
            case .message(let attributes, let role, let isBroken):
                if isBroken { thread.noteBrokenComment() }
                thread.beginMessage(attributes, role: role, segment.lines)
            case .part(let attributes):
                let digest = try await media.media(attributes, segment.lines)
                if let digest { kept.insert(digest) }
                thread.takePart(attributes, segment.lines, media: digest)
            case .branches: break
            }
        }
        guard var record = thread.finished() else { return }
        try await sink.nameWhatHasNoBytes(of: &record, besides: kept, at: place)
        try await sink.add(record)
    }
}

/// The attachments of a document: in it, or in files beside it.
struct MarkdownMedia {
    let source: any ImportSource
    let document: ImportEntry
    let sink: any ImportSink

    /// The digest of the bytes that a part links to, after they were kept; nil where it is no attachment of bytes, and
    /// where those are not there.
    func media(_ attributes: JSONObject?, _ lines: [String]) async throws -> BlobDigest? {
        guard let attributes, attributes["sha256"] != nil, sink.wantsAttachments else { return nil }
        guard let link = MarkdownPart.link(in: lines), let bytes = try bytes(at: link) else { return nil }
        return try await sink.keep(bytes, mediaType: attributes["media_type"]?.string)
    }

    private func bytes(at link: String) throws -> [UInt8]? {
        if let data = DataURL(link) { return data.bytes }
        let folder = document.path.split(separator: "/").dropLast()
        let path = (folder + link.split(separator: "/")).joined(separator: "/")
        guard let entry = source.entries.first(where: { $0.path == path }) else { return nil }
        return try source.bytes(of: entry)
    }
}
