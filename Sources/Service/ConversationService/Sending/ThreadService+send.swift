import ConversationStorage
package import Conversations
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
        let id = try await begin(question, isBackground: false, event: event)
        return try await run(
            id, upstream: question.upstream, key: question.key, keepsEvents: question.keepsEvents, event: event)
    }

    /// Writes a question and its call down without sending anything: another process can ``run(_:upstream:key:keepsEvents:event:)`` it.
    package func begin(
        _ question: Question, isBackground: Bool, event: @escaping @Sendable (SendEvent) async -> Void = { _ in }
    ) async throws(ServiceError) -> CallID {
        let (call, plan) = try await draft(question, isBackground: isBackground)
        let begun = try await stored { () async throws(StorageError) in try await vault.begin(call) }
        await event(.begun(thread: begun.threadID, call: call.id))
        if !begun.movedTip { await event(.wentBeside) }
        if plan.cutHasMoved {
            await event(.contextCut(leftOut: call.plan.leftOut.map(\.count).reduce(0, +), of: plan.messageCount))
        }
        return call.id
    }

    /// The request a question would send, byte for byte, without writing or sending anything.
    package func dryRun(_ question: Question, attachments: some BlobReader) async throws(ServiceError) -> [UInt8] {
        let (call, _) = try await draft(question, isBackground: false)
        do {
            var writer = try await vault.write(
                pathTo: call.parent, sending: call.plan.sent,
                into: RequestWriter(
                    dialect: call.dialect, model: call.modelSent, instructions: call.instructions,
                    parameters: call.parameters, storesAtUpstream: call.parameters.storesAtUpstream,
                    keepsReasoning: await keepsReasoning(call), keepsFileIDs: await keepsFileIDs(call)))
            for message in call.question {
                try writer.append(role: message.role, parts: message.parts, blobs: attachments)
            }
            if call.plan.continuesAnswer { writer.appendContinuation() }
            return writer.finish()
        } catch let error as StorageError {
            throw .storage(error)
        } catch {
            throw .usage("the request cannot be written: \(error)")
        }
    }

    // MARK: - From a question to a call

    struct PlannedContext {
        var cutHasMoved: Bool
        var messageCount: Int
    }

    private func draft(
        _ question: Question, isBackground: Bool
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
        case .newThread:
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
        let instructions = question.instructions ?? thread?.instructions
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
        let place: NewCall.Place
        switch question.place {
        case .newThread(let tags, let title):
            place = .newThread(
                NewThread(
                    id: ThreadID(at: time), title: title, instructions: instructions, model: question.model,
                    upstream: question.upstream.name, tags: tags, createdAt: time))
        default:
            guard let thread else { throw .usage("there is no thread to go on with.") }
            place = .thread(thread.id, tip: thread.tipID)
        }
        let call = NewCall(
            id: CallID(at: time), place: place, parent: parent, question: messages,
            title: messages.lazy.compactMap { ThreadTitle.of($0.parts) }.first, upstream: question.upstream.name,
            dialect: question.upstream.dialect, modelRequested: question.model, modelSent: question.model,
            parameters: question.parameters, instructions: instructions, plan: plan, isBackground: isBackground,
            queuedAt: time)
        return (call, context)
    }

    private func keepsFileIDs(_ call: NewCall) async throws(StorageError) -> Bool {
        guard case .thread(let id, _) = call.place else { return true }
        return try await keepsFileIDs(in: id)
    }

    /// Files that another program named by ids of its own are at no upstream of ours.
    func keepsFileIDs(in thread: ThreadID) async throws(StorageError) -> Bool {
        try await vault.thread(thread).origin?["format"] == nil
    }

    private func keepsReasoning(_ call: NewCall) async throws(StorageError) -> Bool {
        try await keepsReasoning(dialect: call.dialect, upstream: call.upstream, path: call.parent)
    }

    /// Reasoning goes back only to the upstream that every piece of it on the path came from: others refuse it.
    func keepsReasoning(dialect: Dialect, upstream: String, path: MessageID?) async throws(StorageError) -> Bool {
        guard dialect == .responses, let path else { return false }
        return try await vault.upstreamsOfReasoning(onPathTo: path).allSatisfy { $0 == upstream }
    }
}
