import Conversations
import OrderedJSON

/// What a line of a session says.
struct ClaudeCodeContent {
    private(set) var parts: [MessagePart] = []
    private(set) var role: Role
    /// What agents are told that are started here.
    private(set) var agentPrompts: [String] = []
    /// What the line holds beside its words.
    private(set) var leftovers: JSONObject
    private let sink: any ImportSink
    private let place: String

    init(_ line: JSONObject, sink: any ImportSink, place: String) async throws {
        self.sink = sink
        self.place = place
        let message = line["message"]
        role = Role(message?["role"]?.words ?? line["type"]?.words ?? "user")
        leftovers = line.leftovers(besides: [
            "type", "uuid", "parentUuid", "timestamp", "sessionId", "message", "isSidechain", "cwd", "gitBranch",
            "version", "userType", "slug", "permissionMode", "entrypoint", "content", "toolUseResult",
            "logicalParentUuid",
            "attachment", "agentId", "sourceToolAssistantUUID",
        ])
        if let result = line["toolUseResult"], !result.saysNothing {
            sink.note(ImportNote(.skipped, "tool result's second form beside its words", at: place))
        }
        if let attachment = line["attachment"] {
            role = .user
            parts = [
                try await sink.mediaPart(
                    bytes: attachment["content"]?.words.map { Array($0.utf8) } ?? attachment.serialized(),
                    mediaType: attachment["content"]?.words == nil ? "application/json" : "text/plain",
                    name: attachment["filename"]?.words ?? attachment["type"]?.words)
            ]
        } else {
            try await add(message?["content"] ?? line["content"])
        }
        if parts.isEmpty { parts = [.text("")] }
    }

    private mutating func add(_ content: JSON?) async throws {
        guard let content, !content.isNull else {
            sink.note(ImportNote(.lost, "message without its words", at: place))
            return
        }
        guard let blocks = content.array else {
            parts.append(.text(content.asText))
            return
        }
        var failed: [JSON] = []
        for block in blocks {
            try await add(block: block)
            if block["is_error"]?.bool == true, let id = block["tool_use_id"] { failed.append(id) }
        }
        if !failed.isEmpty { leftovers["is_error"] = .array(failed) }
        // An answer of tools, which the API wants as a person's message.
        if role == .user, !blocks.isEmpty, blocks.allSatisfy({ $0["type"]?.string == "tool_result" }) { role = .tool }
    }

    private mutating func add(block: JSON) async throws {
        switch block["type"]?.string {
        case "text":
            parts.append(.text(block["text"]?.string ?? ""))
        case "thinking":
            let isSigned = block["signature"]?.words != nil
            parts.append(
                .reasoning(Reasoning(text: block["thinking"]?.string ?? "", item: isSigned ? block : Optional.none)))
        case "redacted_thinking":
            parts.append(.reasoning(Reasoning(text: "", item: block)))
        case "tool_use", "server_tool_use":
            parts.append(
                .toolCall(
                    ToolCall(
                        id: block["id"]?.string ?? "", name: block["name"]?.string ?? "",
                        arguments: block["input"]?.asText ?? "")))
            if let prompt = block["input"]?["prompt"]?.words { agentPrompts.append(prompt) }
        case "image", "document":
            try await add(media: block)
        case "tool_result":
            try await add(toolResult: block)
        case let type where type?.hasSuffix("_tool_result") == true:
            try await add(toolResult: block)
        default:
            if let text = block.string {
                parts.append(.text(text))
            } else {
                sink.note(ImportNote(.degraded, "part of an unknown kind kept as its JSON", at: place))
                parts.append(.unknown(block))
            }
        }
    }

    private mutating func add(toolResult block: JSON) async throws {
        let content = block["content"] ?? .null
        let blocks = content.array ?? []
        let isMedia = { (block: JSON) in ["image", "document"].contains(block["type"]?.string) }
        var output = content.isNull ? "" : content.asText
        if content.array != nil, blocks.allSatisfy({ $0["text"]?.string != nil || isMedia($0) }) {
            output = blocks.compactMap { $0["text"]?.string }.joined(separator: "\n")
        }
        parts.append(.toolResult(ToolResult(callID: block["tool_use_id"]?.string ?? "", output: output)))
        for block in blocks where isMedia(block) { try await add(media: block) }
    }

    private mutating func add(media block: JSON) async throws {
        let source = block["source"]
        let kind: AttachedKind = block["type"]?.string == "image" ? .image : .file
        let type = source?["media_type"]?.words
        let name = block["title"]?.words
        if let data = source?["data"]?.words {
            if source?["type"]?.string == "text" {
                parts.append(
                    try await sink.mediaPart(bytes: Array(data.utf8), mediaType: type, name: name, otherwise: kind))
                return
            }
            if let bytes = EmbeddedBytes(base64: data) {
                parts.append(
                    try await sink.mediaPart(bytes: bytes.bytes, mediaType: type, name: name, otherwise: kind))
                return
            }
        }
        if let url = source?["url"]?.words ?? source?["file_id"]?.words {
            parts.append(try await sink.mediaPart(url: url, mediaType: type, name: name, otherwise: kind))
            return
        }
        sink.note(ImportNote(.degraded, "part of an unknown kind kept as its JSON", at: place))
        parts.append(.unknown(block))
    }
}
