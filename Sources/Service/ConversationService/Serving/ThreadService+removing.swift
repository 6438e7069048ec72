import ConversationStorage
package import Conversations

extension ThreadService {
    /// Puts a call out of sight: its answers with what continues them, or where it brought none, itself.
    package func putInTrash(_ call: Call) async throws(ServiceError) {
        let time = now()
        try await stored { () async throws(StorageError) in
            for message in call.messageIDs { _ = try await vault.putInTrash(message, at: time) }
            if call.messageIDs.isEmpty { try await vault.putInTrash(call.id, at: time) }
        }
    }

    /// Takes a message off the path that a thread goes on from.
    ///
    /// Nothing is changed that was said: what came after it is said again without it, and the old way is put out of sight.
    package func leaveOut(_ id: MessageID, ofPathTo thread: ChatThread) async throws(ServiceError) {
        guard let tip = thread.tipID else { return }
        let time = now()
        try await stored { () async throws(StorageError) in
            let path = try await vault.path(to: tip)
            guard let place = path.firstIndex(where: { $0.id == id }) else { return }
            let rest = path[(place + 1)...].map {
                NewMessage(
                    id: MessageID(at: time), role: $0.role, parts: $0.parts, finishReason: $0.finishReason,
                    status: $0.status, createdAt: $0.createdAt)
            }
            // The tip goes back to the message before.
            _ = try await vault.putInTrash(id, at: time)
            if !rest.isEmpty { _ = try await vault.add(rest, to: thread.id) }
        }
    }

    /// Waits until a call that another process runs, or did run, has come to its end.
    package func ended(_ id: CallID) async throws(ServiceError) -> Call { try await whenOver(id) { _ in }.call }
}
