import ConversationStorage
package import Conversations

extension ThreadService {
    /// Keeps a canary, due at once.
    ///
    /// - Parameter origin: the end of the path whose questions are asked.
    package func addCanary(
        asking origin: MessageID, of target: (upstream: String, model: String), _ settings: CanarySettings,
        everySeconds: Int
    ) async throws(ServiceError) -> Canary {
        let time = now()
        let path = try await replayPath(to: origin)
        guard !path.turns.isEmpty else {
            throw .usage("there is no question to ask again. Say something first: diwan ask WORDS")
        }
        let new = NewCanary(
            id: CanaryID(at: time), originID: origin, upstream: target.upstream, model: target.model,
            settings: settings.json, everySeconds: everySeconds, createdAt: time, dueAt: time)
        return try await stored { () async throws(StorageError) in try await vault.add(new) }
    }

    /// The canary a person means: its handle or its id; a thread that has just one.
    package func canary(named text: String) async throws(ServiceError) -> Canary {
        if let id = CanaryID(text), let canary = try? await vault.canary(id) { return canary }
        if let prefix = Handle.canonical(text) {
            let found = try await stored { () async throws(StorageError) in
                try await vault.canaries(handlePrefix: prefix)
            }
            if found.count == 1 { return found[0] }
            if found.count > 1 {
                let handles = found.prefix(10).map(\.handle).joined(separator: " ")
                throw .noSuch("\"\(text)\" could be any of these canaries; say which: \(handles)")
            }
        }
        if let thread = try? await thread(named: text) {
            let own = try await stored { () async throws(StorageError) in try await vault.canaries() }
                .filter { $0.threadID == thread.id }
            if own.count == 1 { return own[0] }
            if own.count > 1 {
                throw .noSuch(
                    "\(thread.handle) has \(own.count) canaries; say which: \(own.map(\.handle).joined(separator: " "))"
                )
            }
        }
        throw .noSuch("there is no canary \"\(text)\". See: diwan canary list")
    }

    /// Runs the canaries that are due, one after the other; of several processes that do so at the same time one runs each.
    ///
    /// A run is a replay like any other. An answer that is the same as the last time, from the same model and
    /// configuration, goes out of sight, so that a thread's tree shows the answers that differ.
    ///
    /// - Parameters:
    ///   - target: a canary's model, as it can be asked now.
    ///   - label: what a run's branch is called.
    ///   - told: called with each run as it ends, or with why it did not begin. A run whose questions were not all answered
    ///     is gone on with the next time.
    package func runDueCanaries(
        target: @escaping @Sendable (Canary) async throws -> ReplayTarget,
        label: @escaping @Sendable (Canary) -> String,
        keepsEvents: Bool = false, told: @escaping @Sendable (Canary, Result<CanaryRun, any Error>) async -> Void
    ) async throws(ServiceError) {
        let time = now()
        let due = try await stored { () async throws(StorageError) in try await vault.canaries() }
            .filter { $0.dueAt <= time }
        for canary in due where !Task.isCancelled {
            let isOurs = try await stored { () async throws(StorageError) in
                try await vault.claimRun(of: canary.id, dueAt: canary.dueAt, nextAt: canary.due(afterRunAt: time))
            }
            // One that takes longer than its period is left to whoever runs it.
            guard isOurs, try await !isUnderWay(canary) else { continue }
            do {
                let run = try await run(
                    canary, target: target(canary), label: label(canary), keepsEvents: keepsEvents)
                await told(canary, .success(run))
            } catch {
                await told(canary, .failure(error))
            }
        }
    }

    /// Runs a canary now, whether it is due or not.
    package func run(
        _ canary: Canary, target: ReplayTarget, label: String, keepsEvents: Bool = false
    ) async throws(ServiceError) -> CanaryRun {
        guard try await !isUnderWay(canary) else {
            throw .usage("another process is running \(canary.handle) just now. See: diwan calls --running")
        }
        let settings = CanarySettings(of: canary)
        var runs: [Replay] = []
        for id in canary.runIDs.suffix(2) {
            runs.append(try await stored { () async throws(StorageError) in try await vault.replay(id) })
        }
        let asking = ReplaySettings(parameters: settings.parameters)
        let replay: Replay
        if let last = runs.last, last.arms.contains(where: { $0.status == .open || $0.status == .failed }) {
            runs.removeLast()
            replay = try await resumeReplay(
                last.id, targets: [target], settings: asking, keepsEvents: keepsEvents, event: { _ in }
            ).replay
        } else {
            replay = try await self.replay(
                ReplayRequest(
                    mode: settings.mode, origins: [canary.originID], targets: [target], settings: asking,
                    keepsEvents: keepsEvents, canary: canary.id, label: label), event: { _ in }
            ).replay
        }
        let run = try await compare(replay, of: canary, with: runs.last)
        try await putRepetitionsOutOfSight(run, mode: settings.mode)
        return run
    }

    /// Whether another process is asking a canary's questions.
    private func isUnderWay(_ canary: Canary) async throws(ServiceError) -> Bool {
        guard let last = canary.runIDs.last else { return false }
        return try await stored { () async throws(StorageError) in try await vault.calls(of: last) }
            .contains { $0.status == .running || $0.status == .queued }
    }

    /// What says again what the last run said is not shown. In a chain it is the whole branch or nothing: each answer
    /// stands on the one before.
    private func putRepetitionsOutOfSight(_ run: CanaryRun, mode: Replay.Mode) async throws(ServiceError) {
        let time = now()
        let repeated: [CanaryTurn]
        switch mode {
        case .anchored: repeated = run.turns.filter { $0.beforeID != nil && $0.failure == nil && !$0.isChanged }
        case .chain:
            let isSame = run.turns.allSatisfy { $0.beforeID != nil && $0.failure == nil && !$0.isChanged }
            repeated = isSame ? Array(run.turns.prefix(1)) : []
        }
        for answer in repeated.compactMap(\.answerID) {
            _ = try await stored { () async throws(StorageError) in try await vault.putInTrash(answer, at: time) }
        }
    }
}
