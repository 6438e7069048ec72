import Conversations
import FoundationEssentials
import OrderedJSON

/// The content blocks of a message, becoming parts.
struct ClaudeBlocks {
    private let messageID: String
    private let place: String?
    private(set) var parts: [MessagePart] = []
    /// What blocks hold besides, by their place in the message.
    private(set) var leftovers = JSONObject()
    /// Whether there are words: text, or a piece whose words are its own.
    private(set) var hasWords = false
    private(set) var began: Timestamp?
    private(set) var ended: Timestamp?
    private var blockCount = 0
    /// The calls that have no result yet.
    private var openCalls: [String] = []

    init(messageID: String, place: String?) {
        self.messageID = messageID
        self.place = place
    }

    mutating func add(text: String) {
        guard !text.isEmpty else { return }
        hasWords = true
        parts.append(.text(text))
    }

    mutating func add(_ json: JSON, sink: any ImportSink) async throws {
        defer { blockCount += 1 }
        guard let block = json.object else {
            if json.saysNothing { return }
            addUnknown(json, sink: sink)
            return
        }
        if began == nil { began = Timestamp(exported: block["start_timestamp"]) }
        if let stop = Timestamp(exported: block["stop_timestamp"]) { ended = stop }
        var placed: Set = ["type", "start_timestamp", "stop_timestamp"]
        switch block["type"]?.string {
        case "text" where block["text"]?.string != nil:
            add(text: block["text"]?.string ?? "")
            placed.insert("text")
        case "thinking":
            let summaries = (block["summaries"]?.array ?? []).compactMap { $0["summary"]?.words }
            let thought = block["thinking"]?.words ?? summaries.joined(separator: "\n")
            if !thought.isEmpty { parts.append(.reasoning(Reasoning(text: thought))) }
            placed.insert("thinking")
        case "tool_use", "server_tool_use", "mcp_tool_use":
            let id = block["id"]?.words ?? "\(messageID)-\(blockCount)"
            openCalls.append(id)
            parts.append(
                .toolCall(
                    ToolCall(id: id, name: block["name"]?.words ?? "tool", arguments: block["input"]?.text() ?? "{}")))
            placed.formUnion(["id", "name", "input"])
            // The same as the name, unless a person is told something else.
            if block["message"] == block["name"] { placed.insert("message") }
        case "tool_result", "mcp_tool_result", "web_search_tool_result":
            let call = block["tool_use_id"]?.words ?? openCalls.last ?? "\(messageID)-\(blockCount)"
            openCalls.removeAll { $0 == call }
            parts.append(.toolResult(ToolResult(callID: call, output: Self.output(block["content"]))))
            placed.formUnion(["tool_use_id", "content"])
        case "image", "document":
            guard let part = try await media(block, sink: sink) else {
                addUnknown(json, sink: sink)
                return
            }
            parts.append(part)
            placed.insert("source")
        case "token_budget":
            return
        default:
            if block.leftovers(besides: ["type"]).isEmpty { return }
            if let words = block["text"]?.words { add(text: words) }
            addUnknown(json, sink: sink)
            return
        }
        let left = block.leftovers(besides: placed)
        if !left.isEmpty { leftovers.append(String(blockCount), .object(left)) }
    }

    private mutating func addUnknown(_ block: JSON, sink: any ImportSink) {
        let isText = block["type"]?.string == "text"
        if isText, block["text"]?.saysNothing ?? true { return }
        sink.note(ImportNote(.degraded, "block of a message of a kind not known here", at: place))
        parts.append(.unknown(block))
    }

    /// A tool's words. What is more than words is kept as the JSON it is.
    private static func output(_ content: JSON?) -> String {
        switch content {
        case .string(let text): return text
        case .array(let blocks):
            let plain = blocks.allSatisfy { block in
                block["type"]?.string == "text" && block["text"]?.string != nil
                    && block.object?.leftovers(besides: ["type", "text", "uuid"]).isEmpty == true
            }
            return plain ? blocks.compactMap { $0["text"]?.string }.joined(separator: "\n") : JSON.array(blocks).text()
        case .null, nil: return ""
        case let other?: return other.text()
        }
    }

    /// A picture or document whose bytes or address the block holds.
    private func media(_ block: JSONObject, sink: any ImportSink) async throws -> MessagePart? {
        let isImage = block["type"]?.string == "image"
        guard let source = block["source"] else { return nil }
        let type = source["media_type"]?.words ?? source["mediaType"]?.words
        var media = MessageMedia(source: .fileID(""), mediaType: type, name: block["title"]?.words)
        if let url = source["url"]?.words {
            media.source = .url(url)
        } else if let text = source["data"]?.words, source["type"]?.string == "base64",
            let data = Data(base64Encoded: text)
        {
            guard sink.wantsAttachments else { return kindOf(isImage, media, named: messageID) }
            media.source = .blob(try await sink.keep(Array(data), mediaType: type))
        } else if let id = source["file_id"]?.words ?? source["file_uuid"]?.words {
            sink.note(ImportNote(.degraded, "attachment whose bytes are not in the export", at: place))
            media.source = .fileID(id)
        } else {
            return nil
        }
        return isImage ? .image(media) : .file(media)
    }

    private func kindOf(_ isImage: Bool, _ media: MessageMedia, named id: String) -> MessagePart {
        var media = media
        media.source = .fileID("\(id)-\(blockCount)")
        return isImage ? .image(media) : .file(media)
    }
}
