import ConversationStorage
package import Conversations

extension ThreadService {
    /// A message with where it stands now.
    package func placed(_ id: MessageID, in thread: ChatThread) async throws -> PlacedMessage {
        let path = try await thread.tipID.asyncMap { try await vault.path(to: $0) } ?? []
        let labels = try await vault.labels(in: thread.id)
        return try await place(vault.message(id), in: thread, path: path, labels: labels[id] ?? [])
    }

    /// Where a message stands in its thread, seen from the tip's path.
    package func place(
        _ message: Message, in thread: ChatThread, path: [Message], labels: [String]
    ) async throws -> PlacedMessage {
        let isOnPath = path.indices.contains(message.position) && path[message.position].id == message.id
        var address = "\(thread.handle)/\(message.position + 1)"
        if !isOnPath {
            // Beside the path a position is only good where the message's siblings are on it; else it has a handle.
            let siblings = try await vault.siblings(of: message.id)
            if path.indices.contains(message.position), siblings.contains(path[message.position].id),
                let place = siblings.firstIndex(of: message.id)
            {
                address += ".\(place + 1)"
            } else {
                address = "\(thread.handle)/\(try await messageHandles(in: thread.id).handle(of: message.id))"
            }
        }
        return PlacedMessage(message: message, address: address, isOnTipPath: isOnPath, labels: labels)
    }
}
