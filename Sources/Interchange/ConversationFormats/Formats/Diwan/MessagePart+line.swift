import Conversations
import OrderedJSON

extension MessagePart {
    /// The part as `--json` prints it, and what else makes it the same part elsewhere.
    var line: JSON {
        switch self {
        case .text(let text): return .object(["type": "text", "text": .string(text)])
        case .refusal(let text): return .object(["type": "refusal", "refusal": .string(text)])
        case .reasoning(let reasoning):
            var object: JSONObject = ["type": "reasoning", "text": .string(reasoning.text)]
            object["item"] = reasoning.item
            return .object(object)
        case .toolCall(let call):
            return .object([
                "type": "tool_call", "id": .string(call.id), "name": .string(call.name),
                "arguments": .string(call.arguments), "kind": .string(call.kind),
            ])
        case .toolResult(let result):
            return .object([
                "type": "tool_result", "call_id": .string(result.callID), "output": .string(result.output),
                "kind": .string(result.kind),
            ])
        case .image(let media): return .object(media.line(type: "image"))
        case .file(let media): return .object(media.line(type: "file"))
        case .audio(let media): return .object(media.line(type: "audio"))
        case .unknown(let json): return .object(["type": "unknown", "json": json])
        }
    }

    /// A part read back. One of a kind this version does not know is kept as it stands.
    init(line json: JSON) throws(LineFault) {
        func text(_ name: String) throws(LineFault) -> String {
            guard let text = json[name]?.string else { throw LineFault("a part without its \(name)") }
            return text
        }
        switch json["type"]?.string {
        case "text": self = .text(try text("text"))
        case "refusal": self = .refusal(try text("refusal"))
        case "reasoning": self = .reasoning(Reasoning(text: try text("text"), item: json["item"]))
        case "tool_call":
            self = .toolCall(
                ToolCall(
                    id: try text("id"), name: try text("name"), arguments: try text("arguments"),
                    kind: json["kind"]?.string ?? "function"))
        case "tool_result":
            self = .toolResult(
                ToolResult(
                    callID: try text("call_id"), output: try text("output"), kind: json["kind"]?.string ?? "function"))
        case "image": self = .image(try MessageMedia(line: json))
        case "file": self = .file(try MessageMedia(line: json))
        case "audio": self = .audio(try MessageMedia(line: json))
        case "unknown": self = .unknown(json["json"] ?? .null)
        default: self = .unknown(json)
        }
    }
}

extension MessageMedia {
    func line(type: String) -> JSONObject {
        var object: JSONObject = ["type": .string(type), "name": .line(name), "media_type": .line(mediaType)]
        switch source {
        case .blob(let digest): object["sha256"] = .string(digest.description)
        case .url(let url): object["url"] = .string(url)
        case .fileID(let id): object["file_id"] = .string(id)
        }
        if let detail { object["detail"] = .string(detail) }
        return object
    }

    init(line json: JSON) throws(LineFault) {
        if let digest = json["sha256"]?.string {
            guard let digest = BlobDigest(digest) else { throw LineFault("a sha256 that is none") }
            self.init(source: .blob(digest))
        } else if let url = json["url"]?.string {
            self.init(source: .url(url))
        } else if let id = json["file_id"]?.string {
            self.init(source: .fileID(id))
        } else {
            throw LineFault("an attachment that says neither sha256 nor url nor file_id")
        }
        mediaType = json["media_type"]?.string
        name = json["name"]?.string
        detail = json["detail"]?.string
    }
}

extension [MessagePart] {
    /// The digests of the attachments that the vault holds for these parts, in order.
    var blobs: [BlobDigest] {
        compactMap { part in
            guard let media = part.media, case .blob(let digest) = media.source else { return nil }
            return digest
        }
    }
}

extension MessagePart {
    /// The attachment, where the part is one.
    var media: MessageMedia? {
        switch self {
        case .image(let media), .file(let media), .audio(let media): media
        default: nil
        }
    }

    /// The same attachment with its bytes elsewhere; any other part as it is.
    func with(_ source: MessageMedia.Source) -> MessagePart {
        guard var media else { return self }
        media.source = source
        return switch self {
        case .image: .image(media)
        case .file: .file(media)
        case .audio: .audio(media)
        default: self
        }
    }
}
