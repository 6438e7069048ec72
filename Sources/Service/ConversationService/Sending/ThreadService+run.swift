import ConversationStorage
package import Conversations
import Crypto
import ModelUpstream
import ModelWire
import OrderedJSON

extension ThreadService {
    /// Sends a call that is written down and writes down what comes of it.
    func run(
        _ call: Call, upstream: Upstream, key: APIKey?, keepsEvents: Bool, body: [UInt8]? = nil,
        event: @escaping @Sendable (SendEvent) async -> Void
    ) async throws(ServiceError) -> AnsweredQuestion {
        do {
            return try await carryOut(
                call, upstream: upstream, key: key, keepsEvents: keepsEvents, body: body, event: event)
        } catch .storage(let error) where error.code == .diskFull {
            throw await fullDisk(error, during: call.id)
        }
    }

    private func carryOut(
        _ begun: Call, upstream: Upstream, key: APIKey?, keepsEvents: Bool, body: [UInt8]?,
        event: @escaping @Sendable (SendEvent) async -> Void
    ) async throws(ServiceError) -> AnsweredQuestion {
        var call = begun
        var attempt = try await attempt(call, upstream: upstream, key: key, body: body, event: event)
        // What a program wrote itself is not cut: it is told, and cuts as it likes.
        if body == nil, let failure = attempt.failure, failure.code == .contextTooLong,
            attempt.answer?.holdsWords != true,
            let replanned = try await replan(call, refused: failure)
        {
            call = replanned
            if let plan = call.plan {
                await event(.contextCut(leftOut: plan.leftOut.map(\.count).reduce(0, +), of: plan.messageCount))
            }
            attempt = try await self.attempt(call, upstream: upstream, key: key, body: nil, event: event)
        }
        return try await finish(
            call, attempt.answer, attempt.failure, wasAsked: attempt.wasAsked, keepsEvents: keepsEvents)
    }

    /// What one request brought.
    private struct Attempt {
        var answer: ModelAnswer?
        var failure: UpstreamError?
        /// Whether another process asked for the end.
        var wasAsked: Bool
    }

    private func attempt(
        _ call: Call, upstream: Upstream, key: APIKey?, body given: [UInt8]?,
        event: @escaping @Sendable (SendEvent) async -> Void
    ) async throws(ServiceError) -> Attempt {
        var body = given
        if body == nil { body = try await request(of: call) }
        guard let body else {
            return Attempt(
                answer: nil, failure: UpstreamError(.nothingToSend, Self.nothingToSend(model: call.modelSent)),
                wasAsked: false)
        }
        // What a program wrote was written down as sent.
        if given == nil {
            let sentAt = now()
            try await stored { () async throws(StorageError) in
                try await vault.markSent(call.id, requestDigest: Array(SHA256.hash(data: body)), at: sentAt)
            }
        }
        let choices = call.parameters.choices ?? 1
        let journal = AnswerJournal(vault: vault, call: call.id, choicesAsked: choices, now: now)
        var answer: ModelAnswer?
        var failure: UpstreamError?
        let work = Task { [client] in
            try await client.call(
                upstream, key: key, body: body, choices: choices, notice: { await event(.notice($0)) },
                receive: { pieces in
                    let first = try await journal.write(pieces)
                    await event(.received(pieces.map(\.payload), from: first))
                    for piece in pieces { for delta in piece.deltas { await event(.delta(delta)) } }
                })
        }
        // An upstream that is silent brings no journal write at which to learn of a cancellation, so someone looks.
        let watch = Task {
            try await journal.waitForCancellation()
            work.cancel()
        }
        defer { watch.cancel() }
        do {
            let outcome = try await withTaskCancellationHandler {
                try await work.value
            } onCancel: {
                work.cancel()
            }
            (answer, failure) = (outcome.answer, outcome.failure)
        } catch let error as UpstreamError {
            failure = error
        } catch is CancellationRequested {
            answer = journal.whatArrived()
            failure = UpstreamError(.cancelled, "cancelled.")
        } catch let error as StorageError {
            throw .storage(error)
        } catch {
            failure = UpstreamError(.failed, "the answer could not be read: \(error)")
        }
        return Attempt(answer: answer, failure: failure, wasAsked: journal.wasCancelled)
    }

    /// The request of a call, rebuilt from the vault: the same bytes whenever it is asked for.
    ///
    /// - Throws: ``ServiceError/usage(_:)`` where another program made the call, so that what it sent is not known, and
    ///   where the call could send nothing.
    package func requestBody(of call: Call) async throws(ServiceError) -> [UInt8] {
        guard let body = try await request(of: call) else { throw .usage(Self.nothingToSend(model: call.modelSent)) }
        return body
    }

    /// What is said of a call that was not sent.
    static func nothingToSend(model: String) -> String {
        "nothing of this can be sent to \(model), so nothing was. Say something in words, or ask another model: -m UPSTREAM/MODEL"
    }

