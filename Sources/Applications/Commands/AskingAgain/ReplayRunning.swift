import ConversationService
import ConversationStorage
import Conversations
import Foundation
import ModelUpstream
import Synchronization

/// Runs a replay, shows how far it is, and ends the command with the exit code that fits.
struct ReplayRunning {
    let context: CommandContext
    let service: ThreadService

    func run(
        _ work:
            @escaping @Sendable (@escaping @Sendable (ReplayEvent) async -> Void) async throws -> ReplayOutcome
    ) async throws {
        let shown = ShownReplay(context: context)
        let outcome: ReplayOutcome
        do {
            outcome = try await context.interruption.cancelling {
                try await work { event in shown.show(event) }
            }
        } catch {
            shown.finish()
            throw error
        }
        shown.finish()
        try await show(outcome.replay)
        try conclude(outcome)
    }

    /// The arms, a line each; or the whole as JSON.
    func show(_ replay: Replay) async throws {
        let summary = try await ReplaySummary(replay, prices: context.settings.models, service)
        if context.console.printsJSON {
            context.console.json(summary.json)
        } else {
            summary.showArms(on: context.console)
        }
    }

    private func conclude(_ outcome: ReplayOutcome) throws {
        let (replay, progress) = (outcome.replay, outcome.progress)
        let goOn = "diwan replay --resume \(replay.handle)"
        let kept = "\(progress.answered) of \(progress.total.counted("answer"))"
        if outcome.wasInterrupted {
            throw CommandFailure(
                .interrupted, code: "interrupted", "stopped. \(kept) are kept; go on: \(goOn)")
        }
        if let limit = outcome.limit {
            throw CommandFailure(
                .failed, code: "limit",
                "stopped at \(limit). \(kept) are kept; go on with a higher limit: \(goOn)")
        }
        let failed = replay.arms.filter { $0.status == .failed }.count
        let stopped = replay.arms.filter { $0.status == .stopped }.count
        if failed > 0 {
            let exits = Set(outcome.failures.map { CommandFailure(upstream: $0, saved: nil).exit })
            throw CommandFailure(
                exits.count == 1 ? exits.first ?? .failed : .failed, code: "arms_failed",
                "\(failed) of \(replay.arms.count.counted("arm")) failed; \(kept) are kept. Ask again what is missing: \(goOn)"
            )
        }
        if stopped > 0 {
            throw CommandFailure(
                .failed, code: "arms_stopped",
                "\(stopped) of \(replay.arms.count.counted("arm")) ended early, as said above; \(kept) are kept. See: diwan compare \(replay.handle)"
            )
        }
        context.console.note("Replay \(replay.handle): \(kept). Side by side: diwan compare \(replay.handle)")
    }
}

/// What a person sees while a replay runs.
private final class ShownReplay: Sendable {
    private let context: CommandContext
    private let bar = Mutex<ReplayBar?>(nil)

    init(context: CommandContext) {
        self.context = context
    }

    func show(_ event: ReplayEvent) {
        switch event {
        case .begun(let replay):
            let currencies = Set(
                replay.arms.map {
                    ReplayPrices(context: context).price(of: $0.model, at: $0.upstream)?.currency
                })
            let new = ReplayBar(
                console: context.console, handle: replay.handle, total: replay.arms.map(\.turns.count).reduce(0, +),
                currency: currencies.count == 1 ? currencies.first ?? nil : nil)
            bar.withLock { $0 = new }
        case .progress(let progress): bar.withLock { $0 }?.show(progress)
        case .slowed(let upstream, let limit, let wait):
            // Said only where there is something to wait for.
            guard wait >= .seconds(5) else { return }
            bar.withLock { $0 }?.say(
                "\(upstream) asks to wait \(wait.components.seconds) s; then at most \(limit) at once.")
        case .ended(let arm, let status, let why):
            bar.withLock { $0 }?.say(
                "\(arm.upstream)/\(arm.model)\(arm.sample > 1 ? " (\(arm.sample))" : "") \(status == .failed ? "failed" : "ended early"): \(TerminalText.sanitizedLine(why))"
            )
        }
    }

    func finish() { bar.withLock { $0 }?.finish() }
}
