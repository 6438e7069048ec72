import Conversations
import GRDB

/// A message's place, which is its row id: a strand and a position in it (`strand << 24 | position`).
struct MessagePlace: Hashable, Comparable {
    /// The longest path there can be.
    static let largestPosition: Int64 = (1 << 24) - 1

    let row: Int64

    init(row: Int64) { self.row = row }

    init(strand: Int64, position: Int64) { row = strand << 24 | position }

    var strand: Int64 { row >> 24 }
    var position: Int64 { row & ((1 << 24) - 1) }

    static func < (left: MessagePlace, right: MessagePlace) -> Bool { left.row < right.row }
}

/// A piece of a path: the rows of one strand from one place to another, both included.
struct PathSegment: Hashable {
    let first: MessagePlace
    let last: MessagePlace

    var count: Int { Int(last.row - first.row) + 1 }

    /// The piece that ends at a place, and the place before its first, given where its strand forked from.
    fileprivate static func ending(
        at last: MessagePlace, inStrandOf parent: Int64?, fork: Int64
    ) -> (segment: PathSegment, before: MessagePlace?) {
        (
            PathSegment(first: MessagePlace(strand: last.strand, position: fork + 1), last: last),
            parent.map { MessagePlace(strand: $0, position: fork) }
        )
    }
}

extension Database {
    /// The pieces of the path that ends at a message, from the thread's beginning on.
    func path(to end: MessagePlace) throws -> [PathSegment] {
        var segments: [PathSegment] = []
        var next: MessagePlace? = end
        while let last = next {
            guard
                let (segment, before) = try first(
                    "SELECT parent, fork FROM strand WHERE id = ?", .integer(last.strand),
                    value: { PathSegment.ending(at: last, inStrandOf: $0.integerOrNil(0), fork: $0.integer(1)) })
            else { throw StorageError(.damaged, "a message lies in no strand. Look with: diwan doctor") }
            segments.append(segment)
            next = before
        }
        return segments.reversed()
    }

    /// As ``path(to:)``, of the message with this id; nil where it is not there.
    func path(to id: MessageID) throws -> [PathSegment]? {
        // Mostly a path is one strand, and then this is all there is to ask.
        guard
            let (segment, before) = try first(
                """
                SELECT message.id, strand.parent, strand.fork FROM message JOIN strand ON strand.id = message.id >> 24
                WHERE message.uid = ?
                """, .blob(id.bytes),
                value: {
                    PathSegment.ending(
                        at: MessagePlace(row: $0.integer(0)), inStrandOf: $0.integerOrNil(1), fork: $0.integer(2))
                })
        else { return nil }
        return try (before.map { try path(to: $0) } ?? []) + [segment]
    }

    /// The message before this one on its path; nil for the beginning of a thread.
    func parent(of place: MessagePlace) throws -> MessagePlace? {
        guard
            let (parent, fork) = try first(
                "SELECT parent, fork FROM strand WHERE id = ?", .integer(place.strand),
                value: { ($0.integerOrNil(0), $0.integer(1)) })
        else { throw StorageError(.damaged, "a message lies in no strand. Look with: diwan doctor") }
        if place.position > fork + 1 { return MessagePlace(row: place.row - 1) }
        return parent.map { MessagePlace(strand: $0, position: fork) }
    }

    /// The messages that continue this one, oldest first.
    func children(of place: MessagePlace) throws -> [MessagePlace] {
        var children = try all(
            "SELECT id, fork FROM strand WHERE parent = ? AND fork = ?", .integer(place.strand),
            .integer(place.position), value: { MessagePlace(strand: $0.integer(0), position: $0.integer(1) + 1) })
        let next = MessagePlace(row: place.row + 1)
        if next.strand == place.strand, try exists(next) { children.append(next) }
        guard children.count > 1 else { return children }
        // A strand continues its parent by its first child, so the order they came in is that of their dates.
        let dates = try children.map { child in
            try first("SELECT created_ms FROM message WHERE id = ?", .integer(child.row), value: { $0.integer(0) }) ?? 0
        }
        return zip(children, dates).sorted { ($0.1, $0.0.row) < ($1.1, $1.0.row) }.map(\.0)
    }

    /// The first messages of a thread, oldest first.
    func beginnings(ofThread thread: Int64) throws -> [MessagePlace] {
        try all(
            "SELECT id FROM strand WHERE thread = ? AND parent IS NULL ORDER BY id", .integer(thread),
            value: { MessagePlace(strand: $0.integer(0), position: 0) }
        ).filter { try exists($0) }
    }

    /// The messages that share this one's parent, itself included, in the order in which they came.
    func siblings(of place: MessagePlace) throws -> [MessagePlace] {
        if let parent = try parent(of: place) { return try children(of: parent) }
        guard let thread = try thread(ofStrand: place.strand) else { return [place] }
        return try beginnings(ofThread: thread)
    }

    func exists(_ place: MessagePlace) throws -> Bool {
        try first("SELECT 1 FROM message WHERE id = ?", .integer(place.row), value: { _ in true }) ?? false
    }

    /// The row of the thread that a strand belongs to.
    func thread(ofStrand strand: Int64) throws -> Int64? {
        try first("SELECT thread FROM strand WHERE id = ?", .integer(strand), value: { $0.integer(0) })
    }

    /// The last position a strand has; its fork where it holds nothing.
    func lastPosition(ofStrand strand: Int64) throws -> Int64? {
        try first(
            "SELECT max(id) FROM message WHERE id BETWEEN ? AND ?", .integer(strand << 24),
            .integer(strand << 24 | ((1 << 24) - 1)), value: { $0.integerOrNil(0).map { $0 & ((1 << 24) - 1) } }
        ).flatMap { $0 }
    }
}
