import Conversations
import OrderedJSON

/// What a message of a ChatGPT export says, as parts.
///
/// Every kind of content that is known gives parts of ours. Of one that is not, the words are taken and the whole is kept
/// beside them.
struct ChatGPTContent {
    private let message: ChatGPTMessage
    private let id: String
    private let assets: ChatGPTAssets
    private let place: String?
    /// The call that a tool's message answers.
    var answeredCall: String?

    init(_ message: ChatGPTMessage, id: String, assets: ChatGPTAssets, place: String?) {
        self.message = message
        self.id = id
        self.assets = assets
        self.place = place
    }

    // MARK: - What is left

    /// What the content holds and its parts do not: the language of code, what a picture was drawn from.
    var leftovers: JSONObject {
        guard let content = message.content, let placed = placedFields else { return JSONObject() }
        var left = content.leftovers(besides: placed)
        let pieces = (content["parts"]?.array ?? []).compactMap(leftover)
        if !pieces.isEmpty { left["parts"] = .array(pieces) }
        return left
    }

    /// The fields that parts hold; nil for content that is kept whole because its kind is not known.
    private var placedFields: Set<String>? {
        guard let type = message.contentType else { return nil }
        var fields: Set = ["content_type"]
        switch type {
        case "text", "multimodal_text": fields.formUnion(["parts", "text"])
        case "code":
            fields.insert("text")
            if message.calledTool == nil || message.content?["language"] == "unknown" { fields.insert("language") }
        case "execution_output": fields.insert("text")
        case "thoughts": fields.insert("thoughts")
        case "reasoning_recap": fields.insert("content")
        case "tether_quote", "sonic_webpage":
            fields.formUnion(["title", "url", "text", "domain"])
            if message.content?["text"]?.words == nil { fields.insert("snippet") }
        case "tether_browsing_display", "tether_browsing_code": fields.formUnion(["result", "summary"])
        case "system_error": fields.formUnion(["name", "text"])
        case "user_editable_context": fields.formUnion(["user_profile", "user_instructions"])
        case "model_editable_context":
            fields.formUnion(message.content?.filter { $0.value.words != nil }.map(\.key) ?? [])
        default: return nil
        }
        return fields
    }

    private func leftover(of piece: JSON) -> JSON? {
        let known: Set = ["image_asset_pointer", "audio_asset_pointer", "audio_transcription"]
        guard let object = piece.object, known.contains(object["content_type"]?.string ?? "") else { return nil }
        let left = object.leftovers(besides: ["content_type", "asset_pointer", "text"])
        return left.isEmpty ? nil : .object(left)
    }

    // MARK: - Parts

    func parts(sink: any ImportSink) async throws -> [MessagePart] {
        var said: [String] = []
        var shown: [MessagePart] = []
        let content = message.content
        switch message.contentType {
        case "text", "multimodal_text":
            return try await parts(ofPieces: content, sink: sink)
        case "code":
            guard let code = content?["text"]?.words else { break }
            if let tool = message.calledTool { return [call(tool, code)] }
            return message.isFromTool ? spoken([code], and: []) : [.text(fenced(code))]
        case "execution_output":
            said = [content?["text"]?.string].compactMap(\.self)
            shown = try await drawings()
        case "thoughts":
            return (content?["thoughts"]?.array ?? []).compactMap(thought)
        case "reasoning_recap":
            return content?["content"]?.words.map { [.reasoning(Reasoning(text: $0))] } ?? []
        case "tether_quote", "sonic_webpage":
            said = [page]
        case "tether_browsing_display", "tether_browsing_code":
            said = ["result", "summary"].compactMap { content?[$0]?.words }
        case "system_error":
            let words = ["name", "text"].compactMap { content?[$0]?.words }
            said = words.isEmpty ? [] : [words.joined(separator: ": ")]
        case "user_editable_context":
            said = [message.instructions].compactMap(\.self)
        case "model_editable_context":
            said = content?.compactMap { $0.key == "content_type" ? nil : $0.value.words } ?? []
        default:
            return unknownParts(sink: sink)
        }
        return spoken(said, and: shown)
    }

    /// Words and what was shown with them: of a tool, its result; of anyone else, text.
    private func spoken(_ words: [String], and shown: [MessagePart]) -> [MessagePart] {
        let words = words.filter { !$0.isEmpty }
        guard let call = answeredCall else { return words.map { .text($0) } + shown }
        // That a tool answered at all is said even where it had no words.
        if message.hasLostWords { return shown }
        return [.toolResult(ToolResult(callID: call, output: words.joined(separator: "\n")))] + shown
    }

    private func call(_ tool: String, _ arguments: String) -> MessagePart {
        let isObject = (try? JSON(parsing: arguments))?.object != nil
        return .toolCall(
            ToolCall(id: id, name: tool, arguments: arguments, kind: isObject ? "function" : "custom"))
    }

