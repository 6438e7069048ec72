package import Conversations
import GRDB

/// A call that has not ended, and whether its process is there.
package struct CallUnderWay: Sendable {
    package let id: CallID
    package let handle: String
    /// False where the process is gone: what it left has to become messages.
    package let isAlive: Bool
    package let isBackground: Bool
}

/// Which calls a list is to hold.
package struct CallFilter: Sendable {
    package var thread: ThreadID?
    /// Only calls in threads that this program began.
    package var program: String?
    package var statuses: Set<Call.Status>?
    /// Only those that were made before this one.
    package var before: CallID?
    /// How many at most; nil for all.
    package var limit: Int?

    package init(
        thread: ThreadID? = nil, program: String? = nil, statuses: Set<Call.Status>? = nil, before: CallID? = nil,
        limit: Int? = nil
    ) {
        self.thread = thread
        self.program = program
        self.statuses = statuses
        self.before = before
        self.limit = limit
    }
}

extension Vault {
    /// The call with this id.
    package func call(_ id: CallID) async throws(StorageError) -> Call {
        try await read { database in
            guard let call = try database.calls(where: "call.uid = ?", .blob(id.bytes)).first else {
                throw StorageError(.notFound, "there is no call \(id). See: diwan calls")
            }
            return call
        }
    }

    /// Calls, newest first: a thread's, or all.
    package func calls(
        of thread: ThreadID? = nil, statuses: Set<Call.Status>? = nil, limit: Int? = nil
    ) async throws(StorageError) -> [Call] {
        try await calls(CallFilter(thread: thread, statuses: statuses, limit: limit))
    }

    /// Calls, newest first.
    package func calls(_ filter: CallFilter) async throws(StorageError) -> [Call] {
        try await read { database in
            var conditions = ["1"]
            var values: [SQLValue] = []
            if let thread = filter.thread {
                conditions.append("call.thread = ?")
                values.append(.integer(try database.threadRow(thread).row))
            }
            if let program = filter.program {
                conditions.append(
                    "call.thread IN (SELECT id FROM thread WHERE json_extract(origin, '$.program') = ?)")
                values.append(.text(program))
            }
            if let before = filter.before {
                conditions.append("call.id < ?")
                values.append(.integer(try database.callRow(before)))
            }
            if let statuses = filter.statuses {
                conditions.append("call.status IN (\(statuses.map { _ in "?" }.joined(separator: ",")))")
                values += statuses.map { .text($0.rawValue) }
            }
            values.append(.integer(filter.limit ?? -1))
            var rows: [CallRow] = []
            try database.step(
                """
                SELECT \(CallRow.columns) FROM \(CallRow.tables) WHERE \(conditions.joined(separator: " AND "))
                ORDER BY call.id DESC LIMIT ?
                """, values
            ) { rows.append(try CallRow($0)) }
            return try rows.map { try $0.call(database) }
        }
    }

    /// The calls whose random bits begin with these characters.
    package func calls(handlePrefix prefix: String) async throws(StorageError) -> [Call] {
        try await read { database in
            try database.calls(
                where: "call.short >= ? AND call.short < ? LIMIT 20", .text(prefix), .text(prefix + "~"))
        }
    }

    /// The last call that answered this message or brought it.
    package func lastCall(of message: MessageID) async throws(StorageError) -> Call? {
        try await read { database in
            guard let place = try database.place(of: message) else { return nil }
            return try database.calls(
                where: """
                    call.id = coalesce((SELECT call FROM message WHERE id = ?1),
                      (SELECT max(id) FROM call WHERE question = ?1))
                    """, .integer(place.row)
            ).first
        }
    }

    /// Calls that have not ended.
    package func callsUnderWay() async throws(StorageError) -> [CallUnderWay] {
        try await read { [worker] database in
            try database.all(
                """
                SELECT call.uid, call.short, process.lock_file, is_background FROM call
                LEFT JOIN process ON process.id = call.worker WHERE status IN ('queued', 'running')
                """, value: { (CallID(bytes: $0.blob(0)), $0.text(1), $0.textOrNil(2), $0.integer(3) == 1) }
            ).compactMap { id, short, lock, isBackground in
                guard let id else { return nil }
                return CallUnderWay(
                    id: id, handle: try database.handle(short: short),
                    isAlive: lock.map { worker.isAlive($0) } ?? false, isBackground: isBackground)
            }
        }
    }

    /// The events of an answer from one sequence number on.
    package func events(
        of call: CallID, from sequence: Int = 0, limit: Int? = nil
    ) async throws(StorageError) -> [(sequence: Int, payload: [UInt8])] {
        try await read { database in
            try database.all(
                "SELECT sequence, payload FROM call_event WHERE call = ? AND sequence >= ? ORDER BY sequence LIMIT ?",
                .integer(try database.callRow(call)), .integer(Int64(sequence)), .integer(limit ?? -1),
                value: { (Int($0.integer(0)), $0.blob(1)) })
        }
    }

    /// The answer's body as it came, or rebuilt from its stream; nil where none was kept.
    package func body(of call: CallID) async throws(StorageError) -> [UInt8]? {
        try await read { database in try database.body(ofCall: database.callRow(call)) }
    }

    /// Background answers that came in and that nobody has been told of.
    package func unseenAnswers() async throws(StorageError) -> [Call] {
        try await read { database in
            try database.calls(
                where:
                    "call.is_background = 1 AND call.seen_ms IS NULL AND call.finished_ms IS NOT NULL ORDER BY call.id")
        }
    }
}
