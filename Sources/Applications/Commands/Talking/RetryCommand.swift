import ArgumentParser
import ConversationService
import Conversations

struct RetryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry", abstract: "Ask again; the new answer stands beside the old one.")

    @Argument(
        help: ArgumentHelp("Which; the last answer of the thread last used if left out.", valueName: "message"),
        completion: CompletionKind.threads)
    var which = "@"

    @OptionGroup(title: "Whom") var whom: ModelOptions

    @Option(name: .customShort("n"), help: ArgumentHelp("How many answers, 1 to 128.", valueName: "number"))
    var choices: Int?

    @Option(parsing: .unconditional, help: ArgumentHelp("0 to 2.", valueName: "number"))
    var temperature: Double?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Asks for the same answer again, where the model can.", valueName: "number"))
    var seed: Int?

    @OptionGroup(title: "Everywhere") var common: EverywhereOptions

    func run() async throws {
        let context = try CommandContext(common, whom: whom)
        let service = try await context.writingService()
        let address = try await service.address(which)
        let question = try await RepeatedQuestion(context: context, service: service).again(
            address,
            parameters: CallParameters(choices: choices == 1 ? nil : choices, temperature: temperature, seed: seed))
        try await Asking(context: context, service: service).ask(question)
    }
}
