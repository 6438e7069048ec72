import Conversations
import OrderedJSON

/// An item of the Responses API as a rollout keeps it.
struct CodexItem {
    private(set) var parts: [MessagePart] = []
    private let sink: any ImportSink
    private let place: String

    /// The fields with a place in a message or its parts.
    static let knownFields: Set<String> = [
        "type", "role", "content", "summary", "encrypted_content", "call_id", "name", "arguments", "input", "output",
        "action", "status", "id",
    ]

    static func role(of item: JSON) -> Role {
        if let role = item["role"]?.words { return Role(role) }
        if item["type"]?.string?.hasSuffix("_output") == true { return .tool }
        return item["content"]?[0]?["type"]?.string == "input_text" ? .user : .assistant
    }

    init(_ item: JSON, sink: any ImportSink, place: String) async throws {
        self.sink = sink
        self.place = place
        switch item["type"]?.string {
        case "reasoning": add(reasoning: item)
        case "function_call", "custom_tool_call":
            let isCustom = item["type"]?.string == "custom_tool_call"
            parts.append(
                .toolCall(
                    ToolCall(
                        id: item["call_id"]?.string ?? item["id"]?.string ?? "", name: item["name"]?.string ?? "",
                        arguments: (isCustom ? item["input"] : item["arguments"])?.asText ?? "",
                        kind: isCustom ? "custom" : "function")))
        case "function_call_output", "custom_tool_call_output": try await add(output: item)
        case "local_shell_call":
            parts.append(
                .toolCall(
                    ToolCall(
                        id: item["call_id"]?.string ?? item["id"]?.string ?? "", name: "local_shell",
                        arguments: item["action"]?.asText ?? "")))
        case "message": try await add(content: item["content"])
        default:
            if item["role"]?.words != nil {
                try await add(content: item["content"])
            } else {
                sink.note(ImportNote(.degraded, "part of an unknown kind kept as its JSON", at: place))
                parts.append(.unknown(item))
            }
        }
    }

    private mutating func add(content: JSON?) async throws {
        guard let content, !content.isNull else {
            sink.note(ImportNote(.lost, "message without its words", at: place))
            return
        }
        if let text = content.string {
            parts.append(.text(text))
            return
        }
        for block in content.array ?? [content] {
            if let text = block["text"]?.string ?? block.string {
                parts.append(.text(text))
            } else if let refusal = block["refusal"]?.string {
                parts.append(.refusal(refusal))
            } else if let url = block["image_url"]?.string ?? block["image_url"]?["url"]?.string {
                parts.append(
                    try await sink.mediaPart(url: url, detail: block["detail"]?.string, otherwise: .image))
            } else {
                sink.note(ImportNote(.degraded, "part of an unknown kind kept as its JSON", at: place))
                parts.append(.unknown(block))
            }
        }
    }

    /// The words shown, and the item with what only its upstream can read.
    private mutating func add(reasoning item: JSON) {
        var words = (item["summary"]?.array ?? []).compactMap { $0["text"]?.string }
        let raw = (item["content"]?.array ?? []).compactMap { $0["text"]?.string }
        if !raw.isEmpty { words = raw }
        let isWhole =
            item["encrypted_content"]?.words != nil || (!raw.isEmpty && item["summary"]?.array?.isEmpty == false)
        parts.append(
            .reasoning(Reasoning(text: words.joined(separator: "\n"), item: isWhole ? item : Optional.none)))
    }

    private mutating func add(output item: JSON) async throws {
        let output = item["output"]
        let isCustom = item["type"]?.string == "custom_tool_call_output"
        var words = output?.string ?? output?["content"]?.string
        var images: [JSON] = []
        if words == nil, let blocks = output?.array ?? output?["content"]?.array {
            images = blocks.filter { $0["image_url"]?.string != nil }
            if blocks.allSatisfy({ $0["text"]?.string != nil || $0["image_url"]?.string != nil }) {
                words = blocks.compactMap { $0["text"]?.string }.joined(separator: "\n")
            }
        }
        parts.append(
            .toolResult(
                ToolResult(
                    callID: item["call_id"]?.string ?? "", output: words ?? output?.asText ?? "",
                    kind: isCustom ? "custom" : "function")))
        for image in images {
            guard let url = image["image_url"]?.string else { continue }
            parts.append(try await sink.mediaPart(url: url, otherwise: .image))
        }
    }
}
