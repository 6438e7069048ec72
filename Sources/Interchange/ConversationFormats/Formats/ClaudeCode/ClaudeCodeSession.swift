import Conversations
import OrderedJSON

/// A session on its way out of its lines.
///
/// Claude Code writes a line for each block of an answer; the lines of one answer are one message here. What it writes
/// about itself (progress, snapshots, hooks) is no message, and what came after such a line follows what stood before it.
final class ClaudeCodeSession {
    private let entry: ImportEntry
    private let sink: any ImportSink
    private var messages: [ForeignMessage] = []
    private var extras = MessageExtras()
    private var left: [String: JSONObject] = [:]

    /// The message that a line is, or belongs to, by the line's id.
    private var messageIDs: [String: String] = [:]
    /// The line before one that is no message.
    private var passed: [String: String] = [:]
    private var places: [String: Int] = [:]
    /// The newest message of an answer, by the answer's id at the provider.
    private var answers: [String: String] = [:]
    /// The last tool result of an answer, by the answer's message.
    private var lastResults: [String: String] = [:]
    /// The message that starts an agent, by what the agent is told.
    private var agentPrompts: [String: String] = [:]
    private var sidechains: Set<String> = []

    private var sessionID: String?
    private var agentID: String?
    private var title: (text: String, isGiven: Bool)?
    private var summaries: [(text: String, leaf: String?)] = []
    private var tags: [String] = []
    private var environment = JSONObject()

    init(entry: ImportEntry, sink: any ImportSink) {
        self.entry = entry
        self.sink = sink
    }

    private var place: String { entry.path }

    /// Adds a line.
    func add(_ json: JSON) async throws {
        guard let line = json.object else {
            sink.note(ImportNote(.lost, "line that is no object", at: place))
            return
        }
        sessionID = line["sessionId"]?.words ?? sessionID
        agentID = line["agentId"]?.words ?? agentID
        switch line["type"]?.string {
        case "user", "assistant": try await addMessage(line)
        case "system" where line["content"]?.words != nil: try await addMessage(line)
        case "attachment": try await addMessage(line)
        case "summary":
            if let text = line["summary"]?.words { summaries.append((text, line["leafUuid"]?.words)) }
        case "custom-title":
            if let text = line["customTitle"]?.words { title = (text, true) }
        case "ai-title":
            if let text = line["aiTitle"]?.words ?? line["title"]?.words, title?.isGiven != true {
                title = (text, false)
            }
        case "tag":
            if let tag = line["tag"]?.words, !tags.contains(tag) { tags.append(tag) }
        case let type:
            if line["message"]?["content"] != nil || type == nil && line["content"]?.words != nil {
                sink.note(ImportNote(.degraded, "line of an unknown kind, taken for a message", at: place))
                try await addMessage(line)
            } else {
                pass(line, type: type)
            }
        }
    }

    /// The whole conversation; nil where no line was a message.
    func conversation() -> ForeignConversation? {
        guard !messages.isEmpty else { return nil }
        var conversation = ForeignConversation(id: id)
        let own = summaries.last { $0.leaf.map { messageIDs[$0] != nil } ?? true }
        conversation.title = title?.text ?? own?.text
        conversation.titleIsGiven = title?.isGiven ?? false
        conversation.tags = tags
        conversation.model = messages.last { $0.answer?.modelReported != nil }?.answer?.modelReported
        conversation.createdAt = messages.compactMap(\.createdAt).min()
        conversation.updatedAt = messages.compactMap(\.createdAt).max()
        conversation.extras = environment
        if !summaries.isEmpty { conversation.extras["summaries"] = .array(summaries.map { .string($0.text) }) }
        if agentID != nil, let sessionID { conversation.extras["sessionId"] = .string(sessionID) }
        relink()
        conversation.currentMessageID = messages.last { !sidechains.contains($0.id ?? "") }?.id ?? messages.last?.id
        for message in messages {
            if let id = message.id, let left = left[id] { extras.add(left, of: id) }
        }
        conversation.messages = messages
        extras.hand(to: &conversation, sink: sink, place: conversation.title ?? place)
        return conversation
    }

    /// The file's name is the session's id; where somebody renamed it, the lines know.
    private var id: String? {
        if entry.stem.utf8.count == 36, entry.stem.split(separator: "-").count == 5 { return entry.stem }
        if let agentID, !sidechains.isEmpty, sidechains.count == messages.count {
            return (sessionID.map { $0 + "/" } ?? "") + agentID
        }
        return sessionID ?? entry.stem
    }

    // MARK: - Lines that are no messages

    private func pass(_ line: JSONObject, type: String?) {
        if let uuid = line["uuid"]?.words, let parent = line["parentUuid"]?.words { passed[uuid] = parent }
        sink.note(ImportNote(.skipped, "line about the program: \(type ?? "no type")", at: place))
    }

    // MARK: - Lines that are messages

