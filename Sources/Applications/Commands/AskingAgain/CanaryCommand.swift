import ArgumentParser
import ConversationService
import ConversationStorage
import Conversations

/// `diwan canary`: questions that are asked again every so often, to see whether the answers change.
struct CanaryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "canary",
        abstract: "Ask a thread's questions again every so often, the same way, and see whether the answers change.",
        discussion: """
            Not every upstream says when it changes what answers. A canary asks with a fixed seed at temperature 0 and \
            compares with the last time: the words, the model that is reported, the fingerprint. Its runs are replays; an \
            answer that is the same again goes out of sight.

            Once an hour from cron, which mails what is said: nothing while nothing changed.

              0 * * * * ~/.local/bin/diwan canary run -q

            cron looks for programs in /usr/bin and /bin alone, so name where diwan is (command -v diwan), and has none of \
            your shell's variables, so keep the key with: diwan upstreams login NAME
            """,
        subcommands: [CanaryAdd.self, CanaryList.self, CanaryRunCommand.self, CanaryRemove.self],
        defaultSubcommand: CanaryList.self)
}

struct CanaryList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "The canaries: which thread, whom, how often, when next.")

    @OptionGroup(title: "Everywhere") var common: EverywhereOptions

    func run() async throws {
        let context = try CommandContext(common)
        let service = try await context.readingService()
        let canaries = try await service.vault.canaries()
        if canaries.isEmpty, !common.json {
            context.console.note("There is no canary. Add one: diwan canary add THREAD --every 1d")
        }
        for canary in canaries {
            if common.json {
                context.console.json(canary.json)
            } else {
                let thread = try await service.vault.thread(canary.threadID)
                context.console.line(line(canary, thread, context.console))
            }
        }
    }

    private func line(_ canary: Canary, _ thread: ChatThread, _ console: Console) -> String {
        let now = CommandContext.now()
        let due =
            canary.dueAt <= now ? "due" : "next \(RelativeDate.text(for: canary.dueAt.date, now: now.date))"
        let runs = "\(canary.runIDs.count) run\(canary.runIDs.count == 1 ? "" : "s")"
        return TerminalText.sanitizedLine(
            "\(canary.handle)  every \(CanaryPeriod.text(canary.everySeconds))  \(due)  \(runs)  \(canary.upstream)/\(canary.model)  \(thread.handle) \(thread.shownTitle)"
        )
    }
}

struct CanaryRemove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Takes a canary away; what its runs brought stays.")

    @Argument(help: ArgumentHelp("Which.", valueName: "canary"))
    var which: String

    @OptionGroup(title: "Everywhere") var common: EverywhereOptions

    func run() async throws {
        let context = try CommandContext(common)
        let service = try await context.writingService()
        let canary = try await service.canary(named: which)
        try await service.vault.removeCanary(canary.id)
        if common.json {
            context.console.json(canary.json)
        } else {
            context.console.note("Taken away: \(canary.handle). Its runs stay: diwan replays")
        }
    }
}
