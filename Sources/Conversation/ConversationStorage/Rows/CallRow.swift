import Conversations
import GRDB
import OrderedJSON

/// A row of `call`, turned into a ``Call`` in one place.
struct CallRow {
    /// The columns ``init(_:)`` reads, in its order.
    static let columns = """
        call.id, call.uid, call.short, thread.uid, call.question, call.upstream, call.dialect, call.model_requested,
        call.model_sent, call.model_reported, call.response_id, call.created, call.system_fingerprint, call.object,
        call.parameters, words.text, call.plan, call.request_digest, call.status, call.error, call.input_tokens,
        call.cached_tokens, call.output_tokens, call.reasoning_tokens, call.queued_ms, call.sent_ms,
        call.first_token_ms, call.finished_ms, offered.text,
        (SELECT replay.uid FROM replay WHERE replay.id = call.replay), call.asked, call.trashed_ms
        """

    /// Where the columns come from.
    static let tables = """
        call JOIN thread ON thread.id = call.thread LEFT JOIN words ON words.id = call.instructions
        LEFT JOIN words AS offered ON offered.id = call.tools
        """

    let row: Int64
    private let question: MessagePlace?
    private let make: (String, MessageID?, [MessageID]) -> Call

    init(_ row: ExactRow) throws {
        guard let id = CallID(bytes: row.blob(1)), let threadID = ThreadID(bytes: row.blob(3)),
            let dialect = Dialect?(stored: row.text(6)), let status = Call.Status(rawValue: row.text(18)),
            let parameters = try? JSON(parsing: row.text(14)), let plan = ContextPlan?(stored: row.text(16))
        else { throw StorageError(.damaged, "a call cannot be read. Look with: diwan doctor") }
        self.row = row.integer(0)
        question = row.integerOrNil(4).map { MessagePlace(row: $0) }
        let (upstream, modelRequested, modelSent) = (row.text(5), row.text(7), row.text(8))
        let (modelReported, responseID, created) = (row.textOrNil(9), row.textOrNil(10), row.real(11))
        let (fingerprint, object, instructions) = (row.textOrNil(12), row.textOrNil(13), row.textOrNil(15))
        let digest = row.blobOrNil(17)
        let error = row.textOrNil(19).flatMap { try? JSON(parsing: $0) }.flatMap { CallError(json: $0) }
        let usage = TokenUsage(
            input: row.integerOrNil(20).map { Int($0) }, cached: row.integerOrNil(21).map { Int($0) },
            output: row.integerOrNil(22).map { Int($0) }, reasoning: row.integerOrNil(23).map { Int($0) })
        func time(_ column: Int32) -> Timestamp? { row.integerOrNil(column).map { Timestamp(milliseconds: $0) } }
        var asked = CallParameters(json: parameters)
        asked.tools = row.textOrNil(28).flatMap { try? JSON(parsing: $0) }
        let (queued, sent, firstToken, finished) = (time(24), time(25), time(26), time(27))
        let replay = row.blobOrNil(29).flatMap { ReplayID(bytes: $0) }
        let program = row.textOrNil(30).flatMap { try? JSON(parsing: $0) }.flatMap { ProgramRequest(json: $0) }
        let trashed = time(31)
        make = { [asked] handle, questionID, messageIDs in
            Call(
                id: id, handle: handle, threadID: threadID, questionID: questionID, messageIDs: messageIDs,
                upstream: upstream, dialect: dialect, modelRequested: modelRequested, modelSent: modelSent,
                modelReported: modelReported, responseID: responseID, created: created,
                systemFingerprint: fingerprint, object: object, parameters: asked,
                instructions: instructions, plan: plan, requestDigest: digest, status: status, error: error,
                usage: usage, queuedAt: queued, sentAt: sent, firstTokenAt: firstToken, finishedAt: finished,
                replayID: replay, asked: program, trashedAt: trashed)
        }
        short = row.text(2)
    }

    /// The call as it goes to another vault; `places` says which message is where.
    func record(_ places: [MessagePlace: MessageID], body: [UInt8]?) -> CallRecord {
        let call = make("", question.flatMap { places[$0] }, [])
        return CallRecord(
            id: call.id, questionID: call.questionID, upstream: call.upstream, dialect: call.dialect,
            modelRequested: call.modelRequested, modelSent: call.modelSent, modelReported: call.modelReported,
            responseID: call.responseID, created: call.created, systemFingerprint: call.systemFingerprint,
            object: call.object, parameters: call.parameters, instructions: call.instructions, plan: call.plan,
            requestDigest: call.requestDigest, status: call.status, error: call.error, usage: call.usage,
            queuedAt: call.queuedAt, sentAt: call.sentAt, firstTokenAt: call.firstTokenAt,
            finishedAt: call.finishedAt, body: body)
    }

    private let short: String

    func call(_ database: Database) throws -> Call {
        let answers = try database.all(
            "SELECT uid FROM message WHERE call = ? ORDER BY choice, id", .integer(row),
            value: { MessageID(bytes: $0.blob(0)) }
        ).compactMap { $0 }
        return make(
            try database.handle(short: short), try question.flatMap { try database.uid(of: $0) }, answers)
    }
}

// What another program's call sent is not known: its dialect is kept as an empty text, its plan as JSON's null.

extension Dialect? {
    /// A dialect as it is kept; nil where the text is not one.
    init?(stored text: String) {
        if text.isEmpty {
            self = .none
        } else {
            guard let dialect = Dialect(rawValue: text) else { return nil }
            self = .some(dialect)
        }
    }

    var stored: String { self?.rawValue ?? "" }
}

extension ContextPlan? {
    /// A plan as it is kept; nil where the text is not one.
    init?(stored text: String) {
        guard let json = try? JSON(parsing: text) else { return nil }
        if json == .null {
            self = .none
        } else {
            guard let plan = ContextPlan(json: json) else { return nil }
            self = .some(plan)
        }
    }

    var stored: String { self?.json.text() ?? "null" }
}

extension Database {
    func callRow(_ id: CallID) throws -> Int64 {
        guard let row = try first("SELECT id FROM call WHERE uid = ?", .blob(id.bytes), value: { $0.integer(0) }) else {
            throw StorageError(.notFound, "there is no call \(id). See: diwan calls")
        }
        return row
    }

    /// The calls that a condition on `call` picks.
    func calls(where condition: String, _ values: SQLValue...) throws -> [Call] {
        var rows: [CallRow] = []
        try step("SELECT \(CallRow.columns) FROM \(CallRow.tables) WHERE \(condition)", values) {
            rows.append(try CallRow($0))
        }
        return try rows.map { try $0.call(self) }
    }
}
