import Conversations
import FoundationEssentials
import OrderedJSON

extension RequestWriter {
    /// The JSON of a message's `content`, or nil where nothing of these parts can be said in this dialect.
    ///
    /// Words alone are one string in every dialect, pieces a line apart: the form every server reads. An assistant's
    /// message holds words only.
    mutating func content(
        of parts: [MessagePart], role: Role, origin: MessageOrigin?, blobs: any BlobReader
    ) throws -> [UInt8]? {
        let isAnswer = role == .assistant
        let pieces = pieces(of: parts, role: role, isOwn: origin == nil || origin == target)
        guard !pieces.isEmpty else { return nil }
        var content = JSONWriter()
        let words = pieces.compactMap(\.words)
        if words.count == pieces.count {
            if role != .user, words.allSatisfy(\.isEmpty), portability.leavesOut(.emptyMessage) { return nil }
            content.string(words.joined(separator: "\n"))
            return content.takeBytes()
        }
        content.beginArray()
        for piece in pieces {
            switch piece {
            case .words(let text):
                if text.isEmpty { continue }
                content.beginObject()
                content.field("type", dialect == .chat ? "text" : isAnswer ? "output_text" : "input_text")
                content.field("text", text)
                content.endObject()
            case .refusal(let text):
                content.beginObject()
                content.field("type", isAnswer ? "refusal" : "input_text")
                content.field(isAnswer ? "refusal" : "text", text)
                content.endObject()
            case .image(let media): try write(image: media, to: &content, blobs: blobs)
            case .file(let media): try write(file: media, to: &content, blobs: blobs)
            case .audio(let media): try write(audio: media, to: &content, blobs: blobs)
            case .asItCame(let piece): content.value(piece)
            }
        }
        content.endArray()
        return content.takeBytes()
    }

    private func write(image: MessageMedia, to content: inout JSONWriter, blobs: any BlobReader) throws {
        content.beginObject()
        switch (dialect, image.source) {
        case (.chat, .fileID(let id)):
            content.field("type", "file")
            content.key("file")
            content.beginObject()
            content.field("file_id", id)
            content.endObject()
        case (.chat, _):
            content.field("type", "image_url")
            content.key("image_url")
            content.beginObject()
            content.key("url")
            try content.address(of: image, otherwise: "image/png", blobs: isRehearsal ? NoBlobs() : blobs)
            if let detail = image.detail, rulesKnow(detail) { content.field("detail", detail) }
            content.endObject()
        case (_, let source):
            content.field("type", "input_image")
            // The Responses API requires `detail`.
            content.field("detail", image.detail ?? "auto")
            if case .fileID(let id) = source {
                content.field("file_id", id)
            } else {
                content.key("image_url")
                try content.address(of: image, otherwise: "image/png", blobs: isRehearsal ? NoBlobs() : blobs)
            }
        }
        content.endObject()
    }

    /// Chat knows three degrees of detail; the first version of the rules asked no questions.
    private func rulesKnow(_ detail: String) -> Bool {
        portability.rules.version == 0 || ["low", "high", "auto"].contains(detail)
    }

    private func write(file: MessageMedia, to content: inout JSONWriter, blobs: any BlobReader) throws {
        content.beginObject()
        if dialect == .chat {
            content.field("type", "file")
            content.key("file")
            content.beginObject()
        } else {
            content.field("type", "input_file")
        }
        switch file.source {
        case .fileID(let id):
            content.field("file_id", id)
        case .url(let url) where dialect != .chat && !url.utf8.starts(with: "data:".utf8):
            content.field("file_url", url)
        case .url, .blob:
            content.field("filename", file.name ?? "file")
            content.key("file_data")
            try content.address(of: file, otherwise: "application/octet-stream", blobs: isRehearsal ? NoBlobs() : blobs)
        }
        if dialect == .chat { content.endObject() }
        content.endObject()
    }

    private func write(audio: MessageMedia, to content: inout JSONWriter, blobs: any BlobReader) throws {
        content.beginObject()
        content.field("type", "input_audio")
        content.key("input_audio")
        content.beginObject()
        switch audio.source {
        case .blob(let digest):
            let bytes = isRehearsal ? [] : try blobs.bytes(of: digest)
            content.field("data", Data(bytes).base64EncodedString())
        case .url(let url): content.field("data", url)
        case .fileID(let id): content.field("file_id", id)
        }
        content.field("format", Self.audioFormat(mediaType: audio.mediaType))
        content.endObject()
        content.endObject()
    }

    /// The name the API has for a recording's format: it knows `wav` and `mp3`.
    static func audioFormat(mediaType: String?) -> String {
        switch mediaType {
        case nil, "audio/wav", "audio/x-wav", "audio/wave", "audio/vnd.wave": "wav"
        case "audio/mpeg", "audio/mp3": "mp3"
        case let type?: type.split(separator: "/").last.map(String.init) ?? "wav"
        }
    }
}

extension JSONWriter {
    /// Writes where media are: their address, or a `data:` URL (RFC 2397) of their bytes.
    fileprivate mutating func address(
        of media: MessageMedia, otherwise defaultType: String, blobs: any BlobReader
    ) throws {
        switch media.source {
        case .url(let url), .fileID(let url):
            string(url)
        case .blob(let digest):
            let head = "data:\(media.mediaType ?? defaultType);base64,"
            let body = Data(try blobs.bytes(of: digest)).base64EncodedData()
            var url = [UInt8]()
            url.reserveCapacity(head.utf8.count + body.count)
            url.append(contentsOf: head.utf8)
            url.append(contentsOf: body)
            url.withUnsafeBufferPointer { string(utf8: $0) }
        }
    }
}

/// What a rehearsal reads.
private struct NoBlobs: BlobReader {
    func bytes(of digest: BlobDigest) -> [UInt8] { [] }
}
