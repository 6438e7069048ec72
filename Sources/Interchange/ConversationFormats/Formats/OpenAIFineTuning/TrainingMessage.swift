import Conversations
import OrderedJSON

/// A message of the chat form, as training files hold it (OpenAI's `FineTuneChatRequestInput`).
struct TrainingMessage {
    var role: Role
    var parts: [MessagePart]
    /// Whether the answer is trained on: 0 or 1; nil where nothing is said.
    var weight: Int?
    /// What has no place in a message here.
    var leftovers: JSONObject

    /// - Throws: ``LineFault`` where it says neither who speaks nor what.
    init(_ json: JSON, keepingBytesIn sink: any ImportSink, at place: String) async throws {
        guard let object = json.object, let role = object["role"]?.string else {
            throw LineFault("a message that does not say who speaks")
        }
        self.role = role == "function" ? .tool : Role(role)
        parts = []
        weight = object["weight"]?.int
        var known: Set<String> = ["role", "content", "weight", "tool_calls", "function_call", "refusal"]
        if let reasoning = (object["reasoning_content"] ?? object["reasoning"])?.words {
            parts.append(.reasoning(Reasoning(text: reasoning)))
            known.formUnion(["reasoning_content", "reasoning"])
        }
        if self.role == .tool {
            known.insert("tool_call_id")
            // The older form has no ids: a call and its result go by the function's name.
            let id = object["tool_call_id"]?.string ?? object["name"]?.string ?? ""
            if object["tool_call_id"] == nil { known.insert("name") }
            parts.append(.toolResult(ToolResult(callID: id, output: Self.text(object["content"]))))
        } else {
            parts += try await Self.content(object["content"], keepingBytesIn: sink, at: place)
        }
        if let refusal = object["refusal"]?.string { parts.append(.refusal(refusal)) }
        for call in object["tool_calls"]?.array ?? [] { parts.append(Self.toolCall(call)) }
        if let call = object["function_call"], let name = call["name"]?.string {
            parts.append(.toolCall(ToolCall(id: name, name: name, arguments: call["arguments"]?.string ?? "")))
        }
        if parts.isEmpty { parts = [.text("")] }
        leftovers = object.leftovers(besides: known)
    }

    private static func toolCall(_ call: JSON) -> MessagePart {
        guard let id = call["id"]?.string, call["type"]?.string ?? "function" == "function",
            let name = call["function"]?["name"]?.string
        else { return .unknown(call) }
        let arguments = call["function"]?["arguments"]
        return .toolCall(ToolCall(id: id, name: name, arguments: arguments?.string ?? arguments?.text() ?? ""))
    }

    /// The words of a content that can hold nothing else.
    private static func text(_ content: JSON?) -> String {
        switch content {
        case .string(let text): text
        case .array(let parts): parts.compactMap { $0["text"]?.string }.joined(separator: "\n")
        case nil, .null: ""
        case .some(let other): other.text()
        }
    }

    private static func content(
        _ content: JSON?, keepingBytesIn sink: any ImportSink, at place: String
    ) async throws -> [MessagePart] {
        switch content {
        case nil, .null: return []
        case .string(let text): return [.text(text)]
        case .array(let elements):
            var parts: [MessagePart] = []
            for element in elements { parts.append(try await part(element, keepingBytesIn: sink, at: place)) }
            return parts
        case .some(let other): return [.unknown(other)]
        }
    }

    private static func part(
        _ json: JSON, keepingBytesIn sink: any ImportSink, at place: String
    ) async throws -> MessagePart {
        switch json["type"]?.string {
        case "text", "input_text", "output_text":
            if let text = json["text"]?.string { return .text(text) }
        case "refusal":
            if let text = json["refusal"]?.string { return .refusal(text) }
        case "image_url":
            let image = json["image_url"]
            guard let url = image?["url"]?.string ?? image?.string else { break }
            var media = try await media(at: url, keepingBytesIn: sink, place: place)
            media.detail = image?["detail"]?.string
            return .image(media)
        default: break
        }
        return .unknown(json)
    }

    private static func media(
        at url: String, keepingBytesIn sink: any ImportSink, place: String
    ) async throws -> MessageMedia {
        guard url.utf8.starts(with: "data:".utf8) else { return MessageMedia(source: .url(url)) }
        guard let data = DataURL(url) else {
            sink.note(ImportNote(.degraded, "attachment that is no base64", at: place))
            return MessageMedia(source: .url(url))
        }
        guard sink.wantsAttachments else {
            return MessageMedia(
                source: .fileID(BlobDigest(of: data.bytes).description), mediaType: data.mediaType)
        }
        let digest = try await sink.keep(data.bytes, mediaType: data.mediaType)
        return MessageMedia(source: .blob(digest), mediaType: data.mediaType)
    }
}
