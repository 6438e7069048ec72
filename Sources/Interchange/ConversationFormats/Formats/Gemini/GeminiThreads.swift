import Conversations
import OrderedJSON

/// Puts activities together to conversations.
///
/// Most exports do not say which activities belong together; then each is a conversation of its own. Where they do, those
/// of one conversation lie apart in the file, newest first: they are counted before, so that each conversation can be
/// handed over as soon as it is whole.
struct GeminiThreads {
    private var expected: [String: Int] = [:]
    private var open: [String: [GeminiActivity]] = [:]
    private var titles = GeminiTitles()
    /// How many activities of one moment there were.
    private var moments: [Timestamp: Int] = [:]

    // MARK: - Counting

    mutating func expect(_ activity: GeminiActivity) {
        if let id = activity.conversationID { expected[id, default: 0] += 1 }
        if let title = activity.title { titles.learn(title) }
    }

    // MARK: - Putting together

    /// The activities of a conversation that is whole with this one; nil while it is not.
    mutating func add(_ activity: GeminiActivity) -> [GeminiActivity]? {
        guard let id = activity.conversationID else { return [activity] }
        let activities = (open.removeValue(forKey: id) ?? []) + [activity]
        if activities.count >= expected[id] ?? 0 { return activities }
        open[id] = activities
        return nil
    }

    /// What is left where a file was not read to its end.
    mutating func takeRest() -> [[GeminiActivity]] {
        defer { open = [:] }
        return open.sorted { $0.key < $1.key }.map(\.value)
    }

    /// The conversation that some activities are.
    mutating func conversation(
        of activities: [GeminiActivity], files: AttachedFiles, sink: any ImportSink
    ) async throws -> ForeignConversation? {
        // The file begins with the newest; those of one moment stay in the reverse of its order.
        let inOrder = activities.reversed().enumerated().sorted {
            ($0.element.time ?? .distantPast, $0.offset) < ($1.element.time ?? .distantPast, $1.offset)
        }.map(\.element)
        var conversation = ForeignConversation(id: activities.first?.conversationID)
        conversation.createdAt = inOrder.lazy.compactMap(\.time).first
        conversation.updatedAt = inOrder.last?.time
        var extras = MessageExtras()
        for activity in inOrder {
            let id = self.id(of: activity)
            if conversation.id == nil { conversation.id = id.map { "activity:" + $0 } }
            try await add(activity, id: id, to: &conversation, files: files, sink: sink)
            var leftovers = activity.leftovers
            if !activity.notes.isEmpty { leftovers["notes"] = .array(activity.notes.map { .string($0) }) }
            extras.add(leftovers, of: id ?? "activity")
        }
        extras.hand(to: &conversation, sink: sink, place: inOrder.first?.title)
        return conversation.messages.isEmpty ? nil : conversation
    }

    /// The only thing that names an activity: its moment, and which one of that moment it is.
    private mutating func id(of activity: GeminiActivity) -> String? {
        guard let time = activity.time else { return nil }
        let count = moments[time, default: 0] + 1
        moments[time] = count
        return count == 1 ? String(time.milliseconds) : "\(time.milliseconds)#\(count)"
    }

    // MARK: - Messages

    private func add(
        _ activity: GeminiActivity, id: String?, to conversation: inout ForeignConversation, files: AttachedFiles,
        sink: any ImportSink
    ) async throws {
        let place = activity.title
        for note in activity.damage { sink.note(note) }
        if activity.time == nil { sink.note(ImportNote(.degraded, "activity without a date", at: place)) }
        var role = Role.user
        var asked: [MessagePart] = []
        switch activity.title.map({ titles.meaning(of: $0, hasAnswer: activity.answer != nil) }) {
        case .prompt(let words):
            if !words.isEmpty { asked = [.text(words)] }
        case .unclear(let words):
            asked = [.text(words)]
            sink.note(
                ImportNote(
                    .degraded, "prompt that may begin with the word for asking, in a language not known here", at: place
                ))
        case .event:
            role = .system
            asked = [.text(([activity.title].compactMap(\.self) + activity.notes).joined(separator: "\n"))]
            sink.note(ImportNote(.degraded, "activity that is no prompt, kept as a message of the system", at: place))
        case nil:
            sink.note(ImportNote(.lost, "activity without its prompt", at: place))
        }
        for file in activity.promptFiles {
            asked.append(try await part(file, of: activity, otherwise: .file, files: files))
        }
        if !asked.isEmpty {
            var message = ForeignMessage(id: id.map { $0 + ":prompt" }, role: role, parts: asked)
            message.createdAt = activity.time
            conversation.messages.append(message)
        }
        var answered: [MessagePart] = activity.answer?.isEmpty == false ? [.text(activity.answer ?? "")] : []
        for file in activity.answerFiles {
            answered.append(try await part(file, of: activity, otherwise: .image, files: files))
        }
        if answered.isEmpty {
            if role == .user { sink.note(ImportNote(.degraded, "prompt whose answer is not in the export", at: place)) }
            return
        }
        var message = ForeignMessage(id: id.map { $0 + ":answer" }, role: .assistant, parts: answered)
        message.createdAt = activity.time
        conversation.messages.append(message)
    }

    private func part(
        _ file: GeminiActivity.File, of activity: GeminiActivity, otherwise kind: AttachedKind, files: AttachedFiles
    ) async throws -> MessagePart {
        if file.address.hasPrefix("https://") || file.address.hasPrefix("http://") || file.address.hasPrefix("data:") {
            return .image(MessageMedia(source: .url(file.address), mediaType: nil, name: file.name))
        }
        return try await files.part(
            files.entry(named: file.address, beside: activity.path), id: file.address, name: file.name ?? file.address,
            mediaType: files.mediaType(ofFileNamed: file.address), otherwise: kind, at: activity.title)
    }
}

extension Timestamp {
    fileprivate static let distantPast = Timestamp(milliseconds: .min)
}
