import Conversations
import OrderedJSON

/// The parts of an Open WebUI message: its `output` items, or its `content` with what is folded away in it, and its files.
struct OpenWebUIContent {
    private(set) var parts: [MessagePart] = []
    private let sink: any ImportSink
    private let place: String?

    init(sink: any ImportSink, place: String?) {
        self.sink = sink
        self.place = place
    }

    mutating func add(_ message: JSONObject) async throws {
        let shown = try await self.parts(of: message["content"], isAnswer: message["role"]?.string == "assistant")
        let items = items(message["output"]?.array ?? [])
        if items.isEmpty {
            parts = shown
        } else if Self.saysTheSame(items.text, shown.text) {
            // Items keep reasoning and tools as they came; the content shows them, escaped.
            parts = items
        } else {
            // Somebody changed the words: they are what counts, and the items say the rest.
            let rest = items.filter { if case .text = $0 { false } else { true } }
            parts = rest + shown.filter { if case .text = $0 { true } else { rest.isEmpty } }
        }
        for file in message["files"]?.array ?? [] { try await add(file: file) }
    }

    // MARK: - Output items

    private func items(_ output: [JSON]) -> [MessagePart] {
        var parts: [MessagePart] = []
        for item in output {
            switch item["type"]?.string {
            case "message":
                for block in item["content"]?.array ?? [] {
                    if let refusal = block["refusal"]?.string {
                        parts.append(.refusal(refusal))
                    } else if let text = block["text"]?.string {
                        parts.append(.text(text))
                    }
                }
                if let text = item["content"]?.words { parts.append(.text(text)) }
            case "reasoning":
                let blocks = (item["content"]?.array ?? []) + (item["summary"]?.array ?? [])
                let text = blocks.compactMap { $0["text"]?.string }.joined(separator: "\n")
                parts.append(
                    .reasoning(Reasoning(text: text, item: item["encrypted_content"]?.words == nil ? .none : item)))
            case "function_call":
                parts.append(
                    .toolCall(
                        ToolCall(
                            id: item["call_id"]?.string ?? item["id"]?.string ?? "", name: item["name"]?.string ?? "",
                            arguments: item["arguments"]?.asText ?? "")))
            case "function_call_output":
                parts.append(
                    .toolResult(
                        ToolResult(
                            callID: item["call_id"]?.string ?? item["id"]?.string ?? "",
                            output: Self.outputText(item["output"]))))
            default:
                sink.note(ImportNote(.degraded, "part of an unknown kind kept as its JSON", at: place))
                parts.append(.unknown(item))
            }
        }
        return parts
    }

    private static func outputText(_ json: JSON?) -> String {
        guard let blocks = json?.array, blocks.allSatisfy({ $0["text"]?.string != nil }) else {
            return json?.asText ?? ""
        }
        return blocks.compactMap { $0["text"]?.string }.joined(separator: "\n")
    }

    private static func saysTheSame(_ left: String, _ right: String) -> Bool {
        func words(_ text: String) -> [UInt8] { text.utf8.filter { $0 > 0x20 } }
        return words(left) == words(right)
    }

    // MARK: - Content

    private func parts(of content: JSON?, isAnswer: Bool) async throws -> [MessagePart] {
        guard let content, !content.isNull else {
            if content == nil { sink.note(ImportNote(.lost, "message without its words", at: place)) }
            return []
        }
        if let text = content.string {
            return isAnswer ? FoldedDetails.parts(of: text) : text.isEmpty ? [] : [.text(text)]
        }
        var parts: [MessagePart] = []
        for block in content.array ?? [content] {
            if let text = block["text"]?.string ?? block.string {
                parts.append(.text(text))
            } else if let url = block["image_url"]?["url"]?.string ?? block["image_url"]?.string {
                parts.append(
                    try await sink.mediaPart(
                        url: url, detail: block["image_url"]?["detail"]?.string, otherwise: .image))
            } else {
                sink.note(ImportNote(.degraded, "part of an unknown kind kept as its JSON", at: place))
                parts.append(.unknown(block))
            }
        }
        return parts
    }

    // MARK: - Files

    private mutating func add(file: JSON) async throws {
        let inner = file["file"] ?? .null
        let name = file["name"]?.words ?? inner["filename"]?.words ?? inner["meta"]?["name"]?.words
        let type =
            file["content_type"]?.words ?? inner["meta"]?["content_type"]?.words
            ?? (file["type"]?.string?.contains("/") == true ? file["type"]?.string : nil)
        let isPicture = file["type"]?.string == "image"
        if let text = inner["data"]?["content"]?.words ?? file["content"]?.words {
            // What was taken out of the file is what the model was shown of it.
            sink.note(ImportNote(.degraded, "attachment kept as the text that was taken from it", at: place))
            parts.append(try await sink.mediaPart(bytes: Array(text.utf8), mediaType: "text/plain", name: name))
        } else if let url = file["url"]?.words ?? inner["url"]?.words ?? file["id"]?.words ?? inner["id"]?.words ?? name
        {
            if EmbeddedBytes(dataURL: url) == nil {
                sink.note(ImportNote(.degraded, "attachment whose bytes are not in the export", at: place))
            }
            parts.append(
                try await sink.mediaPart(url: url, mediaType: type, name: name, otherwise: isPicture ? .image : .file))
        } else {
            sink.note(ImportNote(.degraded, "part of an unknown kind kept as its JSON", at: place))
            parts.append(.unknown(file))
        }
    }
}