    private func addMessage(_ line: JSONObject) async throws {
        let content = try await ClaudeCodeContent(line, sink: sink, place: place)
        let answerID = line["type"]?.string == "assistant" ? line["message"]?["id"]?.words : nil
        let uuid = line["uuid"]?.words
        if let answerID, let known = answers[answerID], let place = places[known], continues(line, known) {
            join(content, line, to: place)
            if let uuid { messageIDs[uuid] = known }
            return
        }
        if let uuid, let known = messageIDs[uuid], let place = places[known], messages[place].parts == content.parts {
            sink.note(ImportNote(.skipped, "line that stands in the file twice", at: self.place))
            return
        }
        if uuid == nil { sink.note(ImportNote(.degraded, "message without its id, linked by its place", at: place)) }
        let id = uuid ?? "line \(messages.count)"
        var message = ForeignMessage(id: id, parent: parent(of: line), role: content.role, parts: content.parts)
        message.createdAt = Timestamp(exported: line["timestamp"])
        if line["type"]?.string == "assistant" || content.role == .assistant { addAnswer(line, to: &message) }
        if let answerID { answers[answerID] = id }
        if line["isSidechain"]?.bool == true { sidechains.insert(id) }
        messageIDs[id] = id
        places[id] = messages.count
        messages.append(message)
        take(content, of: id)
        var fields = content.leftovers
        for member in changedEnvironment(line) { fields[member.key] = member.value }
        if !fields.isEmpty { left[id] = fields }
    }

    /// Whether a line goes on with the answer it has the id of, and is not a copy of it elsewhere in the tree.
    private func continues(_ line: JSONObject, _ message: String) -> Bool {
        guard let parent = line["parentUuid"]?.words else { return true }
        if owner(of: parent) == message { return true }
        // A tool may have answered before the rest of the answer was written down.
        return owner(of: parent).flatMap { places[$0] }.map { messages[$0].parent == .message(message) } ?? false
            || messages[places[message] ?? 0].parent == .message(owner(of: parent) ?? parent)
    }

    private func join(_ content: ClaudeCodeContent, _ line: JSONObject, to place: Int) {
        var message = messages[place]
        let calls = Set(message.parts.toolCalls.map(\.id))
        for part in content.parts {
            if case .toolCall(let call) = part, calls.contains(call.id) { continue }
            if message.parts.contains(part), line["uuid"] == nil { continue }
            message.parts.append(part)
        }
        if message.parts.first == .text(""), message.parts.count > 1 { message.parts.removeFirst() }
        addAnswer(line, to: &message)
        messages[place] = message
        take(content, of: message.id ?? "")
    }

    private func addAnswer(_ line: JSONObject, to message: inout ForeignMessage) {
        guard let json = line["message"]?.object else { return }
        var answer = message.answer ?? ForeignAnswer()
        answer.upstream = "anthropic"
        if let model = json["model"]?.words {
            answer.modelRequested = model
            answer.modelReported = model
        }
        answer.responseID = json["id"]?.words
        if json["usage"]?.object != nil { answer.usage = TokenUsage(foreign: json["usage"]) }
        if let date = Timestamp(exported: line["timestamp"]) {
            answer.finishedAt = max(date, answer.finishedAt ?? date)
        }
        if let reason = json["stop_reason"]?.words { message.finishReason = reason }
        if message.finishReason == "max_tokens" { message.status = .incomplete }
        if line["isApiErrorMessage"]?.bool == true {
            message.status = .failed
            answer.error = CallError(
                code: line["error"]?.words ?? "api_error", message: message.parts.text,
                traceID: line["requestId"]?.words)
        }
        message.answer = answer
    }

    private func take(_ content: ClaudeCodeContent, of id: String) {
        for prompt in content.agentPrompts { agentPrompts[prompt] = id }
    }

    /// Where the program ran: said once for the conversation, and again at each message where it changed.
    private func changedEnvironment(_ line: JSONObject) -> JSONObject {
        var changed = JSONObject()
        for name in ["cwd", "gitBranch", "version", "userType", "slug", "permissionMode", "entrypoint"] {
            guard let value = line[name], !value.saysNothing, environment[name] != value else { continue }
            if environment[name] != nil { changed[name] = value }
            environment[name] = value
        }
        return changed
    }

    // MARK: - The tree

    private func parent(of line: JSONObject) -> ForeignMessage.Parent {
        // After a compaction the chain begins anew, and says what it goes on from.
        if let parent = line["parentUuid"]?.words ?? line["logicalParentUuid"]?.words { return .message(parent) }
        if line["isSidechain"]?.bool == true, let words = line["message"]?["content"]?.words,
            let starter = agentPrompts[words]
        {
            return .message(starter)
        }
        return line["parentUuid"] == nil && !messages.isEmpty ? .previous : .none
    }

    /// The message of a line, past those that are none.
    private func owner(of uuid: String) -> String? {
        var uuid = uuid
        var steps = 0
        while steps <= passed.count {
            if let id = messageIDs[uuid] { return id }
            guard let before = passed[uuid] else { return nil }
            uuid = before
            steps += 1
        }
        return nil
    }

    /// Names messages where lines were named, and puts the results of one answer's tools one after the other: each names
    /// the line of its call, and only the last one has the rest of the conversation below it.
    private func relink() {
        for index in messages.indices {
            guard case .message(let uuid) = messages[index].parent else { continue }
            let parent = owner(of: uuid) ?? uuid
            messages[index].parent = .message(parent)
            guard messages[index].role == .tool, let id = messages[index].id, let place = places[parent],
                messages[place].role == .assistant
            else { continue }
            if let last = lastResults[parent], last != id { messages[index].parent = .message(last) }
            lastResults[parent] = id
        }
    }
}
