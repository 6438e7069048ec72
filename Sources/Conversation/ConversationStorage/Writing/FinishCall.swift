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
    /// The summary that was asked for, in place of answers.
    package var summary: String?

    package init(
        status: Call.Status, answers: [NewMessage], answersContinue: MessageID? = nil, modelReported: String? = nil,
        responseID: String? = nil, created: Double? = nil, systemFingerprint: String? = nil, object: String? = nil,
        usage: TokenUsage = TokenUsage(), error: CallError? = nil, body: [UInt8]? = nil, finishedAt: Timestamp,
        keepsEvents: Bool = false, summary: String? = nil
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
        self.summary = summary
    }
}

extension Vault {
    /// Writes what came of a call: its answers, the answer's body, and the end of its events, in one transaction that
    /// survives a lost power supply.
    ///
    /// The thread's tip goes on to the first answer if it is still where the question left it. A replay's answer moves no
    /// tip; the last one of an arm takes the arm's label.
    ///
    /// - Returns: the answers' ids and whether the tip moved.
    /// - Throws: ``StorageError/Code/callIsOver`` where another process has ended the call.
    @discardableResult
    package func finish(_ call: CallID, _ outcome: CallOutcome) async throws(StorageError) -> Bool {
        try await write { database in
            guard
                let found = try database.first(
                    """
                    SELECT id, thread, question, status, model_sent, EXISTS (SELECT 1 FROM message WHERE id = call.question),
                      replay IS NOT NULL, upstream
                    FROM call WHERE uid = ?
                    """, .blob(call.bytes), value: { CallToFinish($0) })
            else { throw StorageError(.notFound, "there is no call \(call).") }
            let (row, thread, question) = (found.row, found.thread, found.question)
            guard let status = found.status, !status.isFinal else {
                throw StorageError(.callIsOver, "this call has ended already. See: diwan call \(call)")
            }
            var parent = question
            if let other = outcome.answersContinue { parent = try database.place(of: other) }
            if question != nil, outcome.answersContinue == nil, outcome.answers.isEmpty == false {
                // A question erased while its answer was on the way takes the answer with it.
                guard found.hasQuestion else {
                    throw StorageError(.notFound, "the question was erased while its answer was on the way.")
                }
            }
            let places = try outcome.answers.map {
                try database.append($0, after: parent, inThread: thread, call: row)
            }
            var movedTip = false
            if let answer = places.first, found.isReplay {
                if outcome.status.isAnswer { try database.labelArm(ofCall: row, on: answer, inThread: thread) }
            } else if let answer = places.first {
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
            if let summary = outcome.summary {
                try database.keepSummary(summary, ofCall: row, at: outcome.finishedAt)
            }
            if let seen = SeenBackend(
                upstream: found.upstream, modelSent: found.modelSent, modelReported: outcome.modelReported,
                systemFingerprint: outcome.systemFingerprint)
            {
                try database.count(seen, at: outcome.finishedAt)
            }
            if let body = outcome.body {
                try database.keepBody(body, ofCall: row)
            }
            // Mostly a model reports the name it was sent by.
            if outcome.modelReported != found.modelSent { try database.noteModels(outcome.modelReported) }
            try database.noteChange(ofThread: thread, activeAt: movedTip ? outcome.finishedAt : nil)
            if !outcome.keepsEvents {
                try database.run("DELETE FROM call_event WHERE call = ?", .integer(row))
            }
            return movedTip
        }
    }
}

/// What has to be known of a call before it is ended.
private struct CallToFinish {
    let row: Int64
    let thread: Int64
    let question: MessagePlace?
    let status: Call.Status?
    let modelSent: String
    let hasQuestion: Bool
    /// Whether a replay asks: its answers move no tip.
    let isReplay: Bool
    let upstream: String

    init(_ row: ExactRow) {
        self.row = row.integer(0)
        thread = row.integer(1)
        question = row.integerOrNil(2).map { MessagePlace(row: $0) }
        status = Call.Status(rawValue: row.text(3))
        modelSent = row.text(4)
        hasQuestion = row.integer(5) == 1
        isReplay = row.integer(6) == 1
        upstream = row.text(7)
    }
}
