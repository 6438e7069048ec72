import ArgumentParser
import ConversationService
import ConversationStorage
import Conversations
import Foundation
import ModelUpstream

struct ReplayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Ask a thread's questions again, of other models; each answer is a branch.",
        discussion: """
            anchored: each question follows the original's history, so that every answer stands beside the one it is
            compared with. chain: each follows the model's own answers, on one new branch from the first question on.
            The thread itself goes on as before. A replay that was stopped goes on with --resume.

              diwan replay k3f9 -m gpt-5 -m local/qwen3
              diwan replay -w tag:support -m gpt-5 --mode chain --max-cost 2.50
              diwan ask -t k3f9:gpt-5 "And then?"          goes on with an arm
            """)

    @Argument(
        help: ArgumentHelp("Which; of a message, the path to it.", valueName: "thread|message"),
        completion: CompletionKind.threads)
    var which: [String] = []

    @OptionGroup var found: FoundThreadsOptions

    @Option(
        name: .customShort("m"), parsing: .unconditionalSingleValue,
        help: ArgumentHelp("A model, or upstream/model; again for more.", valueName: "model"),
        completion: CompletionKind.models)
    var models: [String] = []

    @Option(
        name: .customShort("u"), help: ArgumentHelp("The upstream of models named alone.", valueName: "upstream"),
        completion: CompletionKind.upstreams)
    var upstream: String?

    @Option(help: ArgumentHelp("anchored or chain.", valueName: "mode"))
    var mode: String?

    @Option(
        name: .customShort("n"),
        help: ArgumentHelp("How many times each model is asked, 1 to 128.", valueName: "number"))
    var samples: Int?

    @Option(
        name: .customShort("s"), parsing: .unconditional,
        help: ArgumentHelp(
            "What the models are told first, instead of what the thread says; '' for nothing.", valueName: "text|@file")
    )
    var system: String?

    @OptionGroup var given: ParameterOptions

    @Option(
        name: .customLong("context"),
        help: ArgumentHelp("How much of the thread to send: auto, full, last:N, tokens:N.", valueName: "mode"))
    var contextName: String?

    @Option(help: ArgumentHelp("How many questions at once, at most.", valueName: "number"))
    var parallel: Int?

    @Option(help: ArgumentHelp("Ask no more once this much is spent.", valueName: "amount"))
    var maxCost: String?

    @Option(help: ArgumentHelp("Ask no more once so many tokens are spent.", valueName: "number"))
    var maxTokensTotal: Int?

    @Option(
        help: ArgumentHelp(
            "Where a chain asks for a tool: stop, or go on with recorded results.", valueName: "stop|recorded"))
    var onTool: String?

    @Option(help: ArgumentHelp("The longest a whole answer may take.", valueName: "seconds"))
    var timeout: Double?

    @Flag(help: "Ask for answers in one piece.")
    var noStream = false

    @Flag(name: .customLong("dry-run"), help: "Say what would be asked and send nothing.")
    var isDryRun = false

    @Option(
        help: ArgumentHelp("Go on with a replay that was stopped.", valueName: "replay"),
        completion: CompletionKind.replays)
    var resume: String?

    @OptionGroup(title: "Everywhere") var common: EverywhereOptions

    func run() async throws {
        try checkNumbers()
        let context = try CommandContext(common, contextMode: contextName)
        let service = isDryRun ? try await context.readingService() : try await context.writingService()
        if let resume {
            try await goOn(with: try await service.replay(named: resume), context, service)
        } else {
            try await begin(context, service)
        }
    }

    // MARK: - A new one

    private func begin(_ context: CommandContext, _ service: ThreadService) async throws {
        guard !models.isEmpty else {
            throw CommandFailure.usage("name the model to ask: -m MODEL, again for more. All: diwan models")
        }
        let origins = try await ReplayOrigins(context: context, service: service).find(which, found)
        let targets = try await ReplayTargets(
            context: context, service: service, common: common, upstream: upstream, timeout: timeout,
            needsKeys: !isDryRun
        ).targets(models, in: origins.map(\.thread))
        let settings = try settings(context)
        try ReplayPrices(context: context).check(targets, limit: settings.maxCost)
        for target in targets {
            ParameterOptions.sayWhatIsLeftOut(
                settings.parameters, dialect: target.upstream.dialect, upstream: target.upstream, context.console)
        }
        let request = ReplayRequest(
            mode: try replayMode(), origins: origins.map(\.message), targets: targets, samples: samples ?? 1,
            settings: settings, keepsEvents: context.settings.keepEvents.value)
        let announcement = try await ReplayAnnouncement(context: context, request: request, service)
        if isDryRun { return announcement.showPlan() }
        announcement.tell()
        if origins.count > 1 {
            try Confirmation(console: context.console, isGiven: found.agreement.yes).obtain(
                "Replay these \(origins.count) threads?",
                about: origins.map { ThreadSelection.line($0.thread, context.console) })
        }
        try await ReplayRunning(context: context, service: service).run { event in
            try await service.replay(request, event: event)
        }
    }

    // MARK: - Going on

    private func goOn(with replay: Replay, _ context: CommandContext, _ service: ThreadService) async throws {
        guard which.isEmpty, found.query == nil, models.isEmpty, mode == nil, samples == nil, system == nil else {
            throw CommandFailure.usage(
                "--resume goes on with what was asked for; only --parallel, --max-cost and --max-tokens-total may change."
            )
        }
        var settings = ReplaySettings(json: replay.settings)
        if let parallel { settings.parallel = parallel }
        if maxCost != nil { settings.maxCost = try cost() }
        if let maxTokensTotal { settings.maxTokens = maxTokensTotal }
        let open = replay.arms.filter { $0.status == .open || $0.status == .failed }
        guard !open.isEmpty else {
            context.console.note("Nothing is left to ask in \(replay.handle).")
            try await ReplayRunning(context: context, service: service).show(replay)
            return
        }
        let targets = try await ReplayTargets(
            context: context, service: service, common: common, upstream: nil, timeout: timeout, needsKeys: !isDryRun
        ).targets(of: replay)
        try ReplayPrices(context: context).check(targets, limit: settings.maxCost)
        if isDryRun { return try await ReplayRunning(context: context, service: service).show(replay) }
        try await ReplayRunning(context: context, service: service).run { [settings] event in
            try await service.resumeReplay(
                replay.id, targets: targets, settings: settings, keepsEvents: context.settings.keepEvents.value,
                event: event)
        }
    }

    // MARK: - What was given

    private func checkNumbers() throws {
        if let samples, !(1...128).contains(samples) {
            throw CommandFailure.usage("-n must be 1 to 128, not \(samples). Nothing was sent.")
        }
        if let parallel, !(1...256).contains(parallel) {
            throw CommandFailure.usage("--parallel must be 1 to 256, not \(parallel). Nothing was sent.")
        }
        if let maxTokensTotal, maxTokensTotal < 1 {
            throw CommandFailure.usage("--max-tokens-total must be 1 or more, not \(maxTokensTotal). Nothing was sent.")
        }
    }

    private func replayMode() throws -> Replay.Mode {
        guard let mode = Replay.Mode(rawValue: mode ?? "anchored") else {
            throw CommandFailure.usage("--mode must be anchored or chain, not \(mode ?? ""). Nothing was sent.")
        }
        return mode
    }

    private func cost() throws -> Decimal? {
        guard let maxCost else { return nil }
        guard let amount = Decimal(string: maxCost), amount > 0, maxCost.allSatisfy({ $0.isNumber || $0 == "." }) else {
            throw CommandFailure.usage("--max-cost must be an amount, as 2.50, not \(maxCost). Nothing was sent.")
        }
        return amount
    }

    private func settings(_ context: CommandContext) throws -> ReplaySettings {
        guard let toolUse = ReplayToolUse(rawValue: onTool ?? "stop") else {
            throw CommandFailure.usage("--on-tool must be stop or recorded, not \(onTool ?? ""). Nothing was sent.")
        }
        var parameters = try given.parameters()
        parameters.streams = !noStream
        return ReplaySettings(
            parameters: parameters,
            instructions: try system.map { $0.hasPrefix("@") ? try TextFile.read(String($0.dropFirst())) : $0 },
            context: context.settings.contextMode.value, toolUse: toolUse, parallel: parallel ?? 8,
            maxCost: try cost(), maxTokens: maxTokensTotal)
    }
}
