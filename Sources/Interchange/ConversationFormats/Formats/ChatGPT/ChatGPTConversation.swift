import Conversations
import OrderedJSON

/// One conversation of a ChatGPT export.
struct ChatGPTConversation {
    private let json: JSONObject
    private let tree: ChatGPTTree
    /// What it is called in notes.
    private let place: String?

    /// Nil where `json` has no tree: ``note(unread:in:sink:)`` says what it is.
    init?(_ json: JSON, in entry: ImportEntry) {
        guard let object = json.object, let tree = ChatGPTTree(object["mapping"]) else { return nil }
        self.json = object
        self.tree = tree
        place = Self.place(of: object) ?? entry.path
    }

    private static func place(of object: JSONObject) -> String? {
        object["title"]?.words ?? object["id"]?.words ?? object["conversation_id"]?.words
    }

    /// Says what is left out where there is no tree.
    static func note(unread json: JSON, in entry: ImportEntry, sink: any ImportSink) {
        guard let object = json.object,
            object.contains("id") || object.contains("title") || object.contains("create_time")
        else {
            sink.note(ImportNote(.skipped, "entry that is no conversation", at: entry.path))
            return
        }
        sink.note(ImportNote(.lost, "conversation whose messages are not in the export", at: place(of: object)))
    }

    /// The conversation; nil, with a note, where no message of it says anything.
    func read(
        _ assets: ChatGPTAssets, _ ratings: ChatGPTRatings, sink: any ImportSink
    ) async throws -> ForeignConversation? {
        var conversation = ForeignConversation(
            id: json["conversation_id"]?.words ?? json["id"]?.words, title: json["title"]?.words)
        let defaultModel = json["default_model_slug"]?.words ?? json["model_slug"]?.words
        conversation.model = defaultModel
        conversation.createdAt = Timestamp(exported: json["create_time"])
        conversation.updatedAt = Timestamp(exported: json["update_time"])
        conversation.pinnedAt = Timestamp(exported: json["pinned_time"])
        conversation.isPinned = json["is_starred"]?.bool == true || conversation.pinnedAt != nil
        conversation.isArchived = json["is_archived"]?.bool == true
        conversation.extras = json.leftovers(besides: Self.placedFields)
        if conversation.id == nil {
            sink.note(ImportNote(.degraded, "conversation without an id: it is known again by its words", at: place))
        }

        for id in tree.missing {
            sink.note(
                ImportNote(
                    .degraded, "message that the tree names and the export does not hold",
                    at: [place, id].compactMap(\.self).joined(separator: ", ")))
        }

        let nodes = tree.nodes
        let calls = nodes.map { $0.message.flatMap { ChatGPTMessage($0).calledTool } }
        var read = [ForeignMessage?](repeating: nil, count: nodes.count)
        var extras = MessageExtras()
        for (index, node) in nodes.enumerated() {
            guard let json = node.message else {
                if node.isDamaged { sink.note(ImportNote(.lost, "node of the tree without its message", at: place)) }
                continue
            }
            let message = ChatGPTMessage(json)
            if let instructions = message.instructions {
                if conversation.instructions == nil { conversation.instructions = instructions }
                if conversation.instructions == instructions, message.isInstructionsOnly { continue }
            }
            var content = ChatGPTContent(message, id: node.id, assets: assets, place: place)
            content.answeredCall =
                message.isFromTool ? callID(answeredAt: index, by: message.author, calls: calls) : nil
            let parts = try await content.parts(sink: sink)
            guard !parts.isEmpty else {
                note(empty: message, sink: sink)
                continue
            }
            var foreign = ForeignMessage(id: node.id, role: message.role(sink: sink, place: place), parts: parts)
            foreign.createdAt = Timestamp(exported: json["create_time"])
            foreign.finishReason = message.finishReason
            foreign.status = message.status
            var leftovers = message.leftovers(besides: content)
            leftovers["feedback"] = ratings.take(of: node.id)
            if foreign.role == .assistant {
                foreign.answer = message.answer(defaultModel: defaultModel, leftovers: leftovers)
            } else {
                extras.add(leftovers, of: node.id)
            }
            read[index] = foreign
        }
        extras.hand(to: &conversation, sink: sink, place: place)

        for index in nodes.indices {
            guard var message = read[index] else { continue }
            let parent = tree.ancestor(of: index) { read[$0] != nil }
            message.parent = parent.map { .message($0) } ?? .none
            conversation.messages.append(message)
        }
        conversation.currentMessageID = current { read[$0] != nil }
        if conversation.messages.isEmpty {
            sink.note(ImportNote(.skipped, "conversation in which nothing was said", at: place))
            return nil
        }
        return conversation
    }

    /// The message it goes on from. Where that was left out, what it continued; nil where the export names none that is
    /// in the tree.
    private func current(where isKept: (Int) -> Bool) -> String? {
        guard let id = json["current_node"]?.words, let place = tree.place(of: id) else { return nil }
        if isKept(place) { return id }
        return tree.ancestor(of: place, where: isKept).flatMap { tree.place(of: $0) == nil ? nil : $0 }
    }

    /// The call that a tool's message answers: the nearest above it that was sent to this tool, else the nearest above
    /// it at all; its own id where nothing was called, as for what ChatGPT fetches unasked.
    private func callID(answeredAt index: Int, by tool: String?, calls: [String?]) -> String {
        let above = tree.ancestors(of: index, limit: 256).filter { calls[$0] != nil }
        let family = tool?.split(separator: ".").first
        let match =
            above.first { calls[$0] == tool } ?? above.first { calls[$0]?.split(separator: ".").first == family }
        return tree.nodes[match ?? above.first ?? index].id
    }

    private func note(empty message: ChatGPTMessage, sink: any ImportSink) {
        if message.hasLostWords {
            sink.note(ImportNote(.lost, "message whose content is missing or damaged", at: place))
        } else if message.isSystem {
            sink.note(ImportNote(.skipped, "empty message of the system", at: place))
        } else {
            sink.note(ImportNote(.skipped, "message in which nothing was said", at: place))
        }
    }

    /// Fields with a place of their own, and the second copy of the messages that some tools save.
    private static let placedFields: Set<String> = [
        "id", "conversation_id", "title", "create_time", "update_time", "mapping", "current_node", "default_model_slug",
        "model_slug", "is_archived", "is_starred", "pinned_time", "linear_conversation",
    ]
}
