package import Conversations
import GRDB
package import OrderedJSON

/// Which of the calls that programs made a list is to hold.
package struct ProgramCallFilter: Sendable {
    package var api: ProgramRequest.API
    /// Only what this program asked; nil for every program's.
    package var program: String?
    package var model: String?
    /// What has to be in the metadata.
    package var metadata: [String: String]
    /// The call after which the list goes on.
    package var after: CallID?
    package var isNewestFirst: Bool
    package var limit: Int

    package init(
        api: ProgramRequest.API, program: String? = nil, model: String? = nil, metadata: [String: String] = [:],
        after: CallID? = nil, isNewestFirst: Bool = false, limit: Int
    ) {
        self.api = api
        self.program = program
        self.model = model
        self.metadata = metadata
        self.after = after
        self.isNewestFirst = isNewestFirst
        self.limit = limit
    }
}

extension Vault {
    /// Calls that programs made and nobody put out of sight, in the order in which they were made.
    package func calls(_ filter: ProgramCallFilter) async throws(StorageError) -> [Call] {
        try await read { database in
            var conditions = [
                "call.asked IS NOT NULL", "json_extract(call.asked, '$.api') = ?", "call.trashed_ms IS NULL",
                "call.status NOT IN ('queued', 'running')",
                """
                (NOT EXISTS (SELECT 1 FROM message WHERE message.call = call.id)
                  OR EXISTS (SELECT 1 FROM message WHERE message.call = call.id AND message.trashed_ms IS NULL))
                """, "thread.trashed_ms IS NULL",
            ]
            var values: [SQLValue] = [.text(filter.api.rawValue)]
            if let program = filter.program {
                conditions.append("json_extract(call.asked, '$.program') = ?")
                values.append(.text(program))
            }
            if let model = filter.model {
                conditions.append("? IN (call.model_requested, call.model_sent, call.model_reported)")
                values.append(.text(model))
            }
            for (key, value) in filter.metadata {
                conditions.append(
                    """
                    EXISTS (SELECT 1 FROM json_each(call.asked, '$.metadata') AS kept
                      WHERE kept.key = ? AND kept.value = ?)
                    """)
                values += [.text(key), .text(value)]
            }
            if let after = filter.after {
                conditions.append("call.id \(filter.isNewestFirst ? "<" : ">") ?")
                values.append(.integer(try database.callRow(after)))
            }
            values.append(.integer(filter.limit))
            var rows: [CallRow] = []
            try database.step(
                """
                SELECT \(CallRow.columns) FROM \(CallRow.tables) WHERE \(conditions.joined(separator: " AND "))
                ORDER BY call.id \(filter.isNewestFirst ? "DESC" : "ASC") LIMIT ?
                """, values
            ) { rows.append(try CallRow($0)) }
            return try rows.map { try $0.call(database) }
        }
    }

    /// Whether a call can be seen: neither it nor all its answers, nor its thread, were put out of sight.
    package func isInSight(_ call: Call) async throws(StorageError) -> Bool {
        guard call.trashedAt == nil else { return false }
        return try await read { database in
            guard try database.threadRow(call.threadID).trashedAt == nil else { return false }
            for message in call.messageIDs {
                guard let place = try database.place(of: message) else { continue }
                if try database.isInSight(pathTo: place) { return true }
            }
            return call.messageIDs.isEmpty
        }
    }

    /// Puts a call that brought no message out of sight.
    package func putInTrash(_ call: CallID, at time: Timestamp) async throws(StorageError) {
        try await write { database in
            try database.run(
                "UPDATE call SET trashed_ms = coalesce(trashed_ms, ?) WHERE id = ?", .integer(time.milliseconds),
                .integer(try database.callRow(call)))
        }
    }

    /// Changes what a program keeps with an answer.
    package func keepMetadata(_ metadata: JSONObject, with call: CallID) async throws(StorageError) {
        try await write { database in
            let row = try database.callRow(call)
            guard
                let asked = try database.first(
                    "SELECT asked FROM call WHERE id = ?", .integer(row), value: { $0.textOrNil(0) }
                ).flatMap({ $0 }).flatMap({ try? JSON(parsing: $0) }), var request = ProgramRequest(json: asked)
            else { throw StorageError(.refused, "no program asked for this call, so none keeps anything with it.") }
            request.metadata = metadata
            try database.run("UPDATE call SET asked = ? WHERE id = ?", .text(request.json.text()), .integer(row))
        }
    }

    /// Changes what a program keeps with a thread.
    package func keepMetadata(_ metadata: JSONObject, with thread: ThreadID) async throws(StorageError) {
        try await write { database in
            let row = try database.threadRow(thread).row
            try database.run(
                "UPDATE thread SET metadata = ? WHERE id = ?",
                .text(metadata.isEmpty ? nil : JSON.object(metadata).text()), .integer(row))
            try database.noteChange(ofThread: row)
        }
    }

    /// Lets go of the events of answers that came to their end before a time: their words are messages.
    package func dropEvents(ofCallsEndedBefore time: Timestamp) async throws(StorageError) {
        try await write(surviving: .process) { database in
            // Few calls have events, and the table is ordered by call: it is skipped through, not read.
            let ended = try database.all(
                """
                WITH RECURSIVE held (call) AS (
                  SELECT min(call) FROM call_event
                  UNION ALL SELECT (SELECT min(call) FROM call_event WHERE call > held.call) FROM held
                  WHERE held.call IS NOT NULL)
                SELECT call.id FROM held JOIN call ON call.id = held.call WHERE call.finished_ms < ? LIMIT 1000
                """, .integer(time.milliseconds), value: { $0.integer(0) })
            for row in ended { try database.run("DELETE FROM call_event WHERE call = ?", .integer(row)) }
        }
    }
}