    private func thought(_ json: JSON) -> MessagePart? {
        let words = [json["summary"]?.words, json["content"]?.words].compactMap(\.self)
        return words.isEmpty ? nil : .reasoning(Reasoning(text: words.joined(separator: "\n")))
    }

    /// Code that calls nothing, in a fence longer than any in it.
    private func fenced(_ code: String) -> String {
        var longest = 2
        var run = 0
        for byte in code.utf8 {
            run = byte == UInt8(ascii: "`") ? run + 1 : 0
            longest = max(longest, run)
        }
        let fence = String(repeating: "`", count: longest + 1)
        let language = message.content?["language"]?.words ?? ""
        return "\(fence)\(language == "unknown" ? "" : language)\n\(code)\n\(fence)"
    }

    /// The words of a page, below its title and address.
    private var page: String {
        let content = message.content
        let url = content?["url"]?.words ?? content?["domain"]?.words
        let title = content?["title"]?.words
        let heading = url.map { url in title.map { "[\($0)](\(url))" } ?? url } ?? title
        let words = content?["text"]?.words ?? content?["snippet"]?.words
        return [heading, words].compactMap(\.self).joined(separator: "\n\n")
    }

    // MARK: - Pieces

    /// The parts of `parts`: strings, and objects for what is no words. Attachments that only the metadata names follow.
    private func parts(ofPieces content: JSONObject?, sink: any ImportSink) async throws -> [MessagePart] {
        let pieces = content?["parts"]?.array ?? [content?["parts"], content?["text"]].compactMap(\.self)
        let attachments = message.metadata?["attachments"]?.array?.compactMap(\.object) ?? []
        let citations = ChatGPTCitations(message.metadata?["content_references"])
        var words: [String] = []
        var parts: [MessagePart] = []
        var named: Set<String> = []
        func show(_ pointer: String, _ kind: AttachedKind) async throws {
            let id = ChatGPTAssets.id(in: pointer)
            named.insert(id)
            let attachment = attachments.first { $0["id"]?.string == id }
            parts.append(try await assets.part(pointer, attachment: attachment, otherwise: kind, at: place))
        }
        func say(_ text: String) {
            guard !text.isEmpty else { return }
            if answeredCall == nil, message.calledTool == nil { parts.append(.text(text)) } else { words.append(text) }
        }
        for piece in pieces {
            if let text = piece.string {
                say(citations.resolved(in: text))
                continue
            }
            switch piece["content_type"]?.string {
            case "image_asset_pointer" where piece["asset_pointer"]?.words != nil:
                try await show(piece["asset_pointer"]?.words ?? "", .image)
            case "audio_asset_pointer" where piece["asset_pointer"]?.words != nil:
                try await show(piece["asset_pointer"]?.words ?? "", .audio)
            case "audio_transcription":
                say(piece["text"]?.string ?? "")
            case "real_time_user_audio_video_asset_pointer":
                if let pointer = piece["audio_asset_pointer"]?["asset_pointer"]?.words {
                    try await show(pointer, .audio)
                }
                for frame in piece["frames_asset_pointers"]?.array ?? [] {
                    if let pointer = frame.words ?? frame["asset_pointer"]?.words { try await show(pointer, .image) }
                }
            default:
                if piece.saysNothing { continue }
                sink.note(ImportNote(.degraded, "piece of a message of a kind not known here", at: place))
                if let text = piece["text"]?.words { say(text) }
                parts.append(.unknown(piece))
            }
        }
        for attachment in attachments {
            guard let id = attachment["id"]?.words, named.insert(id).inserted else { continue }
            parts.append(try await assets.part(id, attachment: attachment, otherwise: .file, at: place))
        }
        if let tool = message.calledTool {
            return (words.isEmpty ? [] : [call(tool, words.joined())]) + parts
        }
        return answeredCall == nil ? parts : spoken(words, and: parts)
    }

    /// The pictures that running code drew.
    private func drawings() async throws -> [MessagePart] {
        var parts: [MessagePart] = []
        for drawn in message.metadata?["aggregate_result"]?["messages"]?.array ?? [] {
            guard let pointer = drawn["image_url"]?.words else { continue }
            parts.append(try await assets.part(pointer, attachment: nil, otherwise: .image, at: place))
        }
        return parts
    }

    private func unknownParts(sink: any ImportSink) -> [MessagePart] {
        guard let content = message.content, !content.leftovers(besides: ["content_type"]).isEmpty else { return [] }
        let kind = message.contentType ?? "unnamed"
        sink.note(ImportNote(.degraded, "content of the kind \(kind), which is not known here", at: place))
        let words = [content["text"], content["result"], content["content"]].compactMap { $0?.words }
        return spoken(words, and: [.unknown(.object(content))])
    }
}
