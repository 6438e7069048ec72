package import Conversations
import GRDB

extension Database {
    /// Writes the summary that a call brought: it covers the path up to the call's question.
    func keepSummary(_ text: String, ofCall call: Int64, at time: Timestamp) throws {
        try run(
            """
            INSERT INTO summary (uid, thread, last, text, upstream, model, prompt, call, created_ms)
            SELECT ?, call.thread, call.question, ?, call.upstream, call.model_requested, coalesce(words.text, ''), call.id, ?
            FROM call LEFT JOIN words ON words.id = call.instructions WHERE call.id = ?
            """, .blob(SummaryID(at: time).bytes), .text(text), .integer(time.milliseconds), .integer(call))
    }
}

extension Vault {
    /// The summaries of this path's beginnings: the one that covers most first, of those that cover as much the newest.
    package func summaries(onPathTo end: MessageID) async throws(StorageError) -> [ContextSummary] {
        try await read { database in
            let (thread, place) = try database.threadAndPlace(of: end)
            var found: [ContextSummary] = []
            for segment in try database.path(to: place).reversed() {
                found += try database.summaries(
                    where: "summary.last BETWEEN ? AND ? ORDER BY summary.last DESC, summary.id DESC", in: thread,
                    .integer(segment.first.row), .integer(segment.last.row))
            }
            return found
        }
    }

    /// The summary with this id; nil where it was erased, or is another vault's.
    package func summary(_ id: SummaryID, in thread: ThreadID) async throws(StorageError) -> ContextSummary? {
        try await read { database in
            try database.summaries(where: "summary.uid = ?", in: thread, .blob(id.bytes)).first
        }
    }
}

extension Database {
    fileprivate func summaries(
        where condition: String, in thread: ThreadID, _ values: SQLValue...
    ) throws -> [ContextSummary] {
        var found: [ContextSummary] = []
        try step(
            """
            SELECT summary.uid, message.uid, summary.last, summary.text, summary.upstream, summary.model, summary.prompt,
              summary.created_ms FROM summary JOIN message ON message.id = summary.last WHERE \(condition)
            """, values
        ) { row in
            guard let id = SummaryID(bytes: row.blob(0)), let last = MessageID(bytes: row.blob(1)) else { return }
            found.append(
                ContextSummary(
                    id: id, threadID: thread, lastID: last,
                    lastPosition: Int(MessagePlace(row: row.integer(2)).position), text: row.text(3),
                    upstream: row.text(4), model: row.text(5), prompt: row.text(6),
                    createdAt: Timestamp(milliseconds: row.integer(7))))
        }
        return found
    }
}
