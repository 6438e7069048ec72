import ArgumentParser
import ConversationService
import ConversationStorage
import Conversations
import Foundation
import ModelUpstream
import Synchronization

struct CanaryRunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Runs what is due, and says what changed since the last time.",
        discussion:
            "It ends with 0 whether answers changed or not; with --fail-on-change with 1 where one did. A run that broke off is gone on with the next time."
    )

    @Argument(help: ArgumentHelp("This one, now; those that are due if left out.", valueName: "canary"))
    var which: String?

    @Flag(help: "End with 1 where something changed.")
    var failOnChange = false

    @OptionGroup(title: "Everywhere") var common: EverywhereOptions

    private struct Outcome {
        var runs = 0
        var isChanged = false
        var failure: (any Error)?
    }

    func run() async throws {
        let context = try CommandContext(common)
        let service = try await context.writingService()
        let printer = CanaryPrinter(context: context, service: service)
        let outcome = Mutex(Outcome())
        @Sendable func tell(_ canary: Canary, _ result: Result<CanaryRun, any Error>) async {
            switch result {
            case .success(let run):
                outcome.withLock { outcome in
                    outcome.runs += 1
                    if run.isChanged { outcome.isChanged = true }
                }
                do {
                    try await printer.show(run)
                    try await BackendNews(context: context).tell(service.vault.untoldBackendChanges(), service)
                } catch {
                    outcome.withLock { $0.failure = error }
                }
                if let why = run.turns.lazy.compactMap(\.failure).first {
                    outcome.withLock {
                        $0.failure = CommandFailure(
                            .notReachable, code: "canary_not_answered",
                            "\(canary.handle) got no answer to each of its questions; the next diwan canary run goes on with it. Why: \(why)"
                        )
                    }
                }
            case .failure(let error):
                outcome.withLock {
                    $0.runs += 1
                    $0.failure = error
                }
            }
        }
        let keepsEvents = context.settings.keepEvents.value
        try await context.interruption.cancelling {
            if let which {
                let canary = try await service.canary(named: which)
                let run = try await service.run(
                    canary, target: Self.target(of: canary, context, service), label: Self.label(canary),
                    keepsEvents: keepsEvents)
                await tell(canary, .success(run))
            } else {
                try await service.runDueCanaries(
                    target: { try await Self.target(of: $0, context, service) }, label: { Self.label($0) },
                    keepsEvents: keepsEvents, told: tell)
            }
        }
        let ended = outcome.withLock { $0 }
        if ended.runs == 0, !common.json { context.console.note("No canary is due. When they are: diwan canary list") }
        if let failure = ended.failure { throw failure }
        if failOnChange, ended.isChanged { throw ExitCode(CommandFailure.Exit.failed.rawValue) }
    }

    /// A run's branch has the day in its name.
    static func label(_ canary: Canary) -> String {
        let fields = Calendar.current.dateComponents([.year, .month, .day], from: CommandContext.now().date)
        return String(format: "canary-%04d-%02d-%02d", fields.year ?? 0, fields.month ?? 0, fields.day ?? 0)
    }

    static func target(
        of canary: Canary, _ context: CommandContext, _ service: ThreadService
    ) async throws -> ReplayTarget {
        let entry = try context.settings.upstreams.named(canary.upstream)
        let choice = ModelChoice(upstream: entry.upstream, model: canary.model)
        return ReplayTarget(
            upstream: entry.upstream, key: try choice.key(context), model: canary.model,
            window: await ModelLists(context: context, service: service).window(of: canary.model, at: entry.upstream),
            takes: context.settings.models.facts(of: canary.model, at: entry.upstream.name)?.input)
    }
}
