import ArgumentParser
import ConversationService
import ConversationStorage
import Conversations

struct ReplaysCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replays", abstract: "What was asked again, newest first: of whom, how far it came.")

    @Argument(
        help: ArgumentHelp("Only those of this thread.", valueName: "thread"), completion: CompletionKind.threads)
    var which: String?

    @Option(name: .customShort("l"), help: ArgumentHelp("How many.", valueName: "limit"))
    var limit: Int?

    @OptionGroup(title: "Everywhere") var common: EverywhereOptions

    func run() async throws {
        if let limit, limit < 1 { throw CommandFailure.usage("-l must be 1 or more, not \(limit).") }
        let context = try CommandContext(common)
        let service = try await context.readingService()
        let thread = try await which.asyncMap { try await service.address($0).thread }
        // On a terminal as many as fit the screen, with room for the prompt.
        let fitting = context.console.isTerminal && !common.json ? max(5, context.console.lines - 2) : nil
        let replays = try await service.vault.replays(of: thread?.id, limit: limit ?? fitting)
        if replays.isEmpty, !common.json {
            context.console.note("Nothing was asked again here yet. Try: diwan replay @ -m MODEL")
        }
        for replay in replays {
            let summary = try await ReplaySummary(replay, prices: context.settings.models, service)
            if common.json { context.console.json(summary.json) } else { show(summary, context.console) }
        }
    }

    private func show(_ summary: ReplaySummary, _ console: Console) {
        let (replay, standing) = (summary.replay, summary.standing)
        let when = RelativeDate.text(for: replay.startedAt.date, now: CommandContext.now().date)
        var counts = "\(standing.answered) of \(standing.total)"
        if standing.failed > 0 { counts += ", \(standing.failed) failed" }
        if standing.open > 0, replay.finishedAt == nil { counts += ", \(standing.open) open" }
        let threads = summary.threadHandles
        let shownThreads = threads.prefix(4).joined(separator: " ") + (threads.count > 4 ? " …" : "")
        let models = TerminalText.sanitizedLine(summary.models.joined(separator: " "))
        let cells = [
            console.style.bold(replay.handle), console.style.dim(when),
            TerminalText.padded(replay.mode.rawValue, to: 8, on: .leading),
            standing.failed > 0
                ? console.style.red(counts) : replay.finishedAt == nil ? console.style.yellow(counts) : counts,
            TerminalText.truncated(models, to: 60), shownThreads,
        ]
        console.line(cells.joined(separator: "  "))
    }
}
