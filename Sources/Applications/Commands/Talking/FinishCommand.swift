import ArgumentParser
import ConversationService

struct FinishCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "finish",
        abstract: "Go on with an answer that was cut off.",
        discussion: "What had come and the rest become one answer beside the cut one, which stays as it is.")

    @Argument(
        help: ArgumentHelp("Which; the last answer of the thread last used if left out.", valueName: "message"),
        completion: CompletionKind.threads)
    var which = "@"

    @OptionGroup(title: "Whom") var whom: ModelOptions
    @OptionGroup(title: "Everywhere") var common: EverywhereOptions

    func run() async throws {
        let context = try CommandContext(common, whom: whom)
        let service = try await context.writingService()
        let question = try await RepeatedQuestion(context: context, service: service).finishing(
            try await service.address(which))
        try await Asking(context: context, service: service).ask(question)
    }
}
