import ConversationService
import ConversationStorage
import Conversations
import Foundation
import HTTPTypes
import ModelWire
import OrderedJSON

/// OpenAI's Conversations, and the list of them that it lacks: threads, under other names.
struct ConversationsEndpoints: Sendable {
    var routes: [Route] {
        [
            Route(.post, "/conversations", answer: create), Route(.get, "/conversations", answer: list),
            Route(.get, "/conversations/{id}", answer: retrieve), Route(.post, "/conversations/{id}", answer: update),
            Route(.delete, "/conversations/{id}", answer: delete),
            Route(.post, "/conversations/{id}/items", answer: addItems),
            Route(.get, "/conversations/{id}/items", answer: listItems),
            Route(.get, "/conversations/{id}/items/{item}", answer: retrieveItem),
            Route(.delete, "/conversations/{id}/items/{item}", answer: deleteItem),
        ]
    }

    private func create(_ request: GatewayRequest) async throws -> GatewayAnswer {
        let received: ReceivedConversation
        do {
            received = try ReceivedConversation(body: request.body)
        } catch {
            throw APIError(error)
        }
        let messages = try await request.messages(of: received.items)
        let now = request.service.now()
        let thread = try await request.service.vault.create(
            NewThread(
                id: ThreadID(at: now), origin: ["program": .string(request.caller.name), "conversation": true],
                metadata: received.metadata ?? JSONObject(), createdAt: now))
        if !messages.isEmpty { _ = try await request.service.vault.add(messages, to: thread.id) }
        return .json(Self.json(thread))
    }

    private func list(_ request: GatewayRequest) async throws -> GatewayAnswer {
        let asked = try PageQuery(request.query, isNewestFirst: true)
        var threads: [ChatThread]
        if let words = request.query["query"] {
            let query = SearchQuery(words, now: request.service.now(), calendar: Calendar(identifier: .gregorian))
            threads = []
            for id in try await request.service.vault.threads(matching: query) {
                threads.append(try await request.service.vault.thread(id))
            }
        } else {
            threads = try await request.service.vault.threads(ThreadFilter(includesArchived: true))
        }
        threads = threads.filter { request.sees($0) }
        if !asked.isNewestFirst { threads.reverse() }
        if let after = asked.after {
            guard let place = threads.firstIndex(where: { ServedID.conversation($0.id) == after }) else {
                throw APIError.invalid("after", "there is no conversation '\(after)' in this list.")
            }
            threads = Array(threads[(place + 1)...])
        }
        return GatewayRequest.list(
            threads.prefix(asked.limit).map { (ServedID.conversation($0.id), Self.json($0)) },
            hasMore: threads.count > asked.limit)
    }

    private func retrieve(_ request: GatewayRequest) async throws -> GatewayAnswer {
        .json(Self.json(try await request.conversation(request.parameter("id"))))
    }

    private func update(_ request: GatewayRequest) async throws -> GatewayAnswer {
        let thread = try await request.conversation(request.parameter("id"))
        let metadata: JSONObject
        do {
            metadata = try ReceivedMetadata(body: request.body).metadata
        } catch {
            throw APIError(error)
        }
        try await request.service.vault.keepMetadata(metadata, with: thread.id)
        return .json(Self.json(try await request.service.vault.thread(thread.id)))
    }

    /// Puts a conversation out of sight: its items are not taken away.
    private func delete(_ request: GatewayRequest) async throws -> GatewayAnswer {
        let thread = try await request.conversation(request.parameter("id"))
        try await request.service.vault.mark(thread.id, .trashed, at: request.service.now())
        return .json([
            "id": .string(ServedID.conversation(thread.id)), "object": "conversation.deleted", "deleted": true,
        ])
    }

    private func addItems(_ request: GatewayRequest) async throws -> GatewayAnswer {
        let thread = try await request.conversation(request.parameter("id"))
        let received: ReceivedItems
        do {
            received = try ReceivedItems(body: request.body)
        } catch {
            throw APIError(error)
        }
        let added = try await request.service.vault.add(
            try await request.messages(of: received.items), to: thread.id)
        return GatewayRequest.list(
            try await request.items(of: added).map { ($0.id, .object($0.json)) }, hasMore: false)
    }

    private func listItems(_ request: GatewayRequest) async throws -> GatewayAnswer {
        let thread = try await request.conversation(request.parameter("id"))
        return try await request.page(of: request.items(of: request.path(of: thread)), isNewestFirst: true)
    }

    private func retrieveItem(_ request: GatewayRequest) async throws -> GatewayAnswer {
        let thread = try await request.conversation(request.parameter("id"))
        let item = try await request.items(of: request.path(of: thread)).first { $0.id == request.parameter("item") }
        guard let item else {
            throw APIError.notFound("Item with id '\(request.parameter("item"))' not found in this conversation.")
        }
        return .json(.object(item.json))
    }

    /// Takes an item off the conversation's path: what comes after it goes on without it, beside the path as it was.
    private func deleteItem(_ request: GatewayRequest) async throws -> GatewayAnswer {
        let thread = try await request.conversation(request.parameter("id"))
        let path = try await request.path(of: thread)
        let name = request.parameter("item")
        var holder: Message?
        for message in path where holder == nil {
            if try await request.items(of: [message]).contains(where: { $0.id == name }) { holder = message }
        }
        guard let holder else {
            throw APIError.notFound("Item with id '\(name)' not found in this conversation.")
        }
        try await request.service.leaveOut(holder.id, ofPathTo: thread)
        return .json(Self.json(try await request.service.vault.thread(thread.id)))
    }

    static func json(_ thread: ChatThread) -> JSON {
        [
            "id": .string(ServedID.conversation(thread.id)), "object": "conversation",
            "created_at": .int(Int(thread.createdAt.milliseconds / 1000)), "metadata": .object(thread.metadata),
        ]
    }
}

extension GatewayRequest {
    /// The messages that items which were sent come to, ready to be written.
    fileprivate func messages(of items: [ReceivedItem]) async throws -> [NewMessage] {
        let now = service.now()
        var messages: [NewMessage] = []
        for message in try await self.resolved(items) {
            messages.append(
                NewMessage(
                    id: MessageID(at: now), role: message.role,
                    parts: try await service.keepingMedia(of: message.parts), createdAt: now))
        }
        return messages
    }

    /// The messages of a thread's path.
    fileprivate func path(of thread: ChatThread) async throws -> [Message] {
        guard let tip = thread.tipID else { return [] }
        return try await service.vault.path(to: tip)
    }
}
