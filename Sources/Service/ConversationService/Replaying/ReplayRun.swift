import ConversationStorage
import Conversations
import Foundation
import ModelUpstream
import Synchronization

/// Asks what is left of a replay, many questions at once.
final class ReplayRun: Sendable {
    /// How often a question is asked anew after failures that pass, each with the client's own attempts.
    private static let mostAttempts = 5

    private struct State {
        var schedule: ReplaySchedule
        var budget: ReplayBudget
        var calls: [[CallID?]]
        var answered: Int
        var limit: String?
        var failures: [UpstreamError] = []
    }

    private enum Step: Sendable {
        case ended
        case woke
    }

    private let service: ThreadService
    private let replay: Replay
    private let settings: ReplaySettings
    private let targets: [ReplayTarget]
    private let paths: [MessageID: ReplayPath]
    private let keepsEvents: Bool
    private let sleep: @Sendable (Duration) async throws -> Void
    private let event: @Sendable (ReplayEvent) async -> Void
    private let total: Int
    private let state: Mutex<State>

    /// - Parameters:
    ///   - targets: the models, one an arm in the arms' order.
    ///   - earlier: every call that was made for this replay so far.
    init(
        _ service: ThreadService, _ replay: Replay, settings: ReplaySettings, targets: [ReplayTarget],
        paths: [MessageID: ReplayPath], earlier: [Call], keepsEvents: Bool,
        sleep: @escaping @Sendable (Duration) async throws -> Void,
        event: @escaping @Sendable (ReplayEvent) async -> Void
    ) {
        self.service = service
        self.replay = replay
        self.settings = settings
        self.targets = targets
        self.paths = paths
        self.keepsEvents = keepsEvents
        self.sleep = sleep
        self.event = event
        let answered = Set(earlier.filter(\.status.isAnswer).map(\.id))
        let arms = replay.arms.map { arm in
            let open = arm.turns.indices.filter { arm.turns[$0].callID.map { !answered.contains($0) } ?? true }
            return ReplaySchedule.Arm(upstream: arm.upstream, open: arm.status == .open ? open : [])
        }
        total = replay.arms.map(\.turns.count).reduce(0, +)
        var budget = ReplayBudget(settings)
        let costs = Dictionary(
            zip(replay.arms, targets).map { ("\($0.upstream)/\($0.model)", $1.cost) }, uniquingKeysWith: { $1 })
        for call in earlier {
            budget.spend(call.usage, cost: costs["\(call.upstream)/\(call.modelRequested)"] ?? nil)
        }
        state = Mutex(
            State(
                schedule: ReplaySchedule(
                    arms: arms, isChain: replay.mode == .chain, parallel: settings.parallel),
                budget: budget, calls: replay.arms.map { $0.turns.map(\.callID) },
                answered: replay.arms.flatMap(\.turns).count { $0.callID.map { answered.contains($0) } ?? false }))
    }

    var progress: ReplayProgress {
        state.withLock { state in
            ReplayProgress(
                answered: state.answered, total: total, tokens: state.budget.tokens, cost: state.budget.cost)
        }
    }

    var limit: String? { state.withLock { $0.limit } }
    var failures: [UpstreamError] { state.withLock { $0.failures } }

    /// Asks until nothing is left, a limit is reached, or the task is cancelled: then what has arrived is kept.
    func run() async throws {
        try await completeArms()
        try await withThrowingTaskGroup(of: Step.self) { group in
            var wake: ContinuousClock.Instant?
            loop: while !Task.isCancelled {
                switch state.withLock({ $0.schedule.next(at: .now) }) {
                case .ask(let turn):
                    guard let weight = reserve(turn) else { continue }
                    group.addTask {
                        try await self.ask(turn)
                        self.state.withLock { $0.budget.release(weight) }
                        return .ended
                    }
                case .wait(let until):
                    if let until, wake.map({ until < $0 }) ?? true {
                        wake = until
                        group.addTask {
                            // Woken too early it looks again and sleeps on.
                            try? await self.sleep(until - .now)
                            return .woke
                        }
                    }
                    if case .woke? = try await group.next() { wake = nil }
                case .over: break loop
                }
            }
            group.cancelAll()
            while try await group.next() != nil {}
        }
    }

    /// - Returns: nil where a limit ends the replay.
    private func reserve(_ turn: ReplaySchedule.Turn) -> ReplayBudget.Weight? {
        let (arm, target) = (replay.arms[turn.arm], targets[turn.arm])
        let usage = paths[arm.originID]?.estimate(
            of: arm.turns[turn.turn].questionID, settings: settings, window: target.window)
        let weight = ReplayBudget.Weight(
            tokens: (usage?.input ?? 0) + (usage?.output ?? 0),
            cost: usage.flatMap { usage in target.cost.flatMap { $0(usage) } })
        return state.withLock { state in
            guard let limit = state.budget.reserve(weight) else { return weight }
            state.limit = limit
            state.schedule.leave(turn)
            state.schedule.halt()
            return nil
        }
    }

