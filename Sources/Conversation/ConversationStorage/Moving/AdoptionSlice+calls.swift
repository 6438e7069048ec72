import Conversations
import GRDB
import OrderedJSON

extension AdoptionSlice {
    /// The row of the call that brought a message; nil where no call did, or where it was erased here.
    ///
    /// One answer of a call is here once. Where another message is it already — the words were changed elsewhere, or what
    /// they answer was — the message has a call of its own that says what is still true of it: who was asked, and when.
    mutating func row(
        ofCallOf number: Int, answering id: MessageID, _ prepared: PreparedThread, _ thread: inout OpenThread,
        _ adoption: inout Adoption
    ) throws -> Int64? {
        let call = prepared.calls[number]
        guard call >= 0, let row = try place(ofCall: call, prepared, &thread, &adoption), row > 0 else { return nil }
        let choice = prepared.record.messages[number].choice
        if thread.choices.insert(OpenThread.Choice(call: row, choice: choice)).inserted {
            // The answers' words are the dictionary of the body: it is packed anew with the one that comes.
            if thread.knownCalls[prepared.record.calls[call].id] != nil, bodies[row] == nil {
                bodies[row] = try database.body(ofCall: row)
            }
            return row
        }
        var copy = prepared.record.calls[call]
        copy.id = CallID(derivedFrom: ["changed", copy.id.description, id.description])
        (copy.plan, copy.requestDigest, copy.body, copy.usage) = (nil, nil, nil, TokenUsage())
        guard try !isPurged(copy.id) else { return nil }
        let question = prepared.questions[call]
        let copied = try insert(copy, answering: question < 0 ? nil : thread.places[question], prepared, thread)
        if copied != nil { adoption.newCalls += 1 }
        return copied
    }

    /// Where one of the record's calls is, written where it is not here; 0 where it was erased or cannot be.
    mutating func place(
        ofCall number: Int, _ prepared: PreparedThread, _ thread: inout OpenThread, _ adoption: inout Adoption
    ) throws -> Int64? {
        if let row = thread.calls[number] { return row }
        var call = prepared.record.calls[number]
        if let row = thread.knownCalls[call.id] {
            thread.calls[number] = row
            return row
        }
        let question = prepared.questions[number]
        let answered = question < 0 ? nil : thread.places[question]
        if question >= 0, answered == nil {
            // Its question was erased: what was made of those words goes with them.
            (call.requestDigest, call.body) = (nil, nil)
            if prepared.answerCounts[number] == 0 {
                thread.calls[number] = 0
                return 0
            }
        }
        var row: Int64?
        if try !isPurged(call.id) {
            row = try insert(call, answering: answered, prepared, thread)
            if row == nil {
                // Another thread has a call of this id.
                call.id = CallID(derivedFrom: ["changed", prepared.record.id.description, call.id.description])
                if let known = thread.knownCalls[call.id] {
                    thread.calls[number] = known
                    return known
                }
                row = try isPurged(call.id) ? nil : insert(call, answering: answered, prepared, thread)
            }
        }
        if row != nil {
            adoption.newCalls += 1
            thread.isAddedTo = true
        }
        thread.calls[number] = row ?? 0
        if let row, prepared.answerCounts[number] == 0, let body = call.body { bodies[row] = body }
        return row ?? 0
    }

    /// Keeps the body of a call's answer once all its answers have come, unless one that it holds was erased.
    mutating func finishBody(
        of row: Int64, answeredBy number: Int, _ prepared: PreparedThread, _ thread: OpenThread
    ) throws {
        let call = prepared.calls[number]
        guard thread.calls[call] == row, thread.missingAnswers[call] == 0,
            let body = prepared.record.calls[call].body, bodies[row] == nil,
            !thread.callsWithErasedAnswers.contains(call)
        else { return }
        let question = prepared.questions[call]
        guard question < 0 || thread.places[question] != nil else { return }
        bodies[row] = body
    }

    private mutating func insert(
        _ call: CallRecord, answering question: MessagePlace?, _ prepared: PreparedThread, _ thread: OpenThread
    ) throws -> Int64? {
        var parameters = call.parameters
        parameters.tools = nil
        let finishedAt =
            call.finishedAt ?? call.firstTokenAt ?? call.sentAt ?? call.queuedAt ?? prepared.record.activeAt
        try database.run(
            """
            INSERT OR IGNORE INTO call (uid, short, thread, question, upstream, dialect, model_requested, model_sent,
              model_reported, response_id, created, system_fingerprint, object, parameters, instructions, tools, plan,
              request_digest, status, error, input_tokens, cached_tokens, output_tokens, reasoning_tokens, queued_ms,
              sent_ms, first_token_ms, finished_ms)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            .blob(call.id.bytes), .text(call.id.short), .integer(thread.row), .integer(question?.row),
            .text(call.upstream), .text(call.dialect.stored), .text(call.modelRequested), .text(call.modelSent),
            .text(call.modelReported), .text(call.responseID), .real(call.created), .text(call.systemFingerprint),
            .text(call.object), .text(parameters.json.text()),
            .integer(try call.instructions.map { try database.words($0) }),
            .integer(try call.parameters.tools.map { try database.words($0.text()) }), .text(call.plan.stored),
            .blob(call.requestDigest), .text(call.status.rawValue), .text(call.error?.json.text()),
            .integer(call.usage.input), .integer(call.usage.cached), .integer(call.usage.output),
            .integer(call.usage.reasoning), .integer(call.queuedAt?.milliseconds), .integer(call.sentAt?.milliseconds),
            .integer(call.firstTokenAt?.milliseconds), .integer(finishedAt.milliseconds))
        guard database.changesCount == 1 else { return nil }
        let row = database.lastInsertedRowID
        try noteModels(call.modelRequested, call.modelSent, call.modelReported)
        if call.dialect != nil, call.plan != nil,
            let seen = SeenBackend(
                upstream: call.upstream, modelSent: call.modelSent, modelReported: call.modelReported,
                systemFingerprint: call.systemFingerprint)
        {
            note(seen, at: finishedAt)
        }
        return row
    }
}
