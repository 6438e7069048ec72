import ConversationStorage
package import Conversations
package import OrderedJSON

/// The messages of a thread as the tree they are, each with where it stands.
package struct PlacedTree: Sendable {
    package let thread: ChatThread
    package let tree: MessageTree
    /// In the order of the tree's messages.
    package let messages: [PlacedMessage]

    package init(thread: ChatThread, tree: MessageTree, messages: [PlacedMessage]) {
        self.thread = thread
        self.tree = tree
        self.messages = messages
    }

    package init(of thread: ChatThread, showsTrash: Bool, _ service: ThreadService) async throws {
        let tree = MessageTree(try await service.vault.messages(of: thread.id), showsTrash: showsTrash)
        let labels = try await service.vault.labels(in: thread.id)
        let handles = try await service.messageHandles(in: thread.id)
        let tip = thread.tipID.flatMap { tree.place(of: $0) }
        let tipPath = Set(tip.map { tree.path(to: $0) } ?? [])
        let addresses = tree.addresses(in: thread, tipPath: tipPath) { handles.handle(of: $0) }
        self.init(
            thread: thread, tree: tree,
            messages: tree.messages.indices.map { place in
                let message = tree.messages[place]
                return PlacedMessage(
                    message: message, address: addresses[place], isOnTipPath: tipPath.contains(place),
                    labels: labels[message.id] ?? [])
            })
    }

    /// What `tree --json` prints: every message with the ids of those that continue it.
    package var json: JSON {
        .object([
            "object": "tree", "thread": thread.json,
            "messages": .array(
                messages.indices.map { place in
                    var object = messages[place].json.object ?? JSONObject()
                    object["children"] = .array(
                        tree.children[place].map { .string(tree.messages[$0].id.description) })
                    return .object(object)
                }),
        ])
    }
}
