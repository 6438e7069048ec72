import ArgumentParser
import ConversationService
import ConversationStorage
import Conversations

struct WaitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "wait", abstract: "See a background answer come: what has come, and the rest, as ask would have.",
        discussion: "It ends with the exit code ask would have ended with. Ctrl-C stops waiting; the call goes on.")

    @Argument(
        help: ArgumentHelp("Which; the one under way, else the last of the thread last used.", valueName: "call"),
        completion: CompletionKind.threads)
    var which: String?

    @OptionGroup(title: "Everywhere") var common: EverywhereOptions

    func run() async throws {
        let context = try CommandContext(common)
        // Opened to write: if the process that fetches the answer is gone, what it left is put in order here.
        let service = try context.service(for: .writing)
        let call = try await CallChoice(service: service).call(named: which, otherwise: "@")
        let printer = AnswerPrinter(
            console: context.console, choices: call.parameters.choices ?? 1,
            hint: "go on: diwan ask -c")
        let answered: AnsweredQuestion
        do {
            answered = try await context.interruption.cancelling {
                try await service.follow(call.id) { printer.show($0) }
            }
        } catch {
            printer.endLine()
            try await service.vault.noteSeen([call.id], at: CommandContext.now())
            throw error
        }
        try await service.vault.noteSeen([call.id], at: CommandContext.now())
        if common.json {
            printer.endLine()
            context.console.json(try await service.json(of: answered, pricedBy: context.settings.models))
        } else {
            printer.conclude(answered)
        }
        try await BackendNews(context: context).tell(answered.backendChanges, service)
        try Asking.checkWhole(answered)
    }
}
