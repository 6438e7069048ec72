import ConversationStorage
package import Conversations
import ModelUpstream

extension ThreadService {
    /// Asks the questions of some threads again, of other models; each answer is a branch like any other.
    ///
    /// What is to be asked is written down first. Every question goes out by ``send(_:event:)``; no tip moves and no
    /// thread's place in a list. Failures that pass are asked again, slower where the upstream asks for it; what does not
    /// pass ends its arm and no other. If the task is cancelled what has arrived is kept, and
    /// ``resumeReplay(_:targets:settings:keepsEvents:sleep:event:)`` goes on.
    ///
    /// - Parameter sleep: how it waits; a test does not.
    package func replay(
        _ request: ReplayRequest, sleep: @escaping @Sendable (Duration) async throws -> Void = ReplayPause.usual,
        event: @escaping @Sendable (ReplayEvent) async -> Void
    ) async throws(ServiceError) -> ReplayOutcome {
        var paths: [MessageID: ReplayPath] = [:]
        var arms: [NewReplayArm] = []
        for origin in request.origins where paths[origin] == nil {
            let path = try await replayPath(to: origin)
            paths[origin] = path
            for target in request.targets {
                for sample in 1...max(1, request.samples) {
                    arms.append(
                        NewReplayArm(
                            key: ReplayArm.Key(
                                threadID: path.threadID, upstream: target.upstream.name, model: target.model,
                                sample: sample),
                            originID: origin, turns: path.turns.map { ($0.questionID, $0.originalID) }))
                }
            }
        }
        guard arms.contains(where: { !$0.turns.isEmpty }) else {
            throw .usage("there is no question to ask again. Say something first: diwan ask WORDS")
        }
        let time = now()
        let new = NewReplay(
            id: ReplayID(at: time), mode: request.mode, settings: request.settings.json, arms: arms, startedAt: time,
            canaryID: request.canary, label: request.label)
        let replay = try await stored { () async throws(StorageError) in try await vault.begin(new) }
        await event(.begun(replay))
        return try await goOn(
            replay, request.settings, targets: request.targets, paths: paths, keepsEvents: request.keepsEvents,
            sleep: sleep, event: event)
    }

    /// Goes on with a replay that was ended early or killed: asks what has no answer yet, and again what failed.
    ///
    /// - Parameters:
    ///   - targets: the models of its arms, as they can be asked now.
    ///   - settings: its settings, with other limits where wanted.
    package func resumeReplay(
        _ id: ReplayID, targets: [ReplayTarget], settings: ReplaySettings, keepsEvents: Bool = false,
        sleep: @escaping @Sendable (Duration) async throws -> Void = ReplayPause.usual,
        event: @escaping @Sendable (ReplayEvent) async -> Void
    ) async throws(ServiceError) -> ReplayOutcome {
        let replay = try await stored { () async throws(StorageError) -> Replay in
            let replay = try await vault.replay(id)
            for arm in replay.arms where arm.status == .failed {
                try await vault.note(.open, ofArm: arm.key, in: id, note: nil)
            }
            if replay.arms.contains(where: { $0.status == .failed || $0.status == .open }) {
                try await vault.note(finishedAt: nil, id)
            }
            return try await vault.replay(id)
        }
        var paths: [MessageID: ReplayPath] = [:]
        for arm in replay.arms where paths[arm.originID] == nil {
            paths[arm.originID] = try await replayPath(to: arm.originID)
        }
        await event(.begun(replay))
        return try await goOn(
            replay, settings, targets: targets, paths: paths, keepsEvents: keepsEvents, sleep: sleep, event: event)
    }

    private func goOn(
        _ replay: Replay, _ settings: ReplaySettings, targets: [ReplayTarget], paths: [MessageID: ReplayPath],
        keepsEvents: Bool, sleep: @escaping @Sendable (Duration) async throws -> Void,
        event: @escaping @Sendable (ReplayEvent) async -> Void
    ) async throws(ServiceError) -> ReplayOutcome {
        var armTargets: [ReplayTarget] = []
        for arm in replay.arms {
            guard let target = targets.first(where: { $0.upstream.name == arm.upstream && $0.model == arm.model })
            else { throw .usage("this replay asks \(arm.upstream)/\(arm.model), which was not given.") }
            armTargets.append(target)
        }
        let earlier = try await stored { () async throws(StorageError) in try await vault.calls(of: replay.id) }
        let run = ReplayRun(
            self, replay, settings: settings, targets: armTargets, paths: paths, earlier: earlier,
            keepsEvents: keepsEvents, sleep: sleep, event: event)
        do {
            try await run.run()
        } catch let error as ServiceError {
            throw error
        } catch let error as StorageError {
            throw .storage(error)
        } catch {
            throw .usage("the replay ended: \(error)")
        }
        let time = now()
        let after = try await stored { () async throws(StorageError) -> Replay in
            if try await !vault.replay(replay.id).arms.contains(where: { $0.status == .open }) {
                try await vault.note(finishedAt: time, replay.id)
            }
            return try await vault.replay(replay.id)
        }
        return ReplayOutcome(
            replay: after, progress: run.progress, limit: run.limit, wasInterrupted: Task.isCancelled,
            failures: run.failures)
    }

    /// The replay a person means: its handle or its id.
    package func replay(named text: String) async throws(ServiceError) -> Replay {
        if let id = ReplayID(text), let replay = try? await vault.replay(id) { return replay }
        if let prefix = Handle.canonical(text) {
            let found = try await stored { () async throws(StorageError) in
                try await vault.replays(handlePrefix: prefix)
            }
            if found.count == 1 { return found[0] }
            if found.count > 1 {
                let handles = found.prefix(10).map(\.handle).joined(separator: " ")
                throw .noSuch("\"\(text)\" could be any of these replays; say which: \(handles)")
            }
        }
        throw .noSuch("there is no replay \"\(text)\". See: diwan replays")
    }
}

/// How a replay waits for an upstream that asked it to.
package enum ReplayPause {
    package static let usual: @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
}
