import ConversationService
import ConversationStorage
import Conversations
import Foundation
import HTTPTypes
import OrderedJSON

/// Threads: the list, one, what is kept of it, its tree and its path.
struct ThreadsEndpoints: Sendable {
    var routes: [Route] {
        [
            Route(.get, "/diwan/v1/threads", answer: list),
            Route(.get, "/diwan/v1/threads/{thread}") { .json(try await $0.namedThread(inTrash: true).json) },
            Route(.patch, "/diwan/v1/threads/{thread}", answer: change),
            Route(.get, "/diwan/v1/threads/{thread}/tree", answer: tree),
            Route(.get, "/diwan/v1/threads/{thread}/path", answer: path),
        ]
    }

    /// As `diwan list` has them: newest first, pinned ones on top.
    private func list(_ request: GatewayRequest) async throws -> GatewayAnswer {
        let (query, asked) = (request.query, try ListQuery(request.query))
        let (all, trash) = (try query.flag("all"), try query.flag("trash"))
        // Whoever names a tag, searches, or looks into the trash has said which threads are meant.
        let programs = try query.flag("programs") || all || trash || query["tag"] != nil || query["query"] != nil
        let filter = ThreadFilter(
            limit: asked.after == nil && request.caller.seesAll ? asked.limit + 1 : nil, tag: query["tag"],
            includesArchived: all, includesPrograms: programs || !request.caller.seesAll, isTrash: trash)
        var threads =
            if let words = query["query"] {
                try await found(by: words, filter, request)
            } else {
                try await request.service.vault.threads(filter)
            }
        threads.removeAll { !request.mayKnow($0) }
        return try asked.page(of: threads) { ($0.id.description, $0.json) }
    }

    private func found(
        by words: String, _ filter: ThreadFilter, _ request: GatewayRequest
    ) async throws -> [ChatThread] {
        guard !filter.isTrash else {
            throw APIError.invalid("trash", "a search does not look into the trash: leave out trash or query.")
        }
        let query = SearchQuery(words, now: request.service.now(), calendar: .current)
        var found: [ChatThread] = []
        for id in try await request.service.vault.threads(matching: query) {
            let thread = try await request.service.vault.thread(id)
            guard filter.includesArchived || thread.archivedAt == nil else { continue }
            if filter.tag.map(thread.tags.contains) ?? true { found.append(thread) }
        }
        return found.filter { $0.pinnedAt != nil } + found.filter { $0.pinnedAt == nil }
    }

    /// Everything that is asked for is looked at before the first of it is done.
    private func change(_ request: GatewayRequest) async throws -> GatewayAnswer {
        let thread = try await request.namedThread(inTrash: true)
        let body = try ChangeBody(request, "title", "tags", "pinned", "archived", "trashed")
        let title = try body.textOrNull("title").map {
            $0.map { $0.split(whereSeparator: \.isWhitespace).joined(separator: " ") }
        }
        if case .some(.some("")) = title {
            throw APIError.invalid("title", "a title has a word at least; null takes it back.")
        }
        let tags = try body.texts("tags")
        for tag in tags ?? [] { try NameRules.checkTag(tag) }
        let marks: [(mark: ThreadMark, isSet: Bool?)] = [
            (.pinned, try body.flag("pinned")), (.archived, try body.flag("archived")),
            (.trashed, try body.flag("trashed")),
        ]
        let (vault, now) = (request.service.vault, request.service.now())
        switch title {
        case .some(.some(let title)): try await vault.rename(thread.id, title)
        case .some(nil): try await request.service.takeTitleBack(thread.id)
        case nil: break
        }
        if let tags {
            for tag in thread.tags where !tags.contains(tag) { try await vault.tag(thread.id, tag, removing: true) }
            for tag in tags where !thread.tags.contains(tag) { try await vault.tag(thread.id, tag) }
        }
        for (mark, isSet) in marks {
            guard let isSet else { continue }
            try await vault.mark(thread.id, mark, at: isSet ? now : nil)
        }
        return .json(try await vault.thread(thread.id).json)
    }

    private func tree(_ request: GatewayRequest) async throws -> GatewayAnswer {
        let thread = try await request.namedThread()
        return .json(
            try await PlacedTree(of: thread, showsTrash: request.query.flag("trash"), request.service).json)
    }

    /// The path to the tip, or to a message beside it.
    private func path(_ request: GatewayRequest) async throws -> GatewayAnswer {
        let thread = try await request.namedThread()
        var end = thread.tipID
        if let name = request.query["to"] {
            let (message, home) = try await request.findMessage(name)
            guard home.id == thread.id else { throw APIError.notFound("there is no message '\(name)' in this thread.") }
            end = message.id
        }
        return .json(try await request.service.placedPath(to: end, in: thread).json)
    }
}

/// Which page of one of our own lists is asked for.
struct ListQuery {
    let limit: Int
    /// The id after which it begins.
    let after: String?

    init(_ query: RequestQuery) throws(APIError) {
        limit = try query.integer("limit") ?? 20
        guard (1...100).contains(limit) else { throw .invalid("limit", "limit must be 1 to 100, not \(limit).") }
        after = query["after"]
    }

    /// The page of a list that is read whole.
    func page<Thing>(of things: [Thing], _ entry: (Thing) -> (id: String, json: JSON)) throws -> GatewayAnswer {
        var rest = things.map(entry)[...]
        if let after {
            guard let place = rest.firstIndex(where: { $0.id == after }) else {
                throw APIError.invalid("after", "there is no '\(after)' in this list.")
            }
            rest = rest[(place + 1)...]
        }
        return GatewayRequest.list(Array(rest.prefix(limit)), hasMore: rest.count > limit)
    }
}
