import Conversations
import OrderedJSON

/// The identities of what is imported: the same on every machine and however often it is imported.
///
/// They come of the origin's own ids. Where it has none, of what was said, and of how many things that say the same came
/// before: two conversations "Hi." are two, and the same two again tomorrow.
struct ImportIdentities {
    let format: ConversationFormat
    private var conversations: [ThreadID: Int] = [:]

    init(_ format: ConversationFormat) {
        self.format = format
    }

    mutating func thread(of conversation: ForeignConversation) -> ThreadID {
        if let id = conversation.id { return ThreadID(derivedFrom: ["thread", format.rawValue, id]) }
        var names = ["content", format.rawValue, conversation.instructions ?? ""]
        for message in conversation.messages { names += [message.role.name, message.content] }
        let content = ThreadID(derivedFrom: names)
        conversations[content, default: 0] += 1
        return ThreadID(
            derivedFrom: ["thread", format.rawValue, "content", content.description, "\(conversations[content] ?? 1)"])
    }

    /// The identities of a thread's messages, by their numbers.
    static func messages(of conversation: ForeignConversation, in thread: ThreadID, _ tree: ForeignTree) -> [MessageID]
    {
        var ids = [MessageID?](repeating: nil, count: conversation.messages.count)
        var occurrences: [MessageID: Int] = [:]
        for number in tree.order {
            let message = conversation.messages[number]
            var names = ["message", thread.description]
            if let id = message.id {
                names.append(id)
            } else {
                let parent = tree.parents[number].flatMap { ids[$0] }
                names += ["content", parent?.description ?? "", message.role.name, message.content]
            }
            let id = MessageID(derivedFrom: names)
            occurrences[id, default: 0] += 1
            let occurrence = occurrences[id] ?? 1
            ids[number] = occurrence == 1 ? id : MessageID(derivedFrom: names + ["\(occurrence)"])
        }
        // Every message is in the tree's order, so every one has an id.
        return ids.compactMap { $0 }
    }
}

extension ForeignMessage {
    /// All of its parts as one text.
    fileprivate var content: String {
        parts.isPlainText ? parts.text : parts.text + "\u{0}" + parts.storedJSON.text()
    }
}
