import Conversations
import OrderedJSON

/// A message of a Claude export, by its fields.
struct ClaudeMessage {
    /// What a message says, and what of it has no place among parts.
    struct Content {
        var parts: [MessagePart] = []
        var leftovers = JSONObject()
        /// When the model began, and when it was done.
        var began: Timestamp?
        var ended: Timestamp?
    }

    let json: JSONObject

    init(_ json: JSONObject) { self.json = json }

    var id: String? { json["uuid"]?.words }
    var parentID: String? { json["parent_message_uuid"]?.words }
    var createdAt: Timestamp? { Timestamp(exported: json["created_at"]) }

    /// Who said it; where that is missing, the other one than before.
    func role(after before: Role?, sink: any ImportSink, place: String?) -> Role {
        switch json["sender"]?.words {
        case "human": return .user
        case let sender?: return Role(sender)
        case nil:
            sink.note(ImportNote(.degraded, "message without a sender: taken for the other one than before", at: place))
            return before == .user ? .assistant : .user
        }
    }

    /// Whether a message without parts had words once.
    var hasLostWords: Bool { json["content"]?.array == nil && json["text"]?.string == nil }

    // MARK: - What

    /// What it says: its blocks, which are the truth where there are any, then what was attached.
    ///
    /// `text` is the words of old exports. In newer ones it is empty, or the blocks once more with excuses for those that
    /// cannot be shown.
    func content(files: AttachedFiles, sink: any ImportSink, place: String?) async throws -> Content {
        var content = Content()
        var blocks = ClaudeBlocks(messageID: id ?? "message", place: place)
        switch json["content"] {
        case .array(let list):
            for block in list { try await blocks.add(block, sink: sink) }
        case .string(let words):
            sink.note(ImportNote(.degraded, "content of a message that is text where blocks belong", at: place))
            blocks.add(text: words)
        default: break
        }
        content.parts = blocks.parts
        if let text = json["text"]?.words, !blocks.hasWords, !text.utf8.contains(Self.excuse.utf8) {
            content.parts.insert(.text(text), at: 0)
        } else if let text = json["text"]?.words, json["content"]?.string != nil, json["content"]?.string != text {
            content.parts.insert(.text(text), at: 0)
        }
        content.parts += attachedTexts(sink: sink, place: place)
        for file in attachedFiles {
            let id = file["file_uuid"]?.words ?? file["uuid"]?.words
            let name = file["file_name"]?.words
            let entry = id.flatMap { files.entry(beginningWith: $0) }
            content.parts.append(
                try await files.part(
                    entry, id: id ?? name ?? "file", name: name, mediaType: file["mime_type"]?.words,
                    otherwise: file["file_kind"]?.string == "image" ? .image : .file, at: place))
        }
        content.leftovers = leftovers(besides: blocks)
        (content.began, content.ended) = (blocks.began, blocks.ended)
        return content
    }

    private static let excuse = "This block is not supported on your current device yet"

    /// The words of what was attached as text. A long paste is one without a name.
    private func attachedTexts(sink: any ImportSink, place: String?) -> [MessagePart] {
        (json["attachments"]?.array ?? []).compactMap { attachment in
            let name = attachment["file_name"]?.words
            if let words = attachment["extracted_content"]?.words {
                return .text(AttachedText(name: name, words: words).text)
            }
            if attachment.saysNothing { return nil }
            sink.note(ImportNote(.degraded, "attachment whose bytes are not in the export", at: place))
            let id = attachment["id"]?.words ?? name ?? "attachment"
            return .file(MessageMedia(source: .fileID(id), mediaType: nil, name: name))
        }
    }

    /// `files`, and what only the newer list of the same has.
    private var attachedFiles: [JSONObject] {
        var known: Set<String> = []
        return ((json["files"]?.array ?? []) + (json["files_v2"]?.array ?? [])).compactMap(\.object).filter { file in
            guard let id = file["file_uuid"]?.words ?? file["uuid"]?.words else { return !file.isEmpty }
            return known.insert(id).inserted
        }
    }

    // MARK: - What is left

    func answer(model: String?, content: Content) -> ForeignAnswer? {
        var answer = ForeignAnswer(modelRequested: model, modelReported: json["model"]?.words)
        answer.sentAt = content.began
        answer.finishedAt = content.ended
        if !content.leftovers.isEmpty { answer.body = JSON.object(content.leftovers).serialized() }
        return answer.isEmpty ? nil : answer
    }

    private func leftovers(besides blocks: ClaudeBlocks) -> JSONObject {
        var left = json.leftovers(besides: Self.placedFields)
        if let updated = json["updated_at"], Timestamp(exported: updated) != createdAt { left["updated_at"] = updated }
        if !blocks.leftovers.isEmpty { left["content"] = .object(blocks.leftovers) }
        let attachments = (json["attachments"]?.array ?? []).compactMap { attachment in
            attachment.object?.leftovers(besides: ["file_name", "extracted_content"])
        }
        if attachments.contains(where: { !$0.isEmpty }) {
            left["attachments"] = .array(attachments.map { .object($0) })
        }
        return left
    }

    private static let placedFields: Set<String> = [
        "uuid", "text", "content", "sender", "created_at", "updated_at", "attachments", "files", "files_v2",
        "parent_message_uuid", "stop_reason", "truncated", "index", "model",
    ]
}

extension Sequence<UInt8> where Self: Collection {
    fileprivate func contains(_ words: String.UTF8View) -> Bool { firstRange(of: words) != nil }
}
