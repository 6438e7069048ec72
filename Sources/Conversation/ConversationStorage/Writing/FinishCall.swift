package import Conversations
import GRDB
import OrderedJSON

/// How a call ended, with all that came back.
package struct CallOutcome: Sendable {
    package var status: Call.Status
    /// The answers, one a choice. They continue the call's question.
    package var answers: [NewMessage]
    /// The message the answers continue where that is not the question: going on with a cut answer makes a sibling of it.
    package var answersContinue: MessageID?
    package var modelReported: String?
    package var responseID: String?
    package var created: Double?
    package var systemFingerprint: String?
    package var object: String?
    package var usage: TokenUsage
    package var error: CallError?
    /// The answer as it came, or rebuilt from its stream.
    package var body: [UInt8]?
    package var finishedAt: Timestamp
    /// Whether the events stay beside the whole answer.
    package var keepsEvents: Bool

    package init(
        status: Call.Status, answers: [NewMessage], answersContinue: MessageID? = nil, modelReported: String? = nil,
        responseID: String? = nil, created: Double? = nil, systemFingerprint: String? = nil, object: String? = nil,
        usage: TokenUsage = TokenUsage(), error: CallError? = nil, body: [UInt8]? = nil, finishedAt: Timestamp,
        keepsEvents: Bool = false
    ) {
        self.status = status
        self.answers = answers
        self.answersContinue = answersContinue
        self.modelReported = modelReported
        self.responseID = responseID
        self.created = created
        self.systemFingerprint = systemFingerprint
        self.object = object
        self.usage = usage
        self.error = error
        self.body = body
        self.finishedAt = finishedAt
        self.keepsEvents = keepsEvents
    }
}

extension Vault {
    /// Writes what came of a call: its answers, the answer's body, and the end of its events, in one transaction that
    /// survives a lost power supply.
    ///
    /// The thread's tip goes on to the first answer if it is still where the question left it.
    ///
    /// - Returns: the answers' ids and whether the tip moved.
    /// - Throws: ``StorageError/Code/callIsOver`` where another process has ended the call.
    @discardableResult
    package func finish(_ call: CallID, _ outcome: CallOutcome) async throws(StorageError) -> Bool {
        try await write { database in
            guard
                let (row, thread, question, status) = try database.first(
                    "SELECT id, thread, question, status FROM call WHERE uid = ?", .blob(call.bytes),
                    value: { row in
                        (
                            row.integer(0), row.integer(1), row.integerOrNil(2).map { MessagePlace(row: $0) },
                            Call.Status(rawValue: row.text(3))
                        )
                    })
            else { throw StorageError(.notFound, "there is no call \(call).") }
            guard let status, !status.isFinal else {
                throw StorageError(.callIsOver, "this call has ended already. See: diwan call \(call)")
            }
            var parent = question
            if let other = outcome.answersContinue { parent = try database.place(of: other) }
            if question != nil, outcome.answersContinue == nil, outcome.answers.isEmpty == false {
                // A question erased while its answer was on the way takes the answer with it.
                guard let parent, try database.exists(parent) else {
                    throw StorageError(.notFound, "the question was erased while its answer was on the way.")
                }
            }
            let places = try outcome.answers.map {
                try database.append($0, after: parent, inThread: thread, call: row)
            }
            var movedTip = false
            if let answer = places.first {
                movedTip = try database.moveTip(ofThread: thread, from: question, to: answer)
            }
            try database.run(
                """
                UPDATE call SET status = ?, model_reported = ?, response_id = ?, created = ?, system_fingerprint = ?,
                  object = ?, input_tokens = ?, cached_tokens = ?, output_tokens = ?, reasoning_tokens = ?, error = ?,
                  finished_ms = ?, worker = NULL WHERE id = ?
                """,
                .text(outcome.status.rawValue), .text(outcome.modelReported), .text(outcome.responseID),
                .real(outcome.created), .text(outcome.systemFingerprint), .text(outcome.object),
                .integer(outcome.usage.input), .integer(outcome.usage.cached), .integer(outcome.usage.output),
                .integer(outcome.usage.reasoning), .text(outcome.error?.json.text()),
                .integer(outcome.finishedAt.milliseconds), .integer(row))
            if let body = outcome.body {
                try database.keepBody(body, ofCall: row)
            }
            if movedTip {
                try database.run(
                    "UPDATE thread SET active_ms = max(active_ms, ?) WHERE id = ?",
                    .integer(outcome.finishedAt.milliseconds), .integer(thread))
            }
            try database.noteChange(ofThread: thread)
            if !outcome.keepsEvents {
                try database.run("DELETE FROM call_event WHERE call = ?", .integer(row))
            }
            return movedTip
        }
    }
}