    // MARK: - One question

    private func ask(_ turn: ReplaySchedule.Turn) async throws {
        let (arm, target) = (replay.arms[turn.arm], targets[turn.arm])
        let calls = state.withLock { $0.calls[turn.arm] }
        guard let path = paths[arm.originID] else { return state.withLock { $0.schedule.leave(turn) } }
        do {
            let question = try await ReplayQuestion(
                service: service, replay: replay, settings: settings, arm: arm, target: target,
                keepsEvents: keepsEvents
            ).question(turn.turn, of: path, calls: calls)
            let answered = try await service.send(question) { event in await self.note(event, turn) }
            state.withLock { $0.budget.spend(answered.call.usage, cost: target.cost) }
            if answered.call.status.isAnswer {
                try await noteAnswer(turn)
            } else {
                try await noteFailure(answered.failure ?? UpstreamError(.failed, "no answer came."), turn)
            }
        } catch let reason as ArmEnd {
            try await end(turn, .stopped, reason.why)
        } catch ServiceError.upstream(let error, _) {
            try await noteFailure(error, turn)
        } catch ServiceError.usage(let why), ServiceError.noSuch(let why) {
            try await end(turn, .failed, why)
        } catch ServiceError.storage(let error) where error.code == .notFound {
            try await end(turn, .failed, error.message)
        } catch let error as StorageError where error.code == .notFound {
            try await end(turn, .failed, error.message)
        }
        await event(.progress(progress))
    }

    private func note(_ sent: SendEvent, _ turn: ReplaySchedule.Turn) async {
        switch sent {
        case .begun(_, let call): state.withLock { $0.calls[turn.arm][turn.turn] = call }
        case .notice(.retrying(let upstream, let wait, "429")): await slowDown(upstream, wait: wait)
        default: break
        }
    }

    private func slowDown(_ upstream: String, wait: Duration?) async {
        let limit = state.withLock { $0.schedule.slowDown(upstream, wait: wait, at: .now) }
        await event(.slowed(upstream: upstream, limit: limit, wait: wait ?? UpstreamPace.usualPause))
    }

    private func noteAnswer(_ turn: ReplaySchedule.Turn) async throws {
        let isComplete = state.withLock { state in
            state.schedule.answered(turn)
            state.answered += 1
            return state.schedule.arms[turn.arm].open.isEmpty
        }
        if isComplete { try await note(.complete, turn.arm, nil) }
    }

    /// What passes is asked again after a while; what does not ends the arm, and others go on.
    private func noteFailure(_ error: UpstreamError, _ turn: ReplaySchedule.Turn) async throws {
        if Task.isCancelled { return state.withLock { $0.schedule.leave(turn) } }
        let upstream = replay.arms[turn.arm].upstream
        let attempts = state.withLock { $0.schedule.attempts(of: turn) }
        var wait = Duration.milliseconds(Int(min(30_000, 500 * pow(2, Double(attempts)) * .random(in: 0.5...1))))
        var isPassing: Bool
        switch error.code {
        case .rateLimited:
            // An upstream that asks for less is asked for as long as it answers now and then.
            isPassing = state.withLock { !$0.schedule.gaveUp(upstream) }
            if isPassing { await slowDown(upstream, wait: error.retryAfter ?? wait) }
            wait = error.retryAfter ?? wait
        case .failed, .timedOut, .cutOff, .notReachable: isPassing = attempts + 1 < Self.mostAttempts
        default: isPassing = false
        }
        guard !isPassing else { return state.withLock { $0.schedule.again(turn, after: wait, at: .now) } }
        state.withLock { state in
            if !state.failures.contains(where: { $0.code == error.code }) { state.failures.append(error) }
        }
        try await end(turn, .failed, error.message)
    }

    // MARK: - Arms

    private func end(_ turn: ReplaySchedule.Turn, _ status: ReplayArm.Status, _ why: String) async throws {
        guard state.withLock({ $0.schedule.endArm(of: turn) }) else { return }
        try await note(status, turn.arm, why)
        await event(.ended(replay.arms[turn.arm], status: status, why: why))
    }

    private func note(_ status: ReplayArm.Status, _ arm: Int, _ why: String?) async throws {
        try await service.vault.note(status, ofArm: replay.arms[arm].key, in: replay.id, note: why)
    }

    /// Arms whose last answer came in just before their process was gone.
    private func completeArms() async throws {
        for (index, arm) in replay.arms.enumerated() where arm.status == .open {
            if state.withLock({ $0.schedule.arms[index].open.isEmpty }) { try await note(.complete, index, nil) }
        }
    }
}
