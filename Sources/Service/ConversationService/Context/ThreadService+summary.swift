import ConversationStorage
package import Conversations
import ModelUpstream
import ModelWire

extension ThreadService {
    /// What a model is told that is to write a summary.
    static let summaryPrompt = """
        Below is the beginning of a conversation between a user and an assistant. Write a summary of it for the \
        assistant, who will go on with the conversation without seeing these messages. Keep every fact, name, number, \
        decision, preference and open question that may matter later, and what the user asked for and got. Write in the \
        language of the conversation, at most 400 words, as plain text. Write the summary only.
        """

    /// What stands between the instructions and a summary in a request.
    static let summaryHeading = "Summary of the beginning of this conversation, which is not repeated below:"

    /// The instructions of a call with a summary in them.
    static func instructions(_ instructions: String?, with summary: ContextSummary) -> String {
        [instructions ?? "", "\(summaryHeading)\n\(summary.text)"].filter { !$0.isEmpty }.joined(separator: "\n\n")
    }

    /// A summary of a path's first messages, as many as a plan leaves out: one that is here, or a new one.
    ///
    /// What was summarised before is not read again: a longer summary begins with a shorter one's text. A beginning that
    /// does not fit the model's window is read in several pieces.
    ///
    /// - Parameters:
    ///   - count: how many messages of the path it is to cover.
    ///   - isRedone: whether to begin anew, with none of the summaries that are here.
    func summary(
        ofFirst count: Int, onPathTo end: MessageID, weights: [MessageWeight], for question: Question,
        isRedone: Bool = false, event: @escaping @Sendable (SendEvent) async -> Void
    ) async throws(ServiceError) -> ContextSummary {
        let known = try await stored { () async throws(StorageError) in try await vault.summaries(onPathTo: end) }
        var latest = isRedone ? nil : known.first { $0.lastPosition < count }
        let room = question.window.map { max(256, $0 / 2) } ?? .max
        while (latest?.lastPosition ?? -1) < count - 1 {
            let first = (latest?.lastPosition ?? -1) + 1
            var last = first
            var tokens = latest.map { ContextPlanner.estimatedTokens(bytes: $0.text.utf8.count) } ?? 0
            for position in first..<count {
                let weight = weights[position]
                tokens += ContextPlanner.estimatedTokens(bytes: weight.textBytes + weight.otherBytes)
                if position > first, tokens > room { break }
                last = position
            }
            latest = try await newSummary(of: first...last, after: latest, onPathTo: end, for: question, event: event)
        }
        guard let latest else { throw .usage("there is nothing to summarise yet.") }
        return latest
    }

    /// Makes the summary that a call was sent with again, from the messages themselves; later calls are sent with this.
    ///
    /// - Throws: ``ServiceError/usage(_:)`` where the call was sent without one.
    package func redoSummary(
        of call: Call, with question: Question, event: @escaping @Sendable (SendEvent) async -> Void
    ) async throws(ServiceError) -> ContextSummary {
        guard let id = call.plan?.summaryID, let end = call.questionID else {
            throw .usage(
                "the call \(call.handle) was sent without a summary. To send one: diwan ask --context summary")
        }
        let (old, weights) = try await stored { () async throws(StorageError) in
            (try await vault.summary(id, in: call.threadID), try await vault.weights(to: end))
        }
        guard let old else { throw .noSuch("the summary that the call \(call.handle) was sent with is not here.") }
        return try await summary(
            ofFirst: old.lastPosition + 1, onPathTo: end, weights: weights, for: question, isRedone: true, event: event)
    }

    private func newSummary(
        of positions: ClosedRange<Int>, after previous: ContextSummary?, onPathTo end: MessageID,
        for question: Question, event: @escaping @Sendable (SendEvent) async -> Void
    ) async throws(ServiceError) -> ContextSummary {
        let time = now()
        let (thread, last) = try await stored { () async throws(StorageError) in
            let path = try await vault.path(to: end)
            return (try await vault.thread(path[positions.upperBound].threadID), path[positions.upperBound].id)
        }
        let call = NewCall(
            id: CallID(at: time), place: .thread(thread.id, tip: thread.tipID), parent: last, question: [], title: nil,
            upstream: question.upstream.name, dialect: question.upstream.dialect, modelRequested: question.model,
            modelSent: question.model,
            parameters: CallParameters(streams: true, storesAtUpstream: question.upstream.storesAnswers),
            instructions: previous.map { Self.instructions(Self.summaryPrompt, with: $0) } ?? Self.summaryPrompt,
            plan: ContextPlan(
                mode: .summary, blocks: [ContextPlan.Block(positions: positions, isSent: true, reason: .old)],
                window: question.window, summaryID: previous?.id, summarises: true),
            movesTip: false, queuedAt: time)
        let begun = try await stored { () async throws(StorageError) in
            _ = try await vault.begin(call)
            return try await vault.call(call.id)
        }
        await event(.summarising(messages: positions.upperBound + 1))
        _ = try await run(begun, upstream: question.upstream, key: question.key, keepsEvents: false) { told in
            if case .notice = told { await event(told) }
        }
        let made = try await stored { () async throws(StorageError) in try await vault.summaries(onPathTo: last) }
        guard let summary = made.first(where: { $0.lastID == last }), summary.createdAt >= time else {
            throw .upstream(UpstreamError(.failed, "\(question.model) wrote no whole summary."), savedAs: nil)
        }
        return summary
    }
}
