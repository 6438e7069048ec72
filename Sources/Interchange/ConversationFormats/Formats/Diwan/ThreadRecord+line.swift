import ConversationStorage
import Conversations
import OrderedJSON

extension ThreadRecord {
    /// The thread's own line; its calls and messages have lines of their own after it.
    var line: JSONObject {
        [
            "object": "thread", "id": .line(id), "title": .line(title), "title_given": .bool(titleIsGiven),
            "instructions": .line(instructions), "model": .line(model), "upstream": .line(upstream),
            "settings": settings ?? .null, "from": origin ?? .null, "tags": .line(tags), "tip_id": .line(tipID),
            "created_at": .line(createdAt), "active_at": .line(activeAt), "pinned_at": .line(pinnedAt),
            "archived_at": .line(archivedAt), "trashed_at": .line(trashedAt), "call_count": .int(calls.count),
            "message_count": .int(messages.count),
        ]
    }

    init(_ fields: inout LineFields) throws(LineFault) {
        guard let id = try fields.id("id", of: ChatThread.self) else { throw LineFault("no id") }
        let createdAt = try fields.required("created_at") { Timestamp(line: $0) }
        self.init(id: id, createdAt: createdAt, activeAt: try fields.time("active_at") ?? createdAt)
        title = try fields.text("title")
        titleIsGiven = try fields.flag("title_given")
        instructions = try fields.text("instructions")
        model = try fields.text("model")
        upstream = try fields.text("upstream")
        settings = fields.optional("settings")
        origin = fields.optional("from")
        tags = try fields.texts("tags")
        tipID = try fields.id("tip_id")
        pinnedAt = try fields.time("pinned_at")
        archivedAt = try fields.time("archived_at")
        trashedAt = try fields.time("trashed_at")
    }
}

extension MessageRecord {
    func line(in thread: ThreadID) -> JSONObject {
        [
            "object": "message", "id": .line(id), "thread_id": .line(thread), "parent_id": .line(parentID),
            "role": .string(role.name), "parts": .array(parts.map(\.line)), "call_id": .line(callID),
            "choice": .line(choice), "finish_reason": .line(finishReason), "status": .string(status.rawValue),
            "labels": .line(labels), "created_at": .line(createdAt), "trashed_at": .line(trashedAt),
        ]
    }

    init(_ fields: inout LineFields) throws(LineFault) {
        guard let id = try fields.id("id", of: Message.self) else { throw LineFault("no id") }
        var parts: [MessagePart] = []
        for part in try fields.required("parts", { $0.array }) { parts.append(try MessagePart(line: part)) }
        self.init(
            id: id, parentID: try fields.id("parent_id"), role: Role(try fields.required("role", { $0.string })),
            parts: parts, createdAt: try fields.required("created_at") { Timestamp(line: $0) })
        callID = try fields.id("call_id")
        choice = try fields.optional("choice") { $0.int }
        finishReason = try fields.text("finish_reason")
        status = try fields.required("status") { $0.string.flatMap { Message.Status(rawValue: $0) } }
        labels = try fields.texts("labels")
        trashedAt = try fields.time("trashed_at")
    }
}
