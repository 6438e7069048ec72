import Conversations
import OrderedJSON

/// A chat of Open WebUI on its way out of its JSON.
final class OpenWebUIThread {
    private let object: JSONObject
    private let chat: JSONObject
    private let sink: any ImportSink
    private let place: String?
    private var extras = MessageExtras()

    init(_ object: JSONObject, sink: any ImportSink) {
        self.object = object
        // What is exported from within a chat is the chat alone.
        chat = object["chat"]?.object ?? object
        self.sink = sink
        place = object["title"]?.words ?? object["chat"]?["title"]?.words ?? object["id"]?.string
    }

    func conversation() async throws -> ForeignConversation {
        var conversation = ForeignConversation(
            id: object["id"]?.words ?? chat["id"]?.words, title: object["title"]?.words ?? chat["title"]?.words)
        conversation.instructions = chat["params"]?["system"]?.words ?? chat["system"]?.words
        conversation.model = chat["models"]?[0]?.words
        conversation.tags = tags()
        conversation.isArchived = object["archived"]?.bool ?? false
        conversation.isPinned = object["pinned"]?.bool ?? false
        let messages = allMessages()
        let parents = parents(in: messages)
        noteWhatIsMissing(messages, named: parents)
        for (id, message) in messages {
            conversation.messages.append(try await foreign(message, id: id, parentByChildren: parents[id]))
        }
        let current = chat["history"]?["currentId"]?.words
        conversation.currentMessageID = messages.contains { $0.id == current } ? current : nil
        conversation.createdAt =
            Timestamp(exported: object["created_at"]) ?? Timestamp(exported: chat["timestamp"])
            ?? conversation.messages.compactMap(\.createdAt).min()
        conversation.updatedAt =
            Timestamp(exported: object["updated_at"]) ?? conversation.messages.compactMap(\.createdAt).max()
        conversation.extras = leftovers()
        extras.hand(to: &conversation, sink: sink, place: place)
        return conversation
    }

    private func tags() -> [String] {
        var tags: [String] = []
        for tag in (object["meta"]?["tags"]?.array ?? []) + (chat["tags"]?.array ?? []) + (object["tags"]?.array ?? [])
        {
            guard let name = tag.words ?? tag["name"]?.words, !tags.contains(name) else { continue }
            tags.append(name)
        }
        return tags
    }

    /// Every message with its id: those of the history, and those that only the older list has.
    private func allMessages() -> [(id: String, message: JSONObject)] {
        var messages: [(id: String, message: JSONObject)] = []
        var ids: Set<String> = []
        for member in chat["history"]?["messages"]?.object ?? JSONObject() {
            guard let message = member.value.object else {
                sink.note(ImportNote(.lost, "message that is no object", at: place))
                continue
            }
            messages.append((message["id"]?.words ?? member.key, message))
            ids.insert(messages[messages.count - 1].id)
        }
        var previous: String?
        for (number, json) in (chat["messages"]?.array ?? []).enumerated() {
            guard var message = json.object else { continue }
            let id = message["id"]?.words ?? "#\(number)"
            defer { previous = id }
            if message["id"]?.words == nil, !ids.isEmpty, !messages.isEmpty, chat["history"]?["messages"] != nil {
                // A copy of the active path: without an id there is no telling which message it copies, or that it does.
                let isCopy = messages.contains {
                    $0.message["role"] == message["role"] && $0.message["content"] == message["content"]
                }
                if isCopy { continue }
            }
            guard ids.insert(id).inserted else { continue }
            if message["parentId"] == nil { message["parentId"] = previous.map { .string($0) } ?? .null }
            messages.append((id, message))
        }
        return messages
    }

    /// Who names whom among their children: for messages that do not name their parent.
    private func parents(in messages: [(id: String, message: JSONObject)]) -> [String: String] {
        var parents: [String: String] = [:]
        for (id, message) in messages {
            for child in message["childrenIds"]?.array ?? [] {
                if let child = child.words, parents[child] == nil { parents[child] = id }
            }
        }
        return parents
    }

    private func noteWhatIsMissing(_ messages: [(id: String, message: JSONObject)], named: [String: String]) {
        if messages.isEmpty {
            sink.note(ImportNote(.degraded, "conversation without messages in it", at: place))
        } else if chat["history"]?["messages"]?.object == nil {
            sink.note(
                ImportNote(.degraded, "conversation without its branches, only the path that was shown", at: place))
        }
        // Chats name answers that were deleted, too.
        let ids = Set(messages.map(\.id))
        for _ in named.keys.filter({ !ids.contains($0) }) {
            sink.note(ImportNote(.degraded, "answer that is named and not in the export", at: place))
        }
    }

    private func foreign(_ json: JSONObject, id: String, parentByChildren: String?) async throws -> ForeignMessage {
        let parent = json["parentId"].map(\.words) ?? parentByChildren
        let role: Role
        if let name = json["role"]?.words {
            role = Role(name)
        } else {
            role = json["model"]?.words == nil ? .user : .assistant
            sink.note(ImportNote(.degraded, "message whose author is not said, taken from its model", at: place))
        }
        var message = ForeignMessage(id: id, parent: parent.map { .message($0) } ?? .none, role: role, parts: [])
        message.createdAt = Timestamp(exported: json["timestamp"])
        var content = OpenWebUIContent(sink: sink, place: place)
        try await content.add(json)
        message.parts = content.parts.isEmpty ? [.text("")] : content.parts
        if role == .assistant { addAnswer(json, to: &message) }
        var known: Set<String> = [
            "id", "parentId", "childrenIds", "role", "content", "timestamp", "model", "files", "output", "done",
        ]
        if json["modelName"] == json["model"] { known.insert("modelName") }
        if json["error"]?.words != nil || json["error"]?["content"]?.words != nil { known.insert("error") }
        extras.add(json.leftovers(besides: known), of: id)
        return message
    }

    private func addAnswer(_ json: JSONObject, to message: inout ForeignMessage) {
        var answer = ForeignAnswer(modelRequested: json["model"]?.words)
        let usage = json["usage"] ?? json["info"]?["usage"] ?? json["info"]
        answer.usage = TokenUsage(foreign: usage)
        if let error = json["error"], !error.saysNothing {
            message.status = .failed
            let words = error.words ?? error["content"]?.words ?? error["message"]?.words
            answer.error = CallError(code: "error", message: words ?? error.text())
        } else if json["done"]?.bool == false {
            message.status = .interrupted
        }
        message.finishReason = json["finish_reason"]?.words ?? usage?["finish_reason"]?.words
        if let date = Timestamp(exported: json["completedAt"]) { answer.finishedAt = date }
        message.answer = answer
    }

    private func leftovers() -> JSONObject {
        var extras = object.leftovers(besides: [
            "id", "user_id", "title", "chat", "created_at", "updated_at", "archived", "pinned", "meta", "tags",
            "history", "messages", "models", "params", "timestamp", "system",
        ])
        for member in object["meta"]?.object?.leftovers(besides: ["tags"]) ?? JSONObject() {
            extras.append("meta." + member.key, member.value)
        }
        for member in chat.leftovers(besides: [
            "id", "title", "models", "params", "history", "messages", "tags", "timestamp", "system",
        ]) where extras[member.key] == nil && object["chat"] != nil {
            extras.append(member.key, member.value)
        }
        if let models = chat["models"]?.array, models.count > 1 { extras["models"] = .array(models) }
        let parameters = chat["params"]?.object?.leftovers(besides: ["system"]) ?? JSONObject()
        if !parameters.isEmpty { extras["params"] = .object(parameters) }
        return extras
    }
}