    /// The request of a call; nil where its target takes nothing of what is to be said.
    private func request(of call: Call) async throws(ServiceError) -> [UInt8]? {
        guard let plan = call.plan, let dialect = call.dialect else {
            throw .usage(
                "the call \(call.handle) was imported, so what it sent is not known. What is: diwan call \(call.handle)"
            )
        }
        if plan.summarises { return try await summaryRequest(of: call, plan, dialect: dialect) }
        return try await stored { () async throws(StorageError) in
            var writer = try await vault.write(
                pathTo: call.questionID, sending: plan.sent,
                into: RequestWriter(
                    dialect: dialect, model: call.modelSent, instructions: call.instructions,
                    parameters: call.parameters, storesAtUpstream: call.parameters.storesAtUpstream,
                    keepsReasoning: try await keepsReasoning(
                        dialect: dialect, upstream: call.upstream, path: call.questionID, plan.rules),
                    keepsFileIDs: try await keepsFileIDs(
                        in: call.threadID, path: call.questionID, upstream: call.upstream, plan.rules),
                    rules: plan.rules, upstream: call.upstream))
            if plan.continuesAnswer { writer.appendContinuation() }
            let body = writer.finish()
            return writer.asksNothing ? nil : body
        }
    }

    /// The request of a call that asks for a summary: the messages as one text to read.
    private func summaryRequest(
        of call: Call, _ plan: ContextPlan, dialect: Dialect
    ) async throws(ServiceError) -> [UInt8] {
        try await stored { () async throws(StorageError) in
            let transcript = try await vault.write(
                pathTo: call.questionID, sending: plan.sent, into: TranscriptWriter())
            var writer = RequestWriter(
                dialect: dialect, model: call.modelSent, instructions: call.instructions, parameters: call.parameters,
                storesAtUpstream: call.parameters.storesAtUpstream, keepsReasoning: false)
            var text = transcript.text
            text.withUTF8 { writer.append(role: .user, text: $0) }
            return writer.finish()
        }
    }

    /// Turns what came back into messages and writes them with the call's end.
    func finish(
        _ call: Call, _ answer: ModelAnswer?, _ failure: UpstreamError?, wasAsked: Bool, keepsEvents: Bool
    ) async throws(ServiceError) -> AnsweredQuestion {
        let time = now()
        let seam = try await seam(of: call)
        let hasWords = answer?.holdsWords ?? false
        let summarises = call.plan?.summarises ?? false
        var answers: [NewMessage] = []
        for choice in hasWords && !summarises ? answer?.choices ?? [] : [] {
            let parts = try await keepingMedia(of: seam.map { $0.joined(with: choice.parts) } ?? choice.parts)
            // Whoever cut it: what had come of an answer is kept as interrupted, and can be gone on with.
            let status = choice.status == .failed && failure != nil ? .interrupted : choice.status
            answers.append(
                NewMessage(
                    id: call.messageID(ofChoice: choice.index), role: choice.role, parts: parts,
                    choice: choice.index,
                    finishReason: choice.finishReason, status: status, createdAt: time))
        }
        let status: Call.Status =
            if wasAsked {
                .cancelled
            } else if let failure {
                hasWords || failure.code == .cancelled || failure.code == .cutOff ? .interrupted : .failed
            } else if answer?.status == .incomplete {
                .incomplete
            } else {
                .complete
            }
        let outcome = CallOutcome(
            status: status, answers: answers, answersContinue: seam?.parent, modelReported: answer?.model,
            responseID: answer?.responseID, created: answer?.created, systemFingerprint: answer?.systemFingerprint,
            object: answer?.object, usage: answer?.usage ?? TokenUsage(), error: failure.map { CallError($0) },
            body: answer?.body.serialized(), finishedAt: time, keepsEvents: keepsEvents,
            summary: summarises && status == .complete ? answer?.summary : nil)
        _ = try await stored { () async throws(StorageError) in try await vault.finish(call.id, outcome) }
        let written = try await answered(call.id, failure: failure)
        if let failure, !hasWords {
            throw .upstream(
                failure,
                savedAs: SavedQuestion(
                    threadHandle: written.thread.handle, callHandle: written.call.handle,
                    upstream: written.call.upstream))
        }
        return written
    }

    func answered(_ id: CallID, failure: UpstreamError?) async throws(ServiceError) -> AnsweredQuestion {
        let found = try await stored { () async throws(StorageError) in try await vault.callInContext(id) }
        return AnsweredQuestion(
            thread: found.thread, question: found.question, answers: found.answers, call: found.call, failure: failure,
            backendChanges: found.backendChanges)
    }

    /// Where an answer that is gone on with was cut off: the rest is joined to what had arrived.
    private func seam(of call: Call) async throws(ServiceError) -> AnswerSeam? {
        guard call.plan?.continuesAnswer == true, let cut = call.questionID else { return nil }
        return try await stored { () async throws(StorageError) in
            let message = try await vault.message(cut)
            return AnswerSeam(parent: message.parentID, begun: message.parts)
        }
    }
}

extension ModelAnswer {
    /// The words of an answer that was to be a summary; nil where it has none.
    fileprivate var summary: String? {
        guard let text = choices.first?.parts.text, text.contains(where: { !$0.isWhitespace }) else { return nil }
        return text
    }
}

/// The place where the rest of an answer is joined to its beginning.
private struct AnswerSeam {
    let parent: MessageID?
    let begun: [MessagePart]

    /// The whole answer: the beginning's words and the rest's, as one text.
    func joined(with rest: [MessagePart]) -> [MessagePart] {
        [.text(begun.text + rest.text)] + rest.filter { if case .text = $0 { false } else { true } }
    }
}

extension CallError {
    /// An upstream's error as it is kept with a call.
    init(_ error: UpstreamError) {
        self.init(
            code: error.fault?.code ?? "\(error.code)", message: error.message, httpStatus: error.fault?.httpStatus,
            traceID: error.fault?.traceID)
    }
}
