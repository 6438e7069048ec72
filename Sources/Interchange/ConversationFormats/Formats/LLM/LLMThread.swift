import Conversations
import OrderedJSON

/// A conversation of `llm` on its way out of the tables.
///
/// A message's id is a digest of the words from the beginning to it, for that is what a message is in `llm` since 0.32;
/// so a conversation that the old tables began and the new ones went on with is one, a message that both generations
/// hold is one, and the database imported before an upgrade and after it is the same.
final class LLMThread {
    let key: LLMConversationKey
    let database: LLMDatabase
    let sink: any ImportSink
    var conversation: ForeignConversation
    /// What a response held that has no place, by the response's id.
    var leftovers = JSONObject()
    /// The rows of the new tables' messages that are in it.
    var reached: Set<String> = []
    private var places: [String: Int] = [:]

    init(key: LLMConversationKey, database: LLMDatabase, sink: any ImportSink) {
        self.key = key
        self.database = database
        self.sink = sink
        conversation = ForeignConversation(id: key.id)
    }

    /// Reads every row of the conversation.
    func build() async throws {
        switch key {
        case .conversation(let id):
            if let row = try database.rows("conversations", "WHERE id = ?", [id]).first {
                conversation.title = row.words("name")
                conversation.model = row.words("model")
            }
            // For a while both generations were written: the new one knows more.
            let responses = try database.rows("responses", whose: "conversation_id", is: id)
                .filter { try database.rows("turns", "WHERE id = ?", [$0.text("id") ?? ""]).isEmpty }
                .sorted { ($0.text("id") ?? "") < ($1.text("id") ?? "") }
            try await addResponses(responses)
            try await addTurns(of: id)
        case .response(let id):
            try await addResponses(try database.rows("responses", "WHERE id = ?", [id]))
        case .log(let table, let id):
            let root =
                database.has(table, "chat_id") ? "coalesce(chat_id, id)" : database.has(table, "id") ? "id" : "rowid"
            try await addResponses(
                try database.rows(table, "WHERE CAST(\(root) AS TEXT) = ? ORDER BY rowid", [id]), table: table)
        }
        conversation.createdAt = conversation.createdAt ?? conversation.messages.compactMap(\.createdAt).min()
        conversation.updatedAt = conversation.messages.compactMap(\.createdAt).max()
        var extras = MessageExtras()
        for member in leftovers { extras.add(member.value.object ?? JSONObject(), of: member.key) }
        extras.hand(to: &conversation, sink: sink, place: conversation.title ?? conversation.id)
        if let model = conversation.messages.last(where: { $0.answer?.modelRequested != nil })?.answer?.modelRequested,
            conversation.model == nil
        {
            conversation.model = model
        }
    }

    /// Adds a message under another and gives its id, unless it is there already: then what this generation knows more is
    /// added to it. A second call that brought the same words is a message of its own.
    @discardableResult
    func add(
        role: Role, parts: [MessagePart], after parent: String?, at date: Timestamp?, answer: ForeignAnswer? = nil
    ) -> String {
        var id = Self.id(role: role, parts: parts, after: parent)
        if let place = places[id] {
            let known = conversation.messages[place].answer
            if let answer, let known, answer.callID != known.callID {
                id = MessageID(derivedFrom: ["llm again", id, answer.callID ?? ""]).description
            } else {
                merge(parts: parts, at: date, answer: answer, into: place)
                return id
            }
        }
        var message = ForeignMessage(
            id: id, parent: parent.map { .message($0) } ?? .none, role: role, parts: parts.isEmpty ? [.text("")] : parts
        )
        message.createdAt = date
        message.answer = answer
        places[id] = conversation.messages.count
        conversation.messages.append(message)
        return id
    }

    /// Adds to a message that is there.
    func update(_ id: String, _ change: (inout ForeignMessage) -> Void) {
        guard let place = places[id] else { return }
        change(&conversation.messages[place])
    }

    /// Takes down what a response holds besides.
    func leave(_ name: String, _ json: JSON?, of response: String) {
        guard let json, !json.saysNothing else { return }
        var object = leftovers[response]?.object ?? JSONObject()
        object[name] = json
        leftovers[response] = .object(object)
    }

    private func merge(parts: [MessagePart], at date: Timestamp?, answer: ForeignAnswer?, into place: Int) {
        if conversation.messages[place].parts.count < parts.count { conversation.messages[place].parts = parts }
        if conversation.messages[place].createdAt == nil { conversation.messages[place].createdAt = date }
        if conversation.messages[place].answer == nil { conversation.messages[place].answer = answer }
    }

    private static func id(role: Role, parts: [MessagePart], after parent: String?) -> String {
        var names = ["llm message", parent ?? "", role.name]
        // A continued conversation is sent without the attachments and reasoning of its old rows, and is the same one.
        for part in parts {
            switch part {
            case .text(let text) where !text.isEmpty: names += ["text", text]
            case .toolCall(let call): names += ["tool call", call.id, call.name, call.arguments]
            case .toolResult(let result): names += ["tool result", result.callID, result.output]
            default: break
            }
        }
        if names.count == 3 { names += parts.map { Array([$0]).storedJSON.text() } }
        return MessageID(derivedFrom: names).description
    }
}

extension LLMDatabase {
    /// The distinct values of an expression, as texts.
    func ids(_ table: String, _ expression: String, _ condition: String = "") throws -> [String] {
        try texts("SELECT DISTINCT CAST(\(expression) AS BLOB) FROM \(table) \(condition)").filter { !$0.isEmpty }
    }
}
