import Conversations
import OrderedJSON

/// One conversation of a Claude export.
struct ClaudeConversation {
    /// What the first message of a conversation names as the one before it.
    private static let rootID = "00000000-0000-4000-8000-000000000000"

    private let json: JSONObject
    private let messages: [JSONObject]
    /// What it is called in notes.
    private let place: String?

    /// Nil, with a note, where `json` is no conversation, or one without its messages.
    init?(_ json: JSON, in entry: ImportEntry, sink: any ImportSink) {
        guard let object = json.object, object.contains("uuid") || object.contains("chat_messages") else {
            sink.note(ImportNote(.skipped, "entry that is no conversation", at: entry.path))
            return nil
        }
        place = object["name"]?.words ?? object["uuid"]?.words ?? entry.path
        guard let messages = object["chat_messages"]?.array else {
            sink.note(ImportNote(.lost, "conversation whose messages are not in the export", at: place))
            return nil
        }
        self.json = object
        self.messages = Self.inOrder(messages.compactMap(\.object))
        for _ in self.messages.count..<messages.count {
            sink.note(ImportNote(.lost, "message that cannot be read", at: place))
        }
    }

    /// Messages of old exports have no links, only their order; claude.ai's interface numbers them.
    private static func inOrder(_ messages: [JSONObject]) -> [JSONObject] {
        let numbers = messages.compactMap { $0["index"]?.int }
        guard numbers.count == messages.count else { return messages }
        return messages.indices.sorted { (numbers[$0], $0) < (numbers[$1], $1) }.map { messages[$0] }
    }

    /// The conversation; nil, with a note, where no message of it says anything.
    func read(
        _ projects: [String: ClaudeProject], files: AttachedFiles, sink: any ImportSink
    ) async throws -> ForeignConversation? {
        var conversation = ForeignConversation(id: json["uuid"]?.words, title: json["name"]?.words)
        conversation.model = json["model"]?.words
        conversation.createdAt = Timestamp(exported: json["created_at"])
        conversation.updatedAt = Timestamp(exported: json["updated_at"])
        conversation.isPinned = json["is_starred"]?.bool == true
        conversation.isArchived = json["is_archived"]?.bool == true
        conversation.extras = json.leftovers(besides: Self.placedFields)
        let project = (json["project_uuid"]?.words ?? json["project"]?["uuid"]?.words).flatMap { projects[$0] }
        conversation.instructions = project?.instructions
        if let name = project?.name { conversation.extras["project_name"] = .string(name) }
        if conversation.id == nil {
            sink.note(ImportNote(.degraded, "conversation without an id: it is known again by its words", at: place))
        }

        let isLinked = messages.contains { $0["parent_message_uuid"]?.words != nil }
        var extras = MessageExtras()
        // What stands for a message that was left out, in what continued it.
        var leftOut: [String: ForeignMessage.Parent] = [:]
        for json in messages {
            let message = ClaudeMessage(json)
            var parent = parent(of: message, isFirst: conversation.messages.isEmpty, isLinked: isLinked, sink: sink)
            if case .message(let id) = parent, let instead = leftOut[id] { parent = instead }
            let content = try await message.content(files: files, sink: sink, place: place)
            guard !content.parts.isEmpty else {
                if let id = message.id { leftOut[id] = parent }
                sink.note(
                    message.hasLostWords
                        ? ImportNote(.lost, "message whose content is missing or damaged", at: place)
                        : ImportNote(.skipped, "message in which nothing was said", at: place))
                continue
            }
            let before = conversation.messages.last?.role
            var foreign = ForeignMessage(
                id: message.id, parent: parent, role: message.role(after: before, sink: sink, place: place),
                parts: content.parts)
            foreign.createdAt = message.createdAt
            foreign.finishReason = json["stop_reason"]?.words
            foreign.status = json["truncated"]?.bool == true ? .incomplete : .complete
            if foreign.role == .assistant {
                foreign.answer = message.answer(model: conversation.model, content: content)
            } else {
                extras.add(content.leftovers, of: message.id ?? String(conversation.messages.count))
            }
            conversation.messages.append(foreign)
        }
        extras.hand(to: &conversation, sink: sink, place: place)
        setCurrent(of: &conversation, leftOut: leftOut)
        if conversation.messages.isEmpty {
            sink.note(ImportNote(.skipped, "conversation in which nothing was said", at: place))
            return nil
        }
        return conversation
    }

    private func parent(
        of message: ClaudeMessage, isFirst: Bool, isLinked: Bool, sink: any ImportSink
    ) -> ForeignMessage.Parent {
        guard let id = message.parentID else {
            if isFirst { return .none }
            if isLinked {
                sink.note(
                    ImportNote(
                        .degraded, "message that does not say what it continues: put after the one before", at: place))
            }
            return .previous
        }
        return id == Self.rootID ? .none : .message(id)
    }

    /// Sets the message it goes on from; where that was left out, what it continued.
    private func setCurrent(of conversation: inout ForeignConversation, leftOut: [String: ForeignMessage.Parent]) {
        guard var id = json["current_leaf_message_uuid"]?.words else { return }
        // Each step leaves one of those that were left out.
        for _ in 0...leftOut.count {
            if case .message(let before)? = leftOut[id] { id = before }
        }
        if conversation.messages.contains(where: { $0.id == id }) { conversation.currentMessageID = id }
    }

    private static let placedFields: Set<String> = [
        "uuid", "name", "created_at", "updated_at", "chat_messages", "is_starred", "is_archived", "model",
        "current_leaf_message_uuid", "account",
    ]
}
