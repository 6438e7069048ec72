import ConversationService
import ConversationStorage
import Conversations
import OrderedJSON

/// Makes the conversations of another program into the threads of a vault: their identities, the order and the dates of
/// their messages, the calls that brought the answers.
///
/// Nothing is left out: as many threads come of it as there are conversations, as many messages as there are messages.
/// What had to be decided where the file says nothing, or contradicts itself, is noted.
struct ImportPlan {
    let format: ConversationFormat
    /// When the file was written; nil where nobody knows.
    let fileDate: Timestamp?
    let importedAt: Timestamp
    private var identities: ImportIdentities

    init(_ format: ConversationFormat, fileDate: Timestamp?, importedAt: Timestamp) {
        self.format = format
        self.fileDate = fileDate
        self.importedAt = importedAt
        identities = ImportIdentities(format)
    }

    mutating func thread(of conversation: ForeignConversation) -> (record: ThreadRecord, notes: [ImportNote]) {
        let tree = ForeignTree(conversation.messages)
        let threadID = identities.thread(of: conversation)
        let ids = ImportIdentities.messages(of: conversation, in: threadID, tree)
        let dates = ImportedDates(conversation, tree, fileDate: fileDate, importedAt: importedAt)
        var notes = ImportPlanNotes(conversation)
        notes.add(tree, dates)

        var record = ThreadRecord(
            id: threadID, title: title(of: conversation, tree),
            titleIsGiven: conversation.titleIsGiven && conversation.shownTitle != nil,
            instructions: conversation.instructions, model: conversation.model, origin: origin(of: conversation),
            tags: conversation.tags.uniqued, createdAt: dates.created, activeAt: dates.active,
            pinnedAt: conversation.pinnedAt ?? (conversation.isPinned ? dates.active : nil),
            archivedAt: conversation.isArchived ? dates.active : nil)
        var calls = ImportedCalls(format, thread: threadID, model: conversation.model)
        for number in tree.order {
            let message = conversation.messages[number]
            let parent = tree.parents[number].map { ids[$0] }
            let place = calls.note(message, id: ids[number], answering: parent)
            record.messages.append(
                MessageRecord(
                    id: ids[number], parentID: parent, role: message.role, parts: message.parts, callID: place?.call,
                    choice: place?.choice, finishReason: message.finishReason, status: message.status,
                    createdAt: dates.messages[number], labels: message.labels.uniqued))
        }
        record.calls = calls.records
        record.tipID = tip(of: conversation, tree, dates, &notes).map { ids[$0] }
        return (record, notes.all)
    }

    /// The message the thread goes on from: the one the origin names, else the newest that nothing continues.
    private func tip(
        of conversation: ForeignConversation, _ tree: ForeignTree, _ dates: ImportedDates,
        _ notes: inout ImportPlanNotes
    ) -> Int? {
        if let id = conversation.currentMessageID {
            if let number = tree.numbers[id] { return number }
            if !tree.order.isEmpty { notes.addMissingTip() }
        }
        let continued = Set(tree.parents.compactMap { $0 })
        return tree.order.filter { !continued.contains($0) }.max { dates.messages[$0] < dates.messages[$1] }
    }

    private func title(of conversation: ForeignConversation, _ tree: ForeignTree) -> String? {
        if let title = conversation.shownTitle { return title }
        let questions = tree.order.lazy.map { conversation.messages[$0] }.filter { $0.role == .user }
        return questions.compactMap { ThreadTitle.of($0.parts) }.first
    }

    /// Where it came from. What the origin holds beside stands under a name of its own: the search filters read the
    /// others.
    private func origin(of conversation: ForeignConversation) -> JSON {
        var origin: JSONObject = ["format": .string(format.rawValue)]
        if let id = conversation.id { origin["id"] = .string(id) }
        if !conversation.extras.isEmpty { origin["extras"] = .object(conversation.extras) }
        return .object(origin)
    }
}

extension ForeignConversation {
    /// The title, if it says anything.
    var shownTitle: String? {
        title.flatMap { $0.contains { !$0.isWhitespace } ? $0 : nil }
    }
}

extension [String] {
    /// Each once, in order, compared by their bytes.
    fileprivate var uniqued: [String] {
        guard count > 1 else { return self }
        var seen: Set<[UInt8]> = []
        return filter { seen.insert([UInt8]($0.utf8)).inserted }
    }
}
