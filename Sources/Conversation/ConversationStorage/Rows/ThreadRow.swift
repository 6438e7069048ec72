import Conversations
import GRDB
import OrderedJSON

/// A row of `thread`, turned into a ``ChatThread`` in one place.
struct ThreadRow {
    /// The columns ``init(_:)`` reads, in its order.
    static let columns = """
        thread.id, thread.uid, thread.short, thread.title, thread.title_given, thread.instructions, thread.model,
        thread.upstream, thread.tip, thread.origin, thread.created_ms, thread.active_ms, thread.pinned_ms,
        thread.archived_ms, thread.trashed_ms, thread.metadata
        """

    let row: Int64
    let id: ThreadID
    let short: String
    let title: String?
    let titleIsGiven: Bool
    let instructions: String?
    let model: String?
    let upstream: String?
    let tip: MessagePlace?
    let origin: JSON?
    let createdAt: Timestamp
    let activeAt: Timestamp
    let pinnedAt: Timestamp?
    let archivedAt: Timestamp?
    let trashedAt: Timestamp?
    let metadata: JSONObject

    init(_ row: ExactRow) throws {
        self.row = row.integer(0)
        guard let id = ThreadID(bytes: row.blob(1)) else {
            throw StorageError(.damaged, "a thread cannot be read. Look with: diwan doctor")
        }
        self.id = id
        short = row.text(2)
        title = row.textOrNil(3)
        titleIsGiven = row.integer(4) == 1
        instructions = row.textOrNil(5)
        model = row.textOrNil(6)
        upstream = row.textOrNil(7)
        tip = row.integerOrNil(8).map { MessagePlace(row: $0) }
        origin = row.textOrNil(9).flatMap { try? JSON(parsing: $0) }
        createdAt = Timestamp(milliseconds: row.integer(10))
        activeAt = Timestamp(milliseconds: row.integer(11))
        pinnedAt = row.integerOrNil(12).map { Timestamp(milliseconds: $0) }
        archivedAt = row.integerOrNil(13).map { Timestamp(milliseconds: $0) }
        trashedAt = row.integerOrNil(14).map { Timestamp(milliseconds: $0) }
        metadata = row.textOrNil(15).flatMap { try? JSON(parsing: $0).object } ?? JSONObject()
    }
}

extension Database {
    func threadRow(_ id: ThreadID) throws -> ThreadRow {
        guard
            let row = try first(
                "SELECT \(ThreadRow.columns) FROM thread WHERE uid = ?", .blob(id.bytes), value: { try ThreadRow($0) })
        else { throw StorageError(.notFound, "there is no thread \(id). See: diwan list") }
        return row
    }

    /// The thread of a row, with what has to be counted and looked up for it.
    func thread(_ row: ThreadRow) throws -> ChatThread {
        // A strand has no gaps, so its length is its last position less its fork.
        var messageCount = 0
        var ends: Set<MessagePlace> = []
        var forks: Set<MessagePlace> = []
        for (strand, parent, fork) in try all(
            "SELECT id, parent, fork FROM strand WHERE thread = ?", .integer(row.row),
            value: { ($0.integer(0), $0.integerOrNil(1), $0.integer(2)) })
        {
            guard let last = try lastPosition(ofStrand: strand) else { continue }
            messageCount += Int(last - fork)
            ends.insert(MessagePlace(strand: strand, position: last))
            if let parent { forks.insert(MessagePlace(strand: parent, position: fork)) }
        }
        return ChatThread(
            id: row.id, handle: try handle(short: row.short), title: row.title, titleIsGiven: row.titleIsGiven,
            instructions: row.instructions, model: row.model, upstream: row.upstream,
            tipID: try row.tip.flatMap { try uid(of: $0) }, origin: row.origin,
            tags: try all(
                "SELECT name FROM tag WHERE thread = ? ORDER BY name", .integer(row.row), value: { $0.text(0) }),
            messageCount: messageCount, branchCount: ends.subtracting(forks).count, createdAt: row.createdAt,
            activeAt: row.activeAt,
            pinnedAt: row.pinnedAt, archivedAt: row.archivedAt, trashedAt: row.trashedAt, metadata: row.metadata)
    }

    /// The shortest name that is this one's alone among threads, calls, imports, replays and canaries.
    func handle(short: String) throws -> String {
        try first(
            "SELECT \(Self.neighbours(of: "?1"))", .text(short), value: { Self.handle(short: short, $0, from: 0) })
            ?? short
    }

    /// The tables whose rows share one set of names.
    private static var named: [String] { ["thread", "call", "import", "replay", "canary"] }

    /// The columns of what stands next to a name among all that have one.
    static func neighbours(of short: String) -> String {
        named.map { table in
            """
            (SELECT max(other.short) FROM \(table) AS other WHERE other.short < \(short)),
            (SELECT min(other.short) FROM \(table) AS other WHERE other.short > \(short))
            """
        }.joined(separator: ", ")
    }

    /// The handle of a row that holds ``neighbours(of:)`` from a column on.
    static func handle(short: String, _ row: ExactRow, from column: Int32) -> String {
        var shared = 0
        for neighbour in column..<column + Int32(2 * named.count) where !row.isNull(neighbour) {
            shared = row.withBytes(neighbour) { max(shared, zip(short.utf8, $0).prefix { $0 == $1 }.count) }
        }
        return Handle.of(short: short, sharedLength: shared)
    }
}
