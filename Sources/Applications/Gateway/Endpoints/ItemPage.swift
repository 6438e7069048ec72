import ConversationService
import Conversations
import ModelWire
import OrderedJSON

extension GatewayRequest {
    /// The items of some messages, in their order.
    func items(of messages: [Message]) async throws -> [ServedItem] {
        let blobs = try await service.blobs(of: messages.map(\.parts))
        return try messages.flatMap {
            try ConversationItems.items(
                of: $0.parts, role: $0.role, messageUID: ServedID.message($0.id), status: $0.status, blobs: blobs)
        }
    }

    /// The page of a list that `limit`, `order` and `after` ask for.
    ///
    /// - Parameters:
    ///   - items: all of them, oldest first.
    ///   - isNewestFirst: the order where none is asked for.
    func page(of items: [ServedItem], isNewestFirst: Bool) throws -> GatewayAnswer {
        let asked = try PageQuery(query, isNewestFirst: isNewestFirst)
        var rest = asked.isNewestFirst ? items.reversed() : items
        if let after = asked.after {
            guard let place = rest.firstIndex(where: { $0.id == after }) else {
                throw APIError.invalid("after", "there is no item '\(after)' in this list.")
            }
            rest = Array(rest[(place + 1)...])
        }
        return Self.list(
            rest.prefix(asked.limit).map { ($0.id, .object($0.json)) }, hasMore: rest.count > asked.limit)
    }

    /// A page of a list, in the shape that every list has.
    static func list(_ entries: [(id: String, json: JSON)], hasMore: Bool) -> GatewayAnswer {
        .json([
            "object": "list", "data": .array(entries.map(\.json)), "first_id": .string(entries.first?.id ?? ""),
            "last_id": .string(entries.last?.id ?? ""), "has_more": .bool(hasMore),
        ])
    }
}

/// Which page of a list is asked for.
struct PageQuery {
    let limit: Int
    let isNewestFirst: Bool
    /// The id after which it begins.
    let after: String?

    init(_ query: RequestQuery, isNewestFirst: Bool) throws(APIError) {
        limit = try query.integer("limit") ?? 20
        guard (1...100).contains(limit) else { throw .invalid("limit", "limit must be 1 to 100, not \(limit).") }
        switch query["order"] {
        case nil: self.isNewestFirst = isNewestFirst
        case "asc": self.isNewestFirst = false
        case "desc": self.isNewestFirst = true
        case let order?: throw .invalid("order", "order must be asc or desc, not '\(order)'.")
        }
        after = query["after"]
    }
}

extension RequestQuery {
    /// A field that says yes or no; no where it is absent.
    func flag(_ name: String) throws(APIError) -> Bool {
        switch self[name]?.lowercased() {
        case nil, "false", "0": false
        case "true", "1": true
        case let value?: throw .invalid(name, "\(name) must be true or false, not '\(value)'.")
        }
    }
}

extension RequestQuery {
    /// The fields of the form `name[key]=value`.
    func keyed(_ name: String) -> [String: String] {
        var fields: [String: String] = [:]
        for (key, value) in all where key.hasPrefix(name + "[") && key.hasSuffix("]") {
            fields[String(key.dropFirst(name.count + 1).dropLast())] = value
        }
        return fields
    }
}
