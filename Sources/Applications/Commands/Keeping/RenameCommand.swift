import ArgumentParser
import ConversationService
import ConversationStorage
import Conversations

struct RenameCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rename", abstract: "Give a thread a title.",
        discussion: """
            A title that a person gave is never replaced by another's. --auto asks the model for one, in a call that is not
            kept; --undo goes back to the first line of the first question.
            """)

    static let textArguments = TextArguments(
        withValue: EverywhereOptions.optionsWithValue.union(ModelOptions.optionsWithValue),
        flags: EverywhereOptions.flags.union(["--auto", "--undo"]))

    @Argument(help: ArgumentHelp("Which.", valueName: "thread"), completion: CompletionKind.threads)
    var which: String

    @Argument(help: "The title.")
    var title: [String] = []

    @Flag(help: "Ask the model for a title.")
    var auto = false

    @Flag(help: "Take the title back.")
    var undo = false

    @OptionGroup(title: "Whom --auto asks") var whom: ModelOptions
    @OptionGroup(title: "Everywhere") var common: EverywhereOptions

    func run() async throws {
        let title = title.joined(separator: " ").split(whereSeparator: \.isWhitespace).joined(separator: " ")
        guard [auto, undo, !title.isEmpty].count(where: { $0 }) == 1 else {
            throw CommandFailure.usage(
                "say the title, or --auto, or --undo: one of them. As: diwan rename \(which) Trip to Kyoto")
        }
        let context = try CommandContext(common, whom: whom)
        let service = try await context.writingService()
        let thread = try await service.thread(named: which)
        if undo {
            try await service.takeTitleBack(thread.id)
        } else if auto {
            guard !thread.titleIsGiven else {
                throw CommandFailure(
                    .usage, code: "title_is_given",
                    "\(thread.handle) has a title that was given by hand. Take it back first: diwan rename \(thread.handle) --undo"
                )
            }
            let found = try await AutomaticTitle(context: context, service: service).title(of: thread)
            try await service.vault.rename(thread.id, found, given: false)
        } else {
            try await service.vault.rename(thread.id, title)
        }
        let renamed = try await service.vault.thread(thread.id)
        if common.json {
            context.console.json(renamed.json)
        } else {
            context.console.note("Now called:\(ThreadSelection.line(renamed, context.console))")
        }
    }
}
