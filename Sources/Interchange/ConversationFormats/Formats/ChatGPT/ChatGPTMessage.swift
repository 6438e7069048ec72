import Conversations
import OrderedJSON

/// A message of a ChatGPT export, by its fields.
struct ChatGPTMessage {
    let json: JSONObject

    init(_ json: JSONObject) { self.json = json }

    // MARK: - Who

    /// The author's name: of a tool, as a call names it.
    var author: String? { json["author"]?["name"]?.words }
    private var writtenRole: String? { json["author"]?["role"]?.words }
    var isSystem: Bool { writtenRole == "system" }
    /// Whether a tool says this; plugins were called functions once.
    var isFromTool: Bool { writtenRole == "tool" || writtenRole == "function" }
    private var recipient: String { json["recipient"]?.words ?? "all" }

    /// The tool that this message calls; nil for everything that is no call.
    var calledTool: String? {
        guard !isFromTool, writtenRole == "assistant", recipient != "all" else { return nil }
        return ["code", "text", "multimodal_text", nil].contains(contentType) ? recipient : nil
    }

    /// Who said it. What the memory and the custom instructions say, the system says, whoever is named for it.
    func role(sink: any ImportSink, place: String?) -> Role {
        if instructions != nil || contentType == "model_editable_context" { return .system }
        switch writtenRole {
        case "function": return .tool
        case let role?: return Role(role)
        case nil:
            sink.note(ImportNote(.degraded, "message without an author: taken for what its fields suggest", at: place))
            return metadata?["model_slug"] == nil ? .user : .assistant
        }
    }

    // MARK: - What

    var metadata: JSONObject? { json["metadata"]?.object }
    var content: JSONObject? { json["content"]?.object }

    /// The kind of content; where it is not said, what its fields suggest.
    var contentType: String? {
        if let type = content?["content_type"]?.words { return type }
        if content?["parts"] != nil { return "multimodal_text" }
        return content?["text"] == nil ? nil : "text"
    }

    /// The custom instructions that this message holds: in its content or, in exports of 2023, in its metadata.
    var instructions: String? {
        let pieces: [JSON?]
        if contentType == "user_editable_context" {
            pieces = [content?["user_profile"], content?["user_instructions"]]
        } else if metadata?["is_user_system_message"]?.bool == true,
            let data = metadata?["user_context_message_data"]
        {
            pieces = [data["about_user_message"], data["about_model_message"]]
        } else {
            return nil
        }
        let words = pieces.compactMap { $0?.words }
        return words.isEmpty ? nil : words.joined(separator: "\n\n")
    }

    /// Whether it holds instructions and nothing else.
    var isInstructionsOnly: Bool {
        contentType == "user_editable_context" || (content?["parts"]?.saysNothing ?? true)
    }

    /// Whether a message without parts had words once: its content is gone, or is none of its kind.
    var hasLostWords: Bool {
        guard let content else { return true }
        switch contentType {
        case "text", "multimodal_text": return content["parts"] == nil && content["text"] == nil
        case "code", "execution_output", "system_error": return content["text"] == nil
        case "thoughts": return content["thoughts"] == nil
        case "reasoning_recap": return content["content"] == nil
        default: return false
        }
    }

    // MARK: - How it ended

    private var finish: String? { metadata?["finish_details"]?["type"]?.words }

    var finishReason: String? { finish }

    var status: Message.Status {
        switch (json["status"]?.words, finish) {
        case (_, "interrupted"): .interrupted
        case (_, "max_tokens"), (_, "length"), ("finished_partial_completion", _): .incomplete
        case ("error", _): .failed
        case ("in_progress", nil): .interrupted
        default: contentType == "system_error" ? .failed : .complete
        }
    }

    // MARK: - What is left

    /// What is known of the call: the model, and as its body everything the export holds of the message besides its
    /// words (citations, search results, flags).
    func answer(defaultModel: String?, leftovers: JSONObject) -> ForeignAnswer? {
        var answer = ForeignAnswer(
            modelRequested: metadata?["default_model_slug"]?.words ?? defaultModel,
            modelReported: metadata?["model_slug"]?.words)
        if !leftovers.isEmpty { answer.body = JSON.object(leftovers).serialized() }
        return answer.isEmpty ? nil : answer
    }

    /// The fields that have no place of their own, without what only the transport needed.
    func leftovers(besides used: ChatGPTContent) -> JSONObject {
        var left = json.leftovers(besides: Self.placedFields)
        if let weight = json["weight"], weight.double != 1 { left["weight"] = weight }
        if calledTool == nil, recipient != "all" { left["recipient"] = .string(recipient) }
        let author = json["author"]?.object?.leftovers(besides: used.answeredCall == nil ? ["role"] : ["role", "name"])
        if let author, !author.isEmpty { left["author"] = .object(author) }
        let content = used.leftovers
        if !content.isEmpty { left["content"] = .object(content) }
        let metadata = metadata?.leftovers(besides: Self.placedMetadata)
        if let metadata, !metadata.isEmpty { left["metadata"] = .object(metadata) }
        return left
    }

    private static let placedFields: Set<String> = [
        "id", "author", "create_time", "content", "status", "end_turn", "weight", "metadata", "recipient",
    ]

    private static let placedMetadata: Set<String> = [
        "model_slug", "default_model_slug", "user_context_message_data", "is_user_system_message",
        // Of the transport.
        "request_id", "turn_exchange_id", "timestamp_", "message_type", "is_complete", "pad", "parent_id", "can_save",
        "message_source", "serialization_metadata",
    ]
}
