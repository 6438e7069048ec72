import Conversations
import FoundationEssentials
import OrderedJSON

/// Pictures, documents and recordings as the APIs show them: by address, by id, or as a `data:` URL of their bytes.
enum ServedMedia {
    static func inputImage(_ media: MessageMedia, blobs: any BlobReader) throws -> JSON {
        var json: JSONObject = ["type": "input_image", "detail": .string(media.detail ?? "auto")]
        if case .fileID(let id) = media.source {
            json["file_id"] = .string(id)
            json["image_url"] = .null
        } else {
            json["file_id"] = .null
            json["image_url"] = .string(try address(of: media, otherwise: "image/png", blobs: blobs))
        }
        return .object(json)
    }

    static func inputFile(_ media: MessageMedia, blobs: any BlobReader) throws -> JSON {
        var json: JSONObject = ["type": "input_file"]
        if let name = media.name { json["filename"] = .string(name) }
        switch media.source {
        case .fileID(let id): json["file_id"] = .string(id)
        case .url(let url) where !url.utf8.starts(with: "data:".utf8): json["file_url"] = .string(url)
        case .url, .blob:
            if media.name == nil { json["filename"] = "file" }
            json["file_data"] = .string(try address(of: media, otherwise: "application/octet-stream", blobs: blobs))
        }
        return .object(json)
    }

    static func inputAudio(_ media: MessageMedia, blobs: any BlobReader) throws -> JSON {
        .object(["type": "input_audio", "input_audio": try audio(media, blobs: blobs)])
    }

    static func audio(_ media: MessageMedia, blobs: any BlobReader) throws -> JSON {
        var json = JSONObject()
        switch media.source {
        case .blob(let digest): json["data"] = .string(Data(try blobs.bytes(of: digest)).base64EncodedString())
        case .url(let url): json["data"] = .string(url)
        case .fileID(let id): json["file_id"] = .string(id)
        }
        json["format"] = .string(RequestWriter.audioFormat(mediaType: media.mediaType))
        return .object(json)
    }

    /// A picture that an answer shows, as the item of the tool that draws: its bytes, or its address beside them.
    static func drawing(_ media: MessageMedia, id: String, blobs: any BlobReader) throws -> ServedItem {
        var json: JSONObject = [
            "id": .string(id), "type": "image_generation_call", "status": "completed", "result": .null,
        ]
        switch media.source {
        case .blob(let digest): json["result"] = .string(Data(try blobs.bytes(of: digest)).base64EncodedString())
        case .url(let url):
            if url.utf8.starts(with: "data:".utf8), let comma = url.utf8.firstIndex(of: UInt8(ascii: ",")) {
                json["result"] = .string(String(url[url.utf8.index(after: comma)...]))
            } else {
                json["image_url"] = .string(url)
            }
        case .fileID(let id): json["file_id"] = .string(id)
        }
        return ServedItem(id: id, json: json)
    }

    /// A part of a chat message's content; nil for what is no media.
    static func chatPart(_ part: MessagePart, blobs: any BlobReader) throws -> JSON? {
        switch part {
        case .image(let media):
            if case .fileID(let id) = media.source { return ["type": "file", "file": ["file_id": .string(id)]] }
            var image: JSONObject = ["url": .string(try address(of: media, otherwise: "image/png", blobs: blobs))]
            if let detail = media.detail { image["detail"] = .string(detail) }
            return ["type": "image_url", "image_url": .object(image)]
        case .file(let media):
            var file = JSONObject()
            if case .fileID(let id) = media.source {
                file["file_id"] = .string(id)
            } else {
                file["filename"] = .string(media.name ?? "file")
                file["file_data"] = .string(
                    try address(of: media, otherwise: "application/octet-stream", blobs: blobs))
            }
            return ["type": "file", "file": .object(file)]
        case .audio(let media): return ["type": "input_audio", "input_audio": try audio(media, blobs: blobs)]
        default: return Optional.none
        }
    }

    private static func address(
        of media: MessageMedia, otherwise type: String, blobs: any BlobReader
    ) throws -> String {
        switch media.source {
        case .url(let url), .fileID(let url): return url
        case .blob(let digest):
            return "data:\(media.mediaType ?? type);base64,"
                + Data(try blobs.bytes(of: digest)).base64EncodedString()
        }
    }
}
