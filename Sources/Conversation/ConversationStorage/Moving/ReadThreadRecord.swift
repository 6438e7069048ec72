package import Conversations
import GRDB
import OrderedJSON

extension Vault {
    /// A whole thread as one moment shows it: all that makes it the same thread in another vault.
    ///
    /// Calls that have not ended are left out: they are this device's until they have.
    package func threadRecord(_ id: ThreadID) async throws(StorageError) -> ThreadRecord {
        try await read { database in
            let row = try database.threadRow(id)
            var record = ThreadRecord(
                id: id, title: row.title, titleIsGiven: row.titleIsGiven, instructions: row.instructions,
                model: row.model, upstream: row.upstream,
                settings: try database.first(
                    "SELECT settings FROM thread WHERE id = ?", .integer(row.row), value: { $0.textOrNil(0) }
                ).flatMap { $0 }.flatMap { try? JSON(parsing: $0) }, origin: row.origin,
                tags: try database.all(
                    "SELECT name FROM tag WHERE thread = ? ORDER BY name", .integer(row.row), value: { $0.text(0) }),
                createdAt: row.createdAt, activeAt: row.activeAt, pinnedAt: row.pinnedAt, archivedAt: row.archivedAt,
                trashedAt: row.trashedAt)
            let places = try database.readMessages(of: row.row, into: &record)
            record.tipID = row.tip.flatMap { places[$0] }
            record.calls = try database.callRecords(ofThread: row.row, places)
            return record
        }
    }
}

extension Database {
    /// Reads a thread's messages in the order in which they came, parents before their children.
    ///
    /// - Returns: which message is where.
    fileprivate func readMessages(
        of thread: Int64, into record: inout ThreadRecord
    ) throws -> [MessagePlace: MessageID] {
        var forks: [Int64: (parent: Int64?, fork: Int64)] = [:]
        try each("SELECT id, parent, fork FROM strand WHERE thread = ?", .integer(thread)) {
            forks[$0.integer(0)] = ($0.integerOrNil(1), $0.integer(2))
        }
        var labels: [Int64: [String]] = [:]
        try each(
            """
            SELECT label.message, label.name FROM strand
            JOIN label ON label.message BETWEEN strand.id << 24 AND strand.id << 24 | 16777215
            WHERE strand.thread = ? ORDER BY label.name
            """, .integer(thread)
        ) { labels[$0.integer(0), default: []].append($0.text(1)) }
        var places: [MessagePlace: MessageID] = [:]
        try each(
            """
            SELECT \(MessageRow.columns) FROM strand
            JOIN message ON message.id BETWEEN strand.id << 24 AND strand.id << 24 | 16777215
            LEFT JOIN call ON call.id = message.call WHERE strand.thread = ? ORDER BY message.arrival
            """, .integer(thread)
        ) { row in
            let row = try MessageRow(row)
            places[row.place] = row.id
            var parent: MessageID?
            if let strand = forks[row.place.strand] {
                let before =
                    row.place.position > strand.fork + 1
                    ? MessagePlace(row: row.place.row - 1)
                    : strand.parent.map { MessagePlace(strand: $0, position: strand.fork) }
                parent = before.flatMap { places[$0] }
            }
            record.messages.append(row.record(after: parent, labels: labels[row.place.row] ?? []))
        }
        return places
    }

    fileprivate func callRecords(
        ofThread thread: Int64, _ places: [MessagePlace: MessageID]
    ) throws -> [CallRecord] {
        var rows: [CallRow] = []
        try each(
            """
            SELECT \(CallRow.columns) FROM \(CallRow.tables)
            WHERE call.thread = ? AND call.status NOT IN ('queued', 'running') ORDER BY call.id
            """, .integer(thread)
        ) { rows.append(try CallRow($0)) }
        return try rows.map { try $0.record(places, body: body(ofCall: $0.row)) }
    }
}
