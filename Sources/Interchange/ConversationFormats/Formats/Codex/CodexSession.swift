import Conversations
import OrderedJSON

/// A session on its way out of its lines.
///
/// The items that a model answered with, one after the other, are one message; so a message's id is the number of its
/// first line, which stays what it is when the session goes on.
final class CodexSession {
    private let lines: [JSON]
    private let entry: ImportEntry
    private let sink: any ImportSink
    private var conversation = ForeignConversation()
    private var extras = MessageExtras()
    private var tip: String?
    /// Whether the next item of an answer belongs to the message at the tip.
    private var isAnswering = false
    private var model: String?
    private var effort: JSON?
    private var provider: String?
    private var context: JSONObject?
    private var newContext: JSONObject?
    /// The words of the items, to know which events only repeat them.
    private var said: Set<String> = []

    init(_ lines: [JSON], entry: ImportEntry, sink: any ImportSink) {
        self.lines = lines
        self.entry = entry
        self.sink = sink
    }

    private var place: String { entry.path }

    /// The whole conversation; nil where the lines are no session.
    func conversation() async throws -> ForeignConversation? {
        for line in lines { rememberWords(of: Self.item(in: line)) }
        for (index, line) in lines.enumerated() { try await add(line, number: index + 1) }
        guard conversation.id != nil || !conversation.messages.isEmpty else { return nil }
        if conversation.id == nil {
            sink.note(ImportNote(.degraded, "session without its first line, named for its file", at: place))
            conversation.id = entry.stem
        }
        conversation.model = model
        conversation.createdAt = conversation.createdAt ?? conversation.messages.compactMap(\.createdAt).min()
        conversation.updatedAt = conversation.messages.compactMap(\.createdAt).max() ?? conversation.createdAt
        conversation.currentMessageID = tip
        if let context { conversation.extras["turn_context"] = .object(context) }
        extras.hand(to: &conversation, sink: sink, place: conversation.title ?? place)
        return conversation
    }

    private func add(_ line: JSON, number: Int) async throws {
        guard let object = line.object else {
            sink.note(ImportNote(.lost, "line that is no object", at: place))
            return
        }
        let date = Timestamp(exported: object["timestamp"])
        guard let payload = object["payload"]?.object else {
            try await addOldLine(object, number: number)
            return
        }
        switch object["type"]?.string {
        case "session_meta": addSession(payload)
        case "turn_context": addContext(payload)
        case "response_item": try await add(item: .object(payload), number: number, at: date)
        case "event_msg": try await add(event: payload, number: number, at: date)
        case "compacted": add(compacted: payload, number: number, at: date)
        case let type: try await add(unknown: payload, type: type, number: number, at: date)
        }
    }

    /// What only later versions write, or a line that lost its kind, may hold words all the same.
    private func add(unknown payload: JSONObject, type: String?, number: Int, at date: Timestamp?) async throws {
        let isItem = ["role", "content", "call_id", "summary"].contains { payload.contains($0) }
        guard isItem || payload["message"]?.words != nil else {
            sink.note(ImportNote(.skipped, "line about the program: \(type ?? "no type")", at: place))
            return
        }
        sink.note(ImportNote(.degraded, "line of an unknown kind, taken for what it looks like", at: place))
        if isItem {
            try await add(item: .object(payload), number: number, at: date)
        } else if payload.contains("replacement_history") || payload["type"]?.string == nil {
            add(compacted: payload, number: number, at: date)
        } else {
            try await add(event: payload, number: number, at: date)
        }
    }

    private func addOldLine(_ object: JSONObject, number: Int) async throws {
        if object["record_type"] != nil {
            sink.note(ImportNote(.skipped, "line about the program: state", at: place))
        } else if object["type"]?.string == nil, object["role"] == nil, object["id"]?.words != nil {
            addSession(object)
        } else if object["record_type"] == nil, object["timestamp"] != nil, object["content"] == nil,
            object["call_id"] == nil
        {
            sink.note(ImportNote(.lost, "line without what it says", at: place))
        } else {
            try await add(item: .object(object), number: number, at: nil)
        }
    }

    private func addSession(_ payload: JSONObject) {
        // A fork repeats the session it came from, and its first line.
        if conversation.id != nil {
            sink.note(ImportNote(.skipped, "line about the program: the session it was forked from", at: place))
            return
        }
        conversation.id = payload["id"]?.words ?? entry.stem
        conversation.createdAt = Timestamp(exported: payload["timestamp"])
        conversation.instructions = payload["base_instructions"]?["text"]?.words ?? payload["instructions"]?.words
        provider = payload["model_provider"]?.words
        conversation.extras = payload.leftovers(besides: ["id", "timestamp", "instructions", "base_instructions"])
    }

    private func addContext(_ payload: JSONObject) {
        isAnswering = false
        model = payload["model"]?.words ?? model
        effort = payload["effort"] ?? effort
        let fields = payload.leftovers(besides: ["turn_id", "model", "effort"])
        if let context, context != fields { newContext = fields }
        context = fields
    }

    // MARK: - Items

    private func add(item: JSON, number: Int, at date: Timestamp?) async throws {
        if item["type"]?.string == "ghost_snapshot" {
            sink.note(ImportNote(.skipped, "line about the program: ghost_snapshot", at: place))
            return
        }
        let parts = try await CodexItem(item, sink: sink, place: place).parts
        let role = CodexItem.role(of: item)
        if item["type"]?.string == "message", item["role"]?.words == nil {
            sink.note(ImportNote(.degraded, "message whose author is not said, taken from its words' kind", at: place))
        }
        if role == .assistant, isAnswering, let last = conversation.messages.indices.last {
            conversation.messages[last].parts += parts
            if let date { conversation.messages[last].answer?.finishedAt = date }
            return
        }
        append(role: role, parts: parts, number: number, at: date)
        isAnswering = role == .assistant
        let fields = item.object?.leftovers(besides: CodexItem.knownFields) ?? JSONObject()
        extras.add(fields, of: "\(number)")
    }

