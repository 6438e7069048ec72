import ConversationStorage
import Conversations
package import ModelUpstream
import OrderedJSON

/// Who judges.
package struct Judge: Sendable {
    package var upstream: Upstream
    package var key: APIKey?
    package var model: String

    package init(upstream: Upstream, key: APIKey?, model: String) {
        self.upstream = upstream
        self.key = key
        self.model = model
    }
}

extension ThreadService {
    /// What is still to be asked so that a judge has seen every pair of a comparison in both orders.
    ///
    /// - Parameter again: whether what it has said already is asked once more.
    package func pendingJudgements(
        of comparison: Comparison, by judge: Judge, again: Bool
    ) async throws(ServiceError) -> [PendingJudgement] {
        let pairs = comparison.judgedPairs
        var known: Set<PendingJudgement> = []
        if !again {
            let byIDs = Dictionary(pairs.map { ($0.candidateID, $0) }) { first, _ in first }
            for judgement in try await judgements(of: pairs)
            where judgement.upstream == judge.upstream.name && judgement.model == judge.model {
                guard let pair = byIDs[judgement.candidateID], pair.originalID == judgement.originalID else { continue }
                known.insert(PendingJudgement(pair: pair, shownFirst: judgement.shownFirst))
            }
        }
        return pairs.flatMap { pair in
            [Judgement.Side.original, .candidate].map { PendingJudgement(pair: pair, shownFirst: $0) }
        }.filter { !known.contains($0) }
    }

    /// What a judge has found so far; nil where none has.
    ///
    /// - Parameter judge: whose verdicts; nil for those of whoever judged last.
    package func verdicts(
        of comparison: Comparison, by judge: Judge? = nil
    ) async throws(ServiceError) -> Verdicts? {
        let pairs = comparison.judgedPairs
        let judgements = try await judgements(of: pairs)
        guard
            let (upstream, model) = judge.map({ ($0.upstream.name, $0.model) })
                ?? judgements.last.map({ ($0.upstream, $0.model) })
        else { return nil }
        return Verdicts(judgements, of: pairs, upstream: upstream, model: model)
    }

    private func judgements(of pairs: [JudgedPair]) async throws(ServiceError) -> [Judgement] {
        try await stored { () async throws(StorageError) in
            try await vault.judgements(of: pairs.map(\.candidateID))
        }
    }

    /// Asks a judge, and writes down each judgement as it comes: what a later failure or a signal leaves unasked is asked
    /// the next time.
    ///
    /// They are calls like any others, in a thread of their own that says in its origin whose it is.
    ///
    /// - Parameters:
    ///   - title: what the thread is called.
    ///   - progress: called with the number of judgements so far.
    package func judge(
        _ pending: [PendingJudgement], by judge: Judge, title: String,
        progress: @escaping @Sendable (Int) -> Void = { _ in }
    ) async throws(ServiceError) {
        guard let first = pending.first else { return }
        let time = now()
        let thread = try await stored { () async throws(StorageError) in
            try await vault.create(
                NewThread(
                    id: ThreadID(at: time), title: title, instructions: JudgePrompt.instructions, model: judge.model,
                    upstream: judge.upstream.name, origin: ["program": "diwan compare"], createdAt: time))
        }
        // Each question begins anew: a judge that saw its other verdicts would want to agree with itself.
        let question = try await ask(first, judge, at: .tip(of: thread.id))
        progress(1)
        guard pending.count > 1, let question else { return }
        let outcome = await withTaskGroup(of: Result<Void, ServiceError>.self) { group in
            var rest = pending.dropFirst()
            var done = 1
            var failure: ServiceError?
            func addNext(_ group: inout TaskGroup<Result<Void, ServiceError>>) {
                guard failure == nil, let next = rest.popFirst() else { return }
                group.addTask { await self.asked(next, judge, at: .beside(question)) }
            }
            for _ in 0..<Self.judgedAtOnce { addNext(&group) }
            while let result = await group.next() {
                switch result {
                case .success:
                    done += 1
                    progress(done)
                case .failure(let error): failure = failure ?? error
                }
                addNext(&group)
            }
            return failure
        }
        if let outcome { throw outcome }
    }

    private static var judgedAtOnce: Int { 4 }

    private func asked(
        _ pending: PendingJudgement, _ judge: Judge, at place: Question.Place
    ) async -> Result<Void, ServiceError> {
        do {
            _ = try await ask(pending, judge, at: place)
            return .success(())
        } catch {
            return .failure(error)
        }
    }

    /// - Returns: the question as it stands in the judge's thread.
    private func ask(
        _ pending: PendingJudgement, _ judge: Judge, at place: Question.Place
    ) async throws(ServiceError) -> MessageID? {
        let answered = try await send(
            Question(
                place: place, messages: [(.user, [.text(JudgePrompt.question(pending))])], upstream: judge.upstream,
                key: judge.key, model: judge.model, instructions: JudgePrompt.instructions,
                parameters: CallParameters(storesAtUpstream: judge.upstream.storesAnswers), context: .full)
        ) { _ in }
        if let failure = answered.failure { throw .upstream(failure, savedAs: nil) }
        let (verdict, reason) = JudgePrompt.verdict(
            in: answered.answers.first?.text ?? "", shownFirst: pending.shownFirst)
        let judgement = Judgement(
            originalID: pending.pair.originalID, candidateID: pending.pair.candidateID, shownFirst: pending.shownFirst,
            verdict: verdict, reason: reason, upstream: judge.upstream.name, model: judge.model,
            callID: answered.call.id, createdAt: now())
        try await stored { () async throws(StorageError) in try await vault.keep(judgement) }
        return answered.question?.id
    }
}

extension Comparison {
    /// Every answer that can be judged beside the original's.
    var judgedPairs: [JudgedPair] {
        let messages = Dictionary(
            threads.flatMap { $0.messages.map { ($0.id, $0) } }, uniquingKeysWith: { first, _ in first })
        func history(before question: Message?) -> [Message] {
            var path: [Message] = []
            var next = question?.parentID.flatMap { messages[$0] }
            while let message = next {
                path.append(message)
                next = message.parentID.flatMap { messages[$0] }
            }
            return path.reversed()
        }
        return turns.flatMap { turn -> [JudgedPair] in
            guard let original = turn.original, let originalID = original.message?.id, !original.text.isEmpty else {
                return []
            }
            let before = history(before: turn.question)
            return turn.answers.compactMap { answer in
                guard !answer.isOriginal, let id = answer.message?.id, !answer.text.isEmpty, answer.outcome != .failed
                else { return nil }
                return JudgedPair(
                    originalID: originalID, candidateID: id, history: before, question: turn.question,
                    original: original.text, candidate: answer.text)
            }
        }
    }
}
