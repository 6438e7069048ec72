import Conversations
import FoundationEssentials
import OrderedJSON

extension RequestWriter {
    /// The JSON of a message's `content`, or nil where nothing of these parts can be said in this dialect.
    ///
    /// Words alone are one string in every dialect, pieces a line apart: the form every server reads. An assistant's
    /// message holds words only; in `responses` its refusals keep their own kind.
    func content(of parts: [MessagePart], role: Role, blobs: any BlobReader) throws -> [UInt8]? {
        let isAnswer = role == .assistant
        var words: [String] = []
        var isWordsOnly = true
        var hasContent = false
        for part in parts {
            switch part {
            case .text(let text):
                words.append(text)
            case .refusal(let text):
                words.append(text)
                if dialect == .responses { isWordsOnly = false }
            case .image(let media), .file(let media), .audio(let media):
                if isAnswer { continue }
                if let name = nameAlone(of: media) { words.append(name) } else { isWordsOnly = false }
            case .unknown(let piece):
                if isAnswer || !piece.isContentPart { continue }
                isWordsOnly = false
            case .toolCall, .toolResult, .reasoning:
                continue
            }
            hasContent = true
        }
        guard hasContent else { return nil }
        var content = JSONWriter()
        if isWordsOnly {
            content.string(words.joined(separator: "\n"))
            return content.takeBytes()
        }
        content.beginArray()
        func say(_ text: String) {
            if text.isEmpty { return }
            content.beginObject()
            content.field("type", dialect == .chat ? "text" : isAnswer ? "output_text" : "input_text")
            content.field("text", text)
            content.endObject()
        }
        for part in parts {
            switch part {
            case .text(let text):
                say(text)
            case .image(let media) where nameAlone(of: media) != nil,
                .file(let media) where nameAlone(of: media) != nil,
                .audio(let media) where nameAlone(of: media) != nil:
                if !isAnswer { say(nameAlone(of: media) ?? "") }
            case .refusal(let text):
                content.beginObject()
                if dialect == .responses && isAnswer {
                    content.field("type", "refusal")
                    content.field("refusal", text)
                } else {
                    content.field("type", dialect == .chat ? "text" : "input_text")
                    content.field("text", text)
                }
                content.endObject()
            case .image(let media): if !isAnswer { try write(image: media, to: &content, blobs: blobs) }
            case .file(let media): if !isAnswer { try write(file: media, to: &content, blobs: blobs) }
            case .audio(let media): if !isAnswer { try write(audio: media, to: &content, blobs: blobs) }
            case .unknown(let piece): if !isAnswer, piece.isContentPart { content.value(piece) }
            case .toolCall, .toolResult, .reasoning: continue
            }
        }
        content.endArray()
        return content.takeBytes()
    }

    /// What stands for a file that is known only by an id which this upstream does not know.
    private func nameAlone(of media: MessageMedia) -> String? {
        guard !keepsFileIDs, case .fileID = media.source else { return nil }
        return "[\(media.name ?? "a file"), which is not here]"
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
            try content.address(of: image, otherwise: "image/png", blobs: blobs)
            if let detail = image.detail { content.field("detail", detail) }
            content.endObject()
        case (_, let source):
            content.field("type", "input_image")
            // The Responses API requires `detail`.
            content.field("detail", image.detail ?? "auto")
            if case .fileID(let id) = source {
                content.field("file_id", id)
            } else {
                content.key("image_url")
                try content.address(of: image, otherwise: "image/png", blobs: blobs)
            }
        }
        content.endObject()
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
            try content.address(of: file, otherwise: "application/octet-stream", blobs: blobs)
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
        case .blob(let digest): content.field("data", Data(try blobs.bytes(of: digest)).base64EncodedString())
        case .url(let url): content.field("data", url)
        case .fileID(let id): content.field("file_id", id)
        }
        content.field("format", Self.audioFormat(mediaType: audio.mediaType))
        content.endObject()
        content.endObject()
    }

    /// The name the API has for a recording's format: it knows `wav` and `mp3`.
    private static func audioFormat(mediaType: String?) -> String {
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

extension JSON {
    /// What an upstream made of its own is no input; what a user sent is handed on as it came, if it is a piece of content
    /// as the API has them: another program's own pieces are not.
    fileprivate var isContentPart: Bool { self["type"]?.string != nil }
}
