import Conversations
import OrderedJSON

/// A conversation of LibreChat on its way out of its JSON.
final class LibreChatThread {
    /// The parent of what begins a conversation there.
    private static let root = "00000000-0000-0000-0000-000000000000"

    private let object: JSONObject
    private let sink: any ImportSink
    private let place: String?
    private var extras = MessageExtras()
    private var messages: [ForeignMessage] = []

    init(_ object: JSONObject, sink: any ImportSink) {
        self.object = object
        self.sink = sink
        place = object["title"]?.words ?? object["conversationId"]?.string
    }

    func conversation() async throws -> ForeignConversation {
        var conversation = ForeignConversation(id: object["conversationId"]?.words, title: object["title"]?.words)
        let options = object["options"]?.object ?? JSONObject()
        conversation.instructions =
            ["promptPrefix", "system", "instructions"].lazy.compactMap { options[$0]?.words }.first
        conversation.model = options["model"]?.words ?? object["model"]?.words
        conversation.tags = (object["tags"]?.array ?? []).compactMap(\.words)
        conversation.isArchived = object["isArchived"]?.bool ?? false
        try await addMessages()
        conversation.messages = messages
        conversation.createdAt = Timestamp(exported: object["createdAt"]) ?? messages.compactMap(\.createdAt).min()
        conversation.updatedAt = Timestamp(exported: object["updatedAt"]) ?? messages.compactMap(\.createdAt).max()
        conversation.extras = object.leftovers(besides: [
            "conversationId", "title", "options", "messages", "messagesTree", "tags", "isArchived", "createdAt",
            "updatedAt", "_id", "__v", "user", "branches", "recursive",
        ])
        let unplaced = options.leftovers(besides: ["promptPrefix", "system", "instructions", "title", "presetId"])
        if !unplaced.isEmpty { conversation.extras["options"] = .object(unplaced) }
        extras.hand(to: &conversation, sink: sink, place: place)
        return conversation
    }

    /// Adds every message, a parent before its children, without recursion.
    private func addMessages() async throws {
        let isTree = object["messagesTree"] != nil
        let top = (object["messagesTree"] ?? object["messages"])?.array ?? []
        let isNested = isTree || top.contains { $0["children"] != nil }
        var pending: [(message: JSON, parent: ForeignMessage.Parent)] = []
        for (index, message) in top.enumerated().reversed() {
            pending.append((message, isNested || index == 0 ? .none : .previous))
        }
        while let (json, parent) = pending.popLast() {
            guard let message = json.object else {
                sink.note(ImportNote(.lost, "message that is no object", at: place))
                continue
            }
            let id = message["messageId"]?.words ?? message["_id"]?.words ?? message["id"]?.words
            try await add(message, id: id, parent: parent)
            if isNested, message["children"] == nil {
                sink.note(ImportNote(.degraded, "message that does not say what follows it", at: place))
            }
            let children = message["children"]?.array ?? []
            // Without an id of its own, what hangs below it can only follow it.
            let below: ForeignMessage.Parent = id.map { .message($0) } ?? .previous
            for child in children.reversed() { pending.append((child, below)) }
        }
    }

    private func add(_ json: JSONObject, id: String?, parent: ForeignMessage.Parent) async throws {
        let sender = json["sender"]?.string
        let isUser = json["isCreatedByUser"]?.bool ?? (sender?.lowercased() == "user")
        let role: Role = isUser ? .user : sender?.lowercased() == "system" ? .system : .assistant
        if json["isCreatedByUser"] == nil, sender == nil {
            sink.note(ImportNote(.degraded, "message whose author is not said, taken for the model's", at: place))
        }
        var message = ForeignMessage(id: id, parent: self.parent(json, otherwise: parent), role: role, parts: [])
        message.createdAt = Timestamp(exported: json["createdAt"])
        if message.createdAt == nil, let date = Timestamp(exported: json["updatedAt"]) { message.createdAt = date }
        message.finishReason = json["finish_reason"]?.words
        if json["unfinished"]?.bool == true { message.status = .interrupted }
        if message.finishReason == "incomplete" || message.finishReason == "length" { message.status = .incomplete }

        var content = LibreChatContent(sink: sink, place: place)
        try await content.add(json)
        message.parts = content.parts.isEmpty ? [.text("")] : content.parts
        if json["error"]?.bool == true || content.error != nil { message.status = .failed }

        if role == .assistant {
            var answer = ForeignAnswer(modelRequested: json["model"]?.words)
            answer.upstream = json["endpoint"]?.words ?? object["endpoint"]?.words
            answer.usage.output = json["tokenCount"]?.int
            answer.usage.input = json["promptTokens"]?.int
            answer.finishedAt = Timestamp(exported: json["updatedAt"])
            if message.status == .failed {
                answer.error = CallError(code: "error", message: content.error ?? content.parts.text)
            }
            message.answer = answer
        }
        messages.append(message)

        var left = json.leftovers(besides: [
            "messageId", "_id", "id", "__v", "conversationId", "createdAt", "updatedAt", "endpoint", "error",
            "isCreatedByUser", "model", "parentMessageId", "text", "content", "children", "unfinished", "user",
            "finish_reason", "files", "attachments", "tokenCount", "promptTokens", "sender",
        ])
        if role == .assistant, json["model"]?.words == nil, let sender { left["sender"] = .string(sender) }
        if role == .user { left["tokenCount"] = json["tokenCount"] }
        extras.add(left, of: id ?? "\(messages.count)")
    }

    private func parent(_ json: JSONObject, otherwise parent: ForeignMessage.Parent) -> ForeignMessage.Parent {
        guard let named = json["parentMessageId"] else {
            if parent != .none || messages.isEmpty { return parent }
            return .none
        }
        guard let id = named.words, id != Self.root else { return .none }
        return .message(id)
    }
}
