import Conversations
import OrderedJSON

/// Reads the content of messages that are no model's, and the outputs of tools: words, or pieces of any dialect.
///
/// Media keep the address they came with; bytes in the request are a `data:` URL (RFC 2397), whatever form they had.
enum ReceivedContent {
    static func parts(
        of content: JSON?, at place: FieldPlace, field: String = "content", takesEmptyArray: Bool = true
    ) throws(RequestFault) -> [MessagePart] {
        switch content {
        case nil: throw .missing(place.name(field))
        case .string(let text)?: return [.text(text)]
        case .array(let blocks)?:
            if blocks.isEmpty {
                if !takesEmptyArray { throw .emptyArray(place.name(field)) }
                return [.text("")]
            }
            var parts: [MessagePart] = []
            parts.reserveCapacity(blocks.count)
            for (index, block) in blocks.enumerated() { parts.append(try part(block, at: place.inside(field, index))) }
            return parts
        case let other?:
            throw .type(of: place.name(field), expected: "one of a string or an array of objects", got: other)
        }
    }

    private static func part(_ block: JSON, at place: FieldPlace) throws(RequestFault) -> MessagePart {
        guard let object = block.object else { throw .type(of: place.name(), expected: "an object", got: block) }
        let fields = FieldReader(object: object, place: place)
        guard let type = try fields.string("type") else { throw .missing(place.name("type")) }
        switch type {
        case "text", "input_text", "output_text":
            guard let text = try fields.string("text") else { throw .missing(place.name("text")) }
            return .text(text)
        case "refusal":
            guard let words = try fields.string("refusal") else { throw .missing(place.name("refusal")) }
            return .refusal(words)
        case "input_image", "image_url":
            return try image(fields, at: place)
        case "input_file":
            guard let file = try file(object, at: place, under: "") else {
                throw .missing(place.name("file_id"))
            }
            return file
        case "file":
            guard let inner = try fields.object("file") else {
                throw .missing(place.name("file"))
            }
            guard let file = try file(inner, at: place, under: "file.") else {
                throw .missing(place.name("file.file_id"))
            }
            return file
        case "input_audio":
            guard let inner = try fields.object("input_audio") else {
                throw .missing(place.name("input_audio"))
            }
            let audio = FieldReader(object: inner, prefix: "input_audio.", place: place)
            let format = try audio.string("format")
            let mediaType = format.map { $0 == "mp3" ? "audio/mpeg" : "audio/\($0)" }
            if let data = try audio.string("data") {
                let url = dataURL(data, mediaType: mediaType ?? "audio/wav")
                return .audio(MessageMedia(source: .url(url), mediaType: mediaType))
            }
            guard let id = try audio.string("file_id") else {
                throw .missing(place.name("input_audio.data"))
            }
            return .audio(MessageMedia(source: .fileID(id), mediaType: mediaType))
        default:
            return .unknown(block)
        }
    }

    /// `{"image_url":{"url":…,"detail":…}}` as chat has it, `{"image_url":…,"detail":…}` as the Responses API has it, or a
    /// file's id.
    private static func image(_ fields: FieldReader, at place: FieldPlace) throws(RequestFault) -> MessagePart {
        var detail = try fields.string("detail")
        var url: String?
        if let inner = fields.value("image_url")?.object {
            let innerFields = FieldReader(object: inner, prefix: "image_url.", place: place)
            url = try innerFields.string("url")
            detail = try innerFields.string("detail") ?? detail
            if url == nil { throw .missing(place.name("image_url.url")) }
        } else {
            url = try fields.string("image_url")
        }
        if let url {
            return .image(MessageMedia(source: .url(url), mediaType: mediaType(of: url), detail: detail))
        }
        guard let id = try fields.string("file_id") else { throw .missing(place.name("image_url")) }
        return .image(MessageMedia(source: .fileID(id), detail: detail))
    }

    private static func file(
        _ object: JSONObject, at place: FieldPlace, under outer: String
    ) throws(RequestFault) -> MessagePart? {
        let fields = FieldReader(object: object, prefix: outer, place: place)
        let name = try fields.string("filename")
        let detail = try fields.string("detail")
        if let id = try fields.string("file_id"), !id.isEmpty {
            return .file(MessageMedia(source: .fileID(id), name: name, detail: detail))
        }
        var url = try fields.string("file_url")
        if let data = try fields.string("file_data") { url = dataURL(data, mediaType: "application/octet-stream") }
        guard let url else { return nil }
        return .file(MessageMedia(source: .url(url), mediaType: mediaType(of: url), name: name, detail: detail))
    }

    /// Bytes in Base64 as an address; what is an address already stays one.
    static func dataURL(_ data: String, mediaType: String) -> String {
        let isAddress = ["data:", "https://", "http://"].contains { data.utf8.starts(with: $0.utf8) }
        return isAddress ? data : "data:\(mediaType);base64,\(data)"
    }

    /// The type that a `data:` URL says its bytes have.
    static func mediaType(of url: String) -> String? {
        guard url.utf8.starts(with: "data:".utf8) else { return nil }
        let head = url.utf8.dropFirst(5).prefix(100).prefix { $0 != UInt8(ascii: ";") && $0 != UInt8(ascii: ",") }
        return head.isEmpty || head.count == 100 ? nil : String(head)
    }
}
