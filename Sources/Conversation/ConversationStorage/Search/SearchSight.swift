import GRDB

/// What of the messages found may be seen: nothing that is in the trash, nor what continues it.
struct SearchSight {
    private let database: Database
    /// Tips' paths and strands' first trashed messages, read once.
    private var tipPaths: [Int64: [PathSegment]] = [:]
    private var trashedFrom: [Int64: Int64] = [:]
    /// Most vaults have no message in the trash, and then no path has to be looked at.
    private var hasTrash: Bool?

    init(_ database: Database) { self.database = database }

    /// Notes a thread's tip in a strand that forked from none.
    mutating func note(straightPathTo tip: MessagePlace, ofThread thread: Int64) {
        tipPaths[thread] = [PathSegment(first: MessagePlace(strand: tip.strand, position: 0), last: tip)]
    }

    /// Whether a thread would go on after this message.
    mutating func isOnTipPath(_ place: MessagePlace, ofThread thread: Int64) throws -> Bool {
        if tipPaths[thread] == nil {
            let tip = try database.first(
                "SELECT tip FROM thread WHERE id = ?", .integer(thread), value: { $0.integerOrNil(0) }
            ).flatMap { $0 }
            tipPaths[thread] = try tip.map { try database.path(to: MessagePlace(row: $0)) } ?? []
        }
        return tipPaths[thread]?.contains { $0.first <= place && place <= $0.last } ?? false
    }

    /// Whether this message or one before it was put into the trash.
    mutating func isInTrash(_ place: MessagePlace) throws -> Bool {
        if hasTrash == nil {
            hasTrash =
                try database.first(
                    "SELECT 1 FROM message WHERE trashed_ms IS NOT NULL LIMIT 1", value: { _ in true }) ?? false
        }
        guard hasTrash == true else { return false }
        for segment in try database.path(to: place) {
            let strand = segment.first.strand
            if trashedFrom[strand] == nil {
                trashedFrom[strand] =
                    try database.first(
                        "SELECT min(id) FROM message WHERE id BETWEEN ? AND ? AND trashed_ms IS NOT NULL",
                        .integer(strand << 24), .integer(strand << 24 | MessagePlace.largestPosition),
                        value: { $0.integerOrNil(0) }
                    ).flatMap { $0 } ?? .max
            }
            if let first = trashedFrom[strand], first <= segment.last.row { return true }
        }
        return false
    }
}