    @discardableResult
    private func append(role: Role, parts: [MessagePart], number: Int, at date: Timestamp?) -> Int {
        var message = ForeignMessage(
            id: "\(number)", parent: tip.map { .message($0) } ?? .none, role: role,
            parts: parts.isEmpty ? [.text("")] : parts)
        message.createdAt = date
        if role == .assistant {
            var answer = ForeignAnswer(modelRequested: model)
            answer.upstream = provider
            answer.finishedAt = date
            if let effort, !effort.isNull { answer.parameters.extras["reasoning_effort"] = effort }
            message.answer = answer
        }
        if let newContext {
            extras.add(["turn_context": .object(newContext)], of: "\(number)")
            self.newContext = nil
        }
        isAnswering = false
        tip = message.id
        conversation.messages.append(message)
        return conversation.messages.count - 1
    }

    private func add(compacted payload: JSONObject, number: Int, at date: Timestamp?) {
        isAnswering = false
        if let words = payload["message"]?.words {
            append(role: .assistant, parts: [.text(words)], number: number, at: date)
            extras.add(["compacted": true], of: "\(number)")
        } else {
            sink.note(ImportNote(.skipped, "compaction without words", at: place))
        }
        if payload["replacement_history"]?.array?.isEmpty == false {
            sink.note(ImportNote(.skipped, "messages repeated after a compaction", at: place))
        }
    }

    // MARK: - Events

    private func add(event: JSONObject, number: Int, at date: Timestamp?) async throws {
        switch event["type"]?.string {
        case "user_message":
            try await addUnlessSaid(event["message"], role: .user, images: event["images"], number: number, at: date)
        case "agent_message":
            try await addUnlessSaid(event["message"], role: .assistant, images: nil, number: number, at: date)
        case "agent_reasoning", "agent_reasoning_raw_content":
            guard let text = event["text"]?.words, !said.contains(text) else { return }
            let part = MessagePart.reasoning(Reasoning(text: text))
            if isAnswering, let last = conversation.messages.indices.last {
                conversation.messages[last].parts.append(part)
            } else {
                append(role: .assistant, parts: [part], number: number, at: date)
                isAnswering = true
            }
        case "token_count":
            add(usage: event["info"]?["last_token_usage"])
        case "turn_aborted":
            isAnswering = false
            if let last = conversation.messages.indices.last, conversation.messages[last].role == .assistant {
                conversation.messages[last].status = .interrupted
            }
        case "error", "stream_error":
            let last = append(role: .assistant, parts: [], number: number, at: date)
            conversation.messages[last].status = .failed
            conversation.messages[last].answer?.error = CallError(
                code: event["codex_error_info"]?.words ?? "error", message: event["message"]?.words ?? "")
        case "thread_name_updated":
            conversation.title = event["thread_name"]?.words ?? conversation.title
            conversation.titleIsGiven = true
        case "thread_rolled_back":
            rollBack(turns: event["num_turns"]?.int ?? 1)
        case let type:
            let isSpeech = type == nil && (event["message"]?.words ?? event["text"]?.words) != nil
            sink.note(
                isSpeech
                    ? ImportNote(.lost, "words of an event that does not say whose they are", at: place)
                    : ImportNote(.skipped, "line about the program: \(type ?? "no type")", at: place))
        }
    }

    private func addUnlessSaid(
        _ words: JSON?, role: Role, images: JSON?, number: Int, at date: Timestamp?
    ) async throws {
        guard let words = words?.words, !said.contains(words) else { return }
        var parts: [MessagePart] = [.text(words)]
        for image in images?.array ?? [] {
            if let url = image.string { parts.append(try await sink.mediaPart(url: url, otherwise: .image)) }
        }
        append(role: role, parts: parts, number: number, at: date)
    }

    private func add(usage json: JSON?) {
        isAnswering = false
        guard let json, let last = conversation.messages.lastIndex(where: { $0.answer != nil }) else { return }
        conversation.messages[last].answer?.usage = TokenUsage(foreign: json)
    }

    /// Goes back to before the last turns: what a person says next is a branch there.
    private func rollBack(turns: Int) {
        isAnswering = false
        var parents: [String: ForeignMessage] = [:]
        for message in conversation.messages { parents[message.id ?? ""] = message }
        var left = turns
        while left > 0, let id = tip, let message = parents[id] {
            tip = if case .message(let parent) = message.parent { parent } else { nil }
            // What the program tells the model in a person's name is no turn.
            if message.role == .user, !message.parts.text.hasPrefix("<") { left -= 1 }
        }
    }

    // MARK: - Words

    private static func item(in line: JSON) -> JSON? {
        guard let payload = line["payload"] else { return line }
        return line["type"]?.string == "response_item" ? payload : nil
    }

    private func rememberWords(of item: JSON?) {
        guard let item else { return }
        for list in ["content", "summary"] {
            let words = (item[list]?.array ?? []).compactMap { $0["text"]?.string }
            said.formUnion(words)
            said.insert(words.joined(separator: "\n"))
        }
        if let words = item["content"]?.string { said.insert(words) }
    }
}
