package import ConversationStorage
package import Conversations
import Crypto
import ModelUpstream
import ModelWire
import OrderedJSON

extension ThreadService {
    /// Asks a question and writes down everything that comes of it.
    ///
    /// The question is saved before anything is sent, every piece of the answer before it is told. If the task is
    /// cancelled, what has arrived is kept as an `interrupted` answer.
    ///
    /// - Throws: ``ServiceError/upstream(_:savedAs:)`` where no words of an answer came. An answer that broke off is
    ///   returned, with the reason in ``AnsweredQuestion/failure``.
    package func send(
        _ question: Question, event: @escaping @Sendable (SendEvent) async -> Void
    ) async throws(ServiceError) -> AnsweredQuestion {
        let begun = try await begin(question, isBackground: false, event: event)
        return try await run(
            begun.call, upstream: question.upstream, key: question.key, keepsEvents: question.keepsEvents,
            body: question.body,
            event: event)
    }

    /// Writes a question and its call down without sending anything: another process can ``run(_:upstream:key:keepsEvents:event:)`` it.
    package func begin(
        _ question: Question, isBackground: Bool, event: @escaping @Sendable (SendEvent) async -> Void = { _ in }
    ) async throws(ServiceError) -> CallInContext {
        let (call, plan) = try await draft(question, isBackground: isBackground, event: event)
        let begun = try await stored { () async throws(StorageError) in try await vault.begin(call) }
        await event(.begun(thread: begun.threadID, call: call.id))
        if !begun.movedTip { await event(.wentBeside) }
        if plan.cutHasMoved {
            await event(.contextCut(leftOut: call.plan.leftOut.map(\.count).reduce(0, +), of: plan.messageCount))
        }
        return try await stored { () async throws(StorageError) in try await vault.callInContext(call.id) }
    }

    /// The request a question would send, byte for byte, without writing or sending anything.
    package func dryRun(_ question: Question, attachments: some BlobReader) async throws(ServiceError) -> [UInt8] {
        let (call, _) = try await draft(question, isBackground: false, event: nil)
        do {
            var writer = try await vault.write(
                pathTo: call.parent, sending: call.plan.sent,
                into: RequestWriter(
                    dialect: call.dialect, model: call.modelSent, instructions: call.instructions,
                    parameters: call.parameters, storesAtUpstream: call.parameters.storesAtUpstream,
                    keepsFileIDs: await keepsFileIDs(call), rules: call.plan.rules, upstream: call.upstream))
            for message in call.question {
                try writer.append(role: message.role, parts: message.parts, origin: nil, blobs: attachments)
            }
            if call.plan.continuesAnswer { writer.appendContinuation() }
            let body = writer.finish()
            if !writer.asksNothing { return body }
        } catch let error as StorageError {
            throw .storage(error)
        } catch {
            throw .usage("the request cannot be written: \(error)")
        }
        throw .usage(Self.nothingToSend(model: call.modelSent))
    }

    // MARK: - From a question to a call

    struct PlannedContext {
        var cutHasMoved: Bool
        var messageCount: Int
    }

