import Conversations

/// When a conversation and its messages were, as far as the file says.
///
/// A message without a date has that of the nearest message before it that has one, else of the conversation, else of the
/// file. The moment of the import is no date of what was said: it stands only where nothing else is known.
struct ImportedDates {
    /// By the messages' numbers.
    private(set) var messages: [Timestamp] = []
    let created: Timestamp
    let active: Timestamp
    /// Whether nothing in the file says when any of it was.
    let isUnknown: Bool

    init(_ conversation: ForeignConversation, _ tree: ForeignTree, fileDate: Timestamp?, importedAt: Timestamp) {
        let said = conversation.messages.compactMap(\.createdAt)
        let known = conversation.createdAt ?? said.min() ?? conversation.updatedAt
        isUnknown = known == nil && fileDate == nil
        let created = known ?? fileDate ?? importedAt
        self.created = created
        active = conversation.updatedAt ?? said.max() ?? created
        messages = [Timestamp](repeating: created, count: conversation.messages.count)
        for number in tree.order {
            let inherited = tree.parents[number].map { messages[$0] } ?? created
            messages[number] = conversation.messages[number].createdAt ?? inherited
        }
    }
}
