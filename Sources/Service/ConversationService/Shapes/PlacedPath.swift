import ConversationStorage
package import Conversations
package import OrderedJSON

/// Messages of a path with where they stand, and their thread.
package struct PlacedPath: Sendable {
    package let thread: ChatThread
    package let messages: [PlacedMessage]

    package init(thread: ChatThread, messages: [PlacedMessage]) {
        self.thread = thread
        self.messages = messages
    }

    /// What `show --json` prints.
    package var json: JSON {
        .object(["object": "path", "thread": thread.json, "messages": .array(messages.map(\.json))])
    }
}

extension ThreadService {
    /// The path to a message of a thread; an empty one without a message.
    package func placedPath(to end: MessageID?, in thread: ChatThread) async throws -> PlacedPath {
        let path = try await end.asyncMap { try await vault.path(to: $0) } ?? []
        let tipPath =
            end == thread.tipID ? path : try await thread.tipID.asyncMap { try await vault.path(to: $0) } ?? []
        let labels = try await vault.labels(in: thread.id)
        var placed: [PlacedMessage] = []
        for message in path {
            placed.append(try await place(message, in: thread, path: tipPath, labels: labels[message.id] ?? []))
        }
        return PlacedPath(thread: thread, messages: placed)
    }
}
