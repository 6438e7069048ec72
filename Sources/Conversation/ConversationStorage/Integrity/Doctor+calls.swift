import Conversations
import GRDB
import OrderedJSON

extension Doctor {
    /// Calls: readable, of one thread with their question, and ended or held by a living process.
    mutating func examineCalls() throws {
        var withBody: [(row: Int64, name: String)] = []
        try database.each(
            """
            SELECT call.id, call.uid, call.short, call.dialect, call.parameters, call.plan, call.error, call.status,
              call.question, strand.thread IS NOT call.thread, message.id IS NULL, call.finished_ms, process.lock_file,
              call_body.call, call.asked IS NULL AND EXISTS (SELECT 1 FROM call_event WHERE call_event.call = call.id)
            FROM call LEFT JOIN message ON message.id = call.question
            LEFT JOIN strand ON strand.id = call.question >> 24 LEFT JOIN process ON process.id = call.worker
            LEFT JOIN call_body ON call_body.call = call.id
            """
        ) { row in
            result.calls += 1
            guard let id = CallID(bytes: row.blob(1)) else { return }
            let name = id.description
            if row.text(2) != id.short { found(.handle, "call", name, "its handle is not its id's") }
            examineFields(row, name)
            if !row.isNull(8) {
                if row.integer(10) == 1 {
                    found(.callQuestion, "call", name, "the message it answers is not there")
                } else if row.integer(9) == 1 {
                    found(.callQuestion, "call", name, "the message it answers is another thread's")
                }
            }
            let isFinal = Call.Status(rawValue: row.text(7))?.isFinal ?? true
            if isFinal == row.isNull(11) {
                found(
                    .callStatus, "call", name,
                    isFinal ? "it has ended, but not when" : "it is under way, but has an end")
            }
            if !isFinal, row.textOrNil(12).map({ worker.isAlive($0) }) != true {
                found(.callAbandoned, "call", name, "it is under way, but its process is gone")
            }
            // A program may go on reading a stream that it asked for, for a while after its end.
            if isFinal, row.integer(14) == 1, !keepsEvents {
                found(.eventsLeft, "call", name, "it has ended, and its events are still there")
            }
            if !row.isNull(13) { withBody.append((row.integer(0), name)) }
        }
        for (done, call) in withBody.enumerated() {
            if done & 0xFF == 0 { progress?(WorkProgress(step: "bodies", done: done, total: withBody.count)) }
            do {
                _ = try database.body(ofCall: call.row)
            } catch is StorageError {
                found(.bodyUnreadable, "call", call.name, "the body of its answer cannot be read")
            }
        }
    }

    private mutating func examineFields(_ row: ExactRow, _ name: String) {
        var unreadable: [String] = []
        if Dialect?(stored: row.text(3)) == nil { unreadable.append("dialect") }
        if (try? JSON(parsing: row.text(4)))?.object == nil { unreadable.append("parameters") }
        if ContextPlan?(stored: row.text(5)) == nil { unreadable.append("plan") }
        if let error = row.textOrNil(6), (try? JSON(parsing: error)).flatMap({ CallError(json: $0) }) == nil {
            unreadable.append("error")
        }
        if !unreadable.isEmpty {
            found(.callUnreadable, "call", name, "its \(unreadable.joined(separator: ", ")) cannot be read")
        }
    }
}
