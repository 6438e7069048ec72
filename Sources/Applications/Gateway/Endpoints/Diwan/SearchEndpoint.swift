import ConversationService
import ConversationStorage
import Conversations
import Foundation
import HTTPTypes
import OrderedJSON

/// What was said, found: the language of `diwan search`, its order and its hits.
enum SearchEndpoint {
    /// How far one can turn the pages. Who has not found it by then says more of what it is.
    static let mostHits = 1000

    static let routes = [
        Route(.get, "/diwan/v1/search") { request in
            let (query, now) = (request.query, request.service.now())
            var asked = SearchQuery(query["query"] ?? "", now: now, calendar: .current)
            guard !asked.isEmpty else {
                throw APIError.invalid("query", "there is nothing to look for. Say it in query.")
            }
            let sort = query["sort"] ?? "relevance"
            guard ["relevance", "date"].contains(sort) else {
                throw APIError.invalid("sort", "sort must be relevance or date, not '\(sort)'.")
            }
            let limit = try ListQuery(query).limit
            let offset = try query.integer("offset") ?? 0
            guard (0...mostHits - limit).contains(offset) else {
                throw APIError.invalid("offset", "offset and limit together must be 0 to \(mostHits).")
            }
            if !request.caller.seesAll { asked = asked.narrowed(to: .from(request.caller.name)) }
            let page = try await request.service.vault.search(
                asked, order: sort == "date" ? .date : .relevance, limit: offset + limit + 1, now: now)
            var hits: [SearchHit] = []
            for hit in page.hits {
                // A filter finds what is called like the program, too; the caller sees what is its own.
                if !request.caller.seesAll, try await !request.sees(request.service.vault.thread(hit.threadID)) {
                    continue
                }
                hits.append(hit)
            }
            let shown = Array(hits.dropFirst(offset).prefix(limit))
            let addresses = try await HitAddresses(of: shown, request.service)
            var json = page.summary.object ?? JSONObject()
            json["data"] = .array(shown.map { $0.json(address: addresses[$0]) })
            json["has_more"] = .bool(hits.count > offset + limit)
            return .json(.object(json))
        }
    ]
}
