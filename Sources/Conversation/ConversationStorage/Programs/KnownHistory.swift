package import Conversations
import GRDB

/// Where a history is looked for.
package enum HistoryRoom: Sendable {
    /// In the threads that a program began, but for those that it made as conversations: what these hold, it puts in
    /// itself, by their name.
    case program(String)
    /// In one thread.
    case thread(ThreadID)
}

/// How far a history that a program resends is known here.
package struct KnownHistory: Sendable {
    /// The thread it goes on in.
    package let thread: ThreadID
    /// The last message of it that is known.
    package let message: MessageID
    /// How many of its messages are known, from its beginning on.
    package let count: Int
}

extension Vault {
    /// The longest beginning of a history that is a path already.
    ///
    /// Every beginning of a stored path is stored, so it is found by halving. A thread that was begun under the same
    /// instructions comes before others where it holds all that was answered; else the longest beginning counts. Of several
    /// threads that hold it: one that ends exactly there, so that two conversations that began with the same words stay
    /// two; else the one that was last written in.
    ///
    /// - Parameters:
    ///   - lineages: the lineages of the history's messages, oldest first.
    ///   - answered: how many of them there are up to the last answer.
    /// - Returns: nil where not even its first message is known.
    package func knownHistory(
        _ lineages: [Lineage], answered: Int, in room: HistoryRoom, instructions: String?
    ) async throws(StorageError) -> KnownHistory? {
        try await read { database in
            let alike = try database.knownHistory(lineages, in: room, under: .some(instructions))
            if let alike, alike.count >= answered { return alike }
            return try database.knownHistory(lineages, in: room, under: nil) ?? alike
        }
    }
}

/// Where a history is.
private struct HistoryPlace {
    let thread: ThreadID
    let message: MessageID
}

extension Database {
    /// - Parameter instructions: those that a thread has to have been begun under; nil where that does not matter.
    fileprivate func knownHistory(
        _ lineages: [Lineage], in room: HistoryRoom, under instructions: String??
    ) throws -> KnownHistory? {
        var (known, unknown) = (0, lineages.count + 1)
        var found: HistoryPlace?
        while known + 1 < unknown {
            let middle = (known + unknown) / 2
            if let place = try place(of: lineages[middle - 1], in: room, under: instructions) {
                (known, found) = (middle, place)
            } else {
                unknown = middle
            }
        }
        return found.map { KnownHistory(thread: $0.thread, message: $0.message, count: known) }
    }

    /// The message in sight that ends a path of this lineage.
    fileprivate func place(
        of lineage: Lineage, in room: HistoryRoom, under instructions: String??
    ) throws -> HistoryPlace? {
        let (condition, value): (String, SQLValue) =
            switch room {
            case .program(let program):
                (
                    "json_extract(thread.origin, '$.program') = ? AND json_extract(thread.origin, '$.conversation') IS NULL",
                    .text(program)
                )
            case .thread(let thread): ("thread.uid = ?", .blob(thread.bytes))
            }
        var found: HistoryPlace?
        try stepWhile(
            """
            SELECT thread.uid, message.uid, message.id FROM message
            JOIN strand ON strand.id = message.id >> 24 JOIN thread ON thread.id = strand.thread
            WHERE message.lineage = ? AND message.trashed_ms IS NULL AND thread.trashed_ms IS NULL
              AND \(condition) AND (?3 OR thread.instructions IS ?4)
            ORDER BY EXISTS (SELECT 1 FROM message AS next WHERE next.id = message.id + 1), thread.active_ms DESC,
              message.id DESC
            """,
            [
                .blob(lineage.bytes), value, .integer(instructions == nil ? 1 : 0), .text(instructions ?? nil),
            ]
        ) { row in
            guard try isInSight(pathTo: MessagePlace(row: row.integer(2))),
                let thread = ThreadID(bytes: row.blob(0)), let message = MessageID(bytes: row.blob(1))
            else { return true }
            found = HistoryPlace(thread: thread, message: message)
            return false
        }
        return found
    }

    /// Whether no message of a path was put out of sight.
    func isInSight(pathTo place: MessagePlace) throws -> Bool {
        try path(to: place).allSatisfy { segment in
            try first(
                "SELECT 1 FROM message WHERE id BETWEEN ? AND ? AND trashed_ms IS NOT NULL LIMIT 1",
                .integer(segment.first.row), .integer(segment.last.row), value: { _ in true }) == nil
        }
    }
}