    /// - Parameter event: who is told what is done on the way; nil where nothing may be written or sent.
    private func draft(
        _ question: Question, isBackground: Bool, event: (@Sendable (SendEvent) async -> Void)?
    ) async throws(ServiceError) -> (NewCall, PlannedContext) {
        do {
            try question.parameters.checkRanges()
        } catch {
            throw .upstream(error, savedAs: nil)
        }
        let time = now()
        let thread: ChatThread?
        let parent: MessageID?
        switch question.place {
        case .newThread, .newThreadOfProgram:
            (thread, parent) = (nil, nil)
        case .tip(let id):
            let found = try await stored { () async throws(StorageError) in try await vault.thread(id) }
            (thread, parent) = (found, found.tipID)
        case .after(let id), .again(let id), .finishing(let id):
            let message = try await stored { () async throws(StorageError) in try await vault.message(id) }
            thread = try await stored { () async throws(StorageError) in try await vault.thread(message.threadID) }
            parent = id
        case .beside(let id):
            let message = try await stored { () async throws(StorageError) in try await vault.message(id) }
            thread = try await stored { () async throws(StorageError) in try await vault.thread(message.threadID) }
            parent = message.parentID
        }
        // No words are no instructions: a program that gives none does not take over those of the thread.
        var instructions = (question.instructions ?? thread?.instructions).flatMap { $0.isEmpty ? nil : $0 }
        let messages = question.messages.map {
            NewMessage(id: MessageID(at: time), role: $0.role, parts: $0.parts, createdAt: time)
        }
        guard parent != nil || !messages.isEmpty else {
            throw .usage(
                "there is nothing to ask yet in this thread. Say something: diwan ask -t \(thread?.handle ?? "THREAD") …"
            )
        }
        var (plan, context) = try await self.plan(
            question, path: parent, adding: messages, in: thread, instructions: instructions)
        if case .finishing = question.place { plan.continuesAnswer = true }
        if question.context == .summary, let parent, let summary = try await summary(for: plan, question, parent, event)
        {
            instructions = Self.instructions(instructions, with: summary)
            plan.summaryID = summary.id
        }
        plan.rules = RequestRules(upstream: question.upstream, takes: question.takes)
        let place: NewCall.Place
        switch question.place {
        case .newThread(let tags, let title):
            place = .newThread(
                NewThread(
                    id: ThreadID(at: time), title: title, instructions: instructions, model: question.model,
                    upstream: question.upstream.name, tags: tags, createdAt: time))
        case .newThreadOfProgram(let program):
            place = .newThread(
                NewThread(
                    id: ThreadID(at: time), instructions: instructions, model: question.model,
                    upstream: question.upstream.name, origin: ["program": .string(program)], createdAt: time))
        default:
            guard let thread else { throw .usage("there is no thread to go on with.") }
            place = .thread(thread.id, tip: thread.tipID)
        }
        let call = NewCall(
            id: CallID(at: time), place: place, parent: parent, question: messages,
            title: messages.lazy.compactMap { ThreadTitle.of($0.parts) }.first, upstream: question.upstream.name,
            dialect: question.upstream.dialect, modelRequested: question.model, modelSent: question.model,
            parameters: question.parameters, instructions: instructions, plan: plan, isBackground: isBackground,
            movesTip: question.movesTip, replayPlace: question.replayPlace, asked: question.asked,
            requestDigest: question.body.map { Array(SHA256.hash(data: $0)) }, queuedAt: time)
        return (call, context)
    }

    /// The summary of what a plan leaves out. Without one the call is sent all the same, and the person is told.
    private func summary(
        for plan: ContextPlan, _ question: Question, _ parent: MessageID,
        _ event: (@Sendable (SendEvent) async -> Void)?
    ) async throws(ServiceError) -> ContextSummary? {
        guard let cut = plan.leftOut.last.map({ $0.upperBound + 1 }) else { return nil }
        let weights = try await stored { () async throws(StorageError) in try await vault.weights(to: parent) }
        let count = min(cut, weights.count)
        guard let event else {
            let known = try await stored { () async throws(StorageError) in
                try await vault.summaries(onPathTo: parent)
            }
            return known.first { $0.lastPosition < count }
        }
        do {
            return try await summary(ofFirst: count, onPathTo: parent, weights: weights, for: question, event: event)
        } catch .upstream(let error, _) where error.code != .cancelled {
            await event(.summaryFailed(error.message))
            return nil
        }
    }

    private func keepsFileIDs(_ call: NewCall) async throws(StorageError) -> Bool {
        guard case .thread(let id, _) = call.place else { return true }
        return try await keepsFileIDs(in: id, path: call.parent, upstream: call.upstream, call.plan.rules)
    }

    /// Files that another program named by ids of its own are at no upstream of ours; and those that were shown to one
    /// upstream are not at another.
    func keepsFileIDs(
        in thread: ThreadID, path: MessageID?, upstream: String, _ rules: RequestRules
    ) async throws(StorageError) -> Bool {
        guard try await vault.thread(thread).origin?["format"] == nil else { return false }
        guard rules.version >= 1, let path else { return true }
        return try await !vault.holdsFileIDs(onPathTo: path, ofOthersThan: upstream)
    }

    /// By the first rules, reasoning went back only where every piece of it on the path came from the same upstream.
    func keepsReasoning(
        dialect: Dialect, upstream: String, path: MessageID?, _ rules: RequestRules
    ) async throws(StorageError) -> Bool {
        guard rules.version == 0, dialect == .responses, let path else { return false }
        return try await vault.upstreamsOfReasoning(onPathTo: path).allSatisfy { $0 == upstream }
    }
}
