import ConversationService
import ConversationStorage
import Conversations
import OrderedJSON

// What a caller may know of. A key sees what its program began, unless it sees all; the ids of other things do not exist
// for it.

extension GatewayRequest {
    /// Whether the caller may know of a thread.
    func sees(_ thread: ChatThread) -> Bool {
        guard thread.trashedAt == nil else { return false }
        return caller.seesAll || thread.origin?["program"]?.string == caller.name
    }

    /// The thread of a handle or an id.
    func thread(named name: String) async throws -> ChatThread {
        let found: ChatThread?
        if let id = ServedID.thread(name) ?? ThreadID(name) {
            found = try? await service.vault.thread(id)
        } else {
            let threads = try await service.vault.threads(handlePrefix: name.lowercased())
            found = threads.count == 1 ? threads[0] : nil
        }
        guard let found, sees(found) else {
            throw APIError(
                status: 404, code: "thread_not_found", param: "X-Diwan-Thread",
                "there is no thread \(name). Its handle is in the header X-Diwan-Thread of its answers.")
        }
        return found
    }

    /// The thread of a conversation's id.
    func conversation(_ id: String) async throws -> ChatThread {
        guard let thread = ServedID.thread(id), let found = try? await service.vault.thread(thread), sees(found) else {
            throw APIError.notFound("Conversation with id '\(id)' not found.")
        }
        return found
    }

    /// The call of a response's or a completion's id; nil where there is none that the caller may know of.
    func callInSight(_ id: String) async throws -> Call? {
        guard let id = ServedID.call(id) else { return nil }
        do {
            let call = try await service.vault.call(id)
            guard sees(try await service.vault.thread(call.threadID)) else { return nil }
            return try await service.vault.isInSight(call) ? call : nil
        } catch where error.code == .notFound {
            return nil
        }
    }

    /// The call whose answer a request goes on from.
    func previous(_ id: String) async throws -> Call {
        guard let call = try await callInSight(id), call.status.isFinal else {
            throw APIError(
                status: 400, code: "previous_response_not_found", param: "previous_response_id",
                "Previous response with id '\(id)' not found.")
        }
        return call
    }

    /// The call of a response's id.
    func response(_ id: String) async throws -> Call {
        guard let call = try await callInSight(id) else {
            throw APIError.notFound("Response with id '\(id)' not found.")
        }
        return call
    }
}
