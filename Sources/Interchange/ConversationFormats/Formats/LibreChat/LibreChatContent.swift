import Conversations
import OrderedJSON

/// The parts of a LibreChat message: its `text`, or its `content` of many kinds, and its files.
struct LibreChatContent {
    private(set) var parts: [MessagePart] = []
    /// What went wrong, in the words that were shown.
    private(set) var error: String?
    private let sink: any ImportSink
    private let place: String?

    init(sink: any ImportSink, place: String?) {
        self.sink = sink
        self.place = place
    }

    mutating func add(_ message: JSONObject) async throws {
        for block in message["content"]?.array ?? [] { try await add(block: block) }
        if let words = message["content"]?.words { parts.append(.text(words)) }
        // Where there are both, the blocks are what was said and the text what was left of an older version.
        if let text = message["text"]?.words, parts.text.isEmpty { parts.append(.text(text)) }
        for name in ["files", "attachments"] {
            for file in message[name]?.array ?? [] { try await add(file: file) }
        }
    }

    private mutating func add(block: JSON) async throws {
        switch block["type"]?.string {
        case "text":
            parts.append(.text(Self.words(of: block["text"]) ?? ""))
        case "think":
            parts.append(.reasoning(Reasoning(text: Self.words(of: block["think"]) ?? "")))
        case "tool_call":
            add(toolCall: block["tool_call"] ?? .null)
        case "error":
            let words = Self.words(of: block["error"]) ?? Self.words(of: block["text"]) ?? ""
            error = words
            parts.append(.text(words))
        case "image_file":
            try await add(file: block["image_file"] ?? .null)
        case "image_url", "video_url":
            let image = block["image_url"] ?? block["video_url"] ?? .null
            guard let url = image["url"]?.string ?? image.string else { fallthrough }
            parts.append(
                try await sink.mediaPart(
                    url: url, detail: image["detail"]?.string, otherwise: block["image_url"] == nil ? .file : .image))
        default:
            if let text = block.string {
                parts.append(.text(text))
            } else {
                sink.note(ImportNote(.degraded, "part of an unknown kind kept as its JSON", at: place))
                parts.append(.unknown(block))
            }
        }
    }

    private mutating func add(toolCall json: JSON) {
        // Assistants' calls of OpenAI have a function inside.
        let name = json["name"]?.string ?? json["function"]?["name"]?.string ?? json["type"]?.string ?? ""
        let arguments = json["args"] ?? json["function"]?["arguments"]
        let id = json["id"]?.string ?? name
        parts.append(.toolCall(ToolCall(id: id, name: name, arguments: arguments?.asText ?? "")))
        if let output = json["output"] ?? json["function"]?["output"], !output.isNull {
            parts.append(.toolResult(ToolResult(callID: id, output: output.asText)))
        }
    }

    private mutating func add(file: JSON) async throws {
        let name = file["filename"]?.words ?? file["name"]?.words
        let type = file["type"]?.words
        if let text = file["text"]?.words {
            // What was taken out of the file is what the model was shown of it.
            sink.note(ImportNote(.degraded, "attachment kept as the text that was taken from it", at: place))
            parts.append(try await sink.mediaPart(bytes: Array(text.utf8), mediaType: "text/plain", name: name))
            return
        }
        guard let path = file["filepath"]?.words ?? file["url"]?.words ?? file["file_id"]?.words ?? name else {
            sink.note(ImportNote(.degraded, "part of an unknown kind kept as its JSON", at: place))
            parts.append(.unknown(file))
            return
        }
        let isPicture = file["width"]?.int != nil || path.hasPrefix("data:image/")
        let part = try await sink.mediaPart(
            url: path, mediaType: type, name: name, otherwise: isPicture ? .image : .file)
        if !path.hasPrefix("data:") {
            sink.note(ImportNote(.degraded, "attachment whose bytes are not in the export", at: place))
        }
        parts.append(part)
    }

    /// A text, or an object with the text as its value.
    private static func words(of json: JSON?) -> String? {
        guard let json else { return nil }
        return json.string ?? json["value"]?.string ?? json["think"]?.string ?? json["message"]?.string
            ?? (json.isNull ? nil : json.text())
    }
}
