import ArgumentParser
import ConversationService
import ConversationStorage
import Conversations
import OrderedJSON

struct WhyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "why",
        abstract:
            "What of the thread a call did not send, and why; where its request first differs from the one before.",
        discussion: "How much of a thread is sent, and how to choose: diwan help context")

    @Argument(
        help: ArgumentHelp(
            "Which; a thread's or message's last call, the last one of all if left out.", valueName: "call"),
        completion: CompletionKind.threads)
    var which = "@"

    @Flag(help: "Have the summary that was sent written again; the next calls are sent with that.")
    var redo = false

    @OptionGroup(title: "Whom") var whom: ModelOptions
    @OptionGroup(title: "Everywhere") var common: EverywhereOptions

    func run() async throws {
        if redo {
            try await writeSummaryAgain()
            return
        }
        let context = try CommandContext(common)
        let service = try await context.readingService()
        let why = try await CallExplanation(of: service.call(named: which), service)
        if common.json {
            context.console.json(why.json)
        } else {
            why.show(on: context.console)
        }
    }

    private func writeSummaryAgain() async throws {
        let context = try CommandContext(common, whom: whom)
        let service = try await context.writingService()
        let call = try await service.call(named: which)
        let thread = try await service.vault.thread(call.threadID)
        let choice = try await ModelChoice.choose(in: context, for: thread, service)
        let question = Question(
            place: .tip(of: thread.id), messages: [], upstream: choice.upstream, key: try choice.key(context),
            model: choice.model, parameters: CallParameters(), context: .summary,
            window: await ModelLists(context: context, service: service).window(of: choice.model, at: choice.upstream))
        let printer = AnswerPrinter(console: context.console, choices: 1, hint: nil)
        let summary = try await context.interruption.cancelling {
            try await service.redoSummary(of: call, with: question) { printer.show($0) }
        }
        if common.json {
            context.console.json(summary.json)
        } else {
            context.console.line(TerminalText.sanitized(summary.text))
            context.console.note("Later calls are sent with this. What was sent before stays as it was.")
        }
    }
}
