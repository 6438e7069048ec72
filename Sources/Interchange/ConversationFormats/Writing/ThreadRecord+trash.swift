package import ConversationStorage
import Conversations

extension ThreadRecord {
    /// Takes out the messages that are in the trash, with what continues them: formats for others know no trash.
    ///
    /// - Returns: how many.
    package mutating func removeTrash() -> Int {
        guard messages.contains(where: { $0.trashedAt != nil }) else { return 0 }
        let before = messages.count
        var out: Set<MessageID> = []
        for message in messages
        where message.trashedAt != nil || message.parentID.map(out.contains) == true { out.insert(message.id) }
        messages.removeAll { out.contains($0.id) }
        if let tip = tipID, out.contains(tip) { tipID = messages.last?.id }
        let called = Set(messages.compactMap(\.callID))
        calls.removeAll { call in
            !called.contains(call.id) && call.questionID.map(out.contains) == true
        }
        for index in calls.indices where calls[index].questionID.map(out.contains) == true {
            calls[index].questionID = nil
        }
        return before - messages.count
    }
}
