import ConversationStorage
import Conversations
import OrderedJSON

/// A thread as its document tells of it, piece by piece.
///
/// A message continues the one before it unless its comment says otherwise, so a turn that was taken out of the document
/// leaves a path without it: beside the thread's own, which keeps it.
struct MarkdownThread {
    private let id: ThreadID
    private let place: String
    private let sink: any ImportSink
    private var line = JSONObject()
    private var instructions: String?
    private var calls: [CallRecord] = []
    private var messages: [MessageRecord] = []
    private var known: Set<MessageID> = []
    /// Messages whose id was not in the document; they get theirs when their words are known.
    private var unnamed: Set<Int> = []
    private var isReadingMessage = false

    init(id: ThreadID, place: String, sink: any ImportSink) {
        self.id = id
        self.place = place
        self.sink = sink
    }

    mutating func read(frontMatter: [String: String]) {
        for (name, value) in frontMatter where name != "diwan" && name != "thread" {
            if let json = try? JSON(parsing: value) { line[name] = json }
        }
        line["id"] = .string(id.description)
    }

    mutating func takeInstructions(_ attributes: JSONObject?, _ lines: [String]) {
        let text = MarkdownMarks.unescaped(lines)
        instructions = attributes?["escaped"]?.bool == true ? ControlCharacters.unescaped(text) : text
    }

    mutating func takeCall(_ attributes: JSONObject?) {
        guard let attributes else { return degrade("a call whose comment was changed") }
        var fields = LineFields(attributes)
        do { calls.append(try CallRecord(&fields)) } catch { degrade("a call whose comment was changed") }
    }

    mutating func beginMessage(_ attributes: JSONObject?, role: String?, _ lines: [String]) {
        nameLast()
        var attributes = attributes
        let previous = messages.last
        var message = MessageRecord(
            id: id.unnamedMessage, parentID: previous?.id, role: Role(role ?? "user"), parts: [],
            createdAt: previous.map { Timestamp(milliseconds: $0.createdAt.milliseconds + 1) } ?? createdAt)
        isReadingMessage = true
        var text = MarkdownMarks.unescaped(lines)
        if attributes?["escaped"]?.bool == true { text = ControlCharacters.unescaped(text) }
        attributes?["escaped"] = nil
        if var line = attributes {
            let parent = line.contains("parent_id") ? line["parent_id"] : .string(previous?.id.description ?? "")
            line["parent_id"] = nil
            line["parts"] = []
            if line["status"] == nil { line["status"] = "complete" }
            var fields = LineFields(line)
            if let read = try? MessageRecord(&fields) {
                message = read
                message.parentID = parent?.string.flatMap { MessageID($0) }
            } else {
                attributes = nil
                noteBrokenComment()
            }
        }
        if let parent = message.parentID, !known.contains(parent) {
            message.parentID = previous?.id
            degrade("a turn whose parent is not in the document")
        }
        if known.contains(message.id) {
            // A turn that was copied is a new one.
            attributes = nil
            message.id = id.unnamedMessage
        }
        if attributes == nil { unnamed.insert(messages.count) } else { known.insert(message.id) }
        message.parts = [.text(attributes == nil ? Self.trimmed(lines) : text)]
        // A message without any part is not one whose words are empty.
        if attributes?["empty"]?.bool == true, text.isEmpty { message.parts = [] }
        messages.append(message)
    }

    func noteBrokenComment() { degrade("a turn whose comment was changed: it is taken for a new one") }

    mutating func takePart(_ attributes: JSONObject?, _ lines: [String], media digest: BlobDigest?) {
        guard var message = messages.popLast() else { return degrade("a part that belongs to no turn") }
        defer { messages.append(message) }
        // Words between the heading and the first part are the person's own; where there are none, parts are all.
        if isReadingMessage, case .text("")? = message.parts.first { message.parts = [] }
        isReadingMessage = false
        do {
            guard let attributes else { throw LineFault("no attributes") }
            var part = try MarkdownPart.part(attributes, lines)
            if let digest { part = part.with(.blob(digest)) }
            message.parts.append(part)
        } catch {
            message.parts.append(.text(MarkdownMarks.unescaped(lines)))
            degrade("a part whose comment was changed: it is taken for words")
        }
    }

    mutating func finished() -> ThreadRecord? {
        nameLast()
        line["created_at"] = line["created_at"] ?? createdAt.line
        line["tip_id"] = line["tip_id"].flatMap { tip in
            tip.string.flatMap { MessageID($0) }.map(known.contains) == true ? tip : nil
        }
        var fields = LineFields(line)
        guard var record = try? ThreadRecord(&fields) else {
            sink.note(ImportNote(.lost, "a document whose front matter was changed and cannot be read", at: place))
            return nil
        }
        record.instructions = instructions
        record.messages = messages
        let answered = Set(messages.compactMap(\.callID))
        record.calls = calls.filter { answered.contains($0.id) }
        let kept = Set(record.calls.map(\.id))
        for index in record.messages.indices {
            if let call = record.messages[index].callID, !kept.contains(call) { record.messages[index].callID = nil }
        }
        for index in record.calls.indices {
            if let question = record.calls[index].questionID, !known.contains(question) {
                record.calls[index].questionID = nil
            }
        }
        // A turn that was added at the end is what the thread goes on from.
        if record.tipID == nil || record.tipID == lastNamedBeforeNewEnd { record.tipID = messages.last?.id }
        return record
    }

    /// The last message before turns that were added at the end; nil where none were.
    private var lastNamedBeforeNewEnd: MessageID? {
        guard unnamed.contains(messages.count - 1) else { return nil }
        return messages.indices.last { !unnamed.contains($0) }.map { messages[$0].id }
    }

    /// Gives the last message its id, if it has none: derived from what it continues and says, so that importing the
    /// document again adds nothing.
    private mutating func nameLast() {
        guard let index = messages.indices.last, unnamed.contains(index), messages[index].id == id.unnamedMessage else {
            return
        }
        let message = messages[index]
        let content = JSON.array(message.parts.map(\.line)).text()
        var names = ["message", id.description, message.parentID?.description ?? "", message.role.name, content]
        var named = MessageID(derivedFrom: names)
        while known.contains(named) {
            names.append("again")
            named = MessageID(derivedFrom: names)
        }
        messages[index].id = named
        known.insert(named)
    }

    private var createdAt: Timestamp {
        line["created_at"].flatMap { Timestamp(line: $0) } ?? Timestamp(milliseconds: 0)
    }

    private func degrade(_ what: String) { sink.note(ImportNote(.degraded, what, at: place)) }

    private static func trimmed(_ lines: [String]) -> String {
        var lines = lines[...]
        func isBlank(_ line: String?) -> Bool { line?.allSatisfy(\.isWhitespace) ?? false }
        while isBlank(lines.first) { lines.removeFirst() }
        while isBlank(lines.last) { lines.removeLast() }
        return MarkdownMarks.unescaped(lines)
    }
}

extension ThreadID {
    /// What stands for the id of a message that has none yet.
    fileprivate var unnamedMessage: MessageID { MessageID(derivedFrom: ["unnamed message", description]) }
}
