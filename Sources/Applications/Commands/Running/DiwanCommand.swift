import ArgumentParser

/// `diwan`: the root of the command line. One file a command; the groups are those of `--help`.
struct DiwanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diwan",
        abstract: "Keep your conversations with language models: ask, go on, find, branch.",
        discussion: "Begin with: diwan ask WORDS, or: diwan chat. Everything is in one SQLite file that is yours.",
        version: "0.1.0",
        subcommands: [BackgroundWorker.Command.self, CompletionWordsCommand.self],
        groupedSubcommands: [
            CommandGroup(
                name: "Talk",
                subcommands: [
                    AskCommand.self, ChatCommand.self, NewCommand.self, FinishCommand.self, RetryCommand.self,
                    EditCommand.self,
                ]),
            CommandGroup(
                name: "Find", subcommands: [ListCommand.self, SearchCommand.self, ShowCommand.self, TreeCommand.self]),
            CommandGroup(name: "Branch", subcommands: [SwitchCommand.self, LabelCommand.self, ForkCommand.self]),
            CommandGroup(
                name: "Keep",
                subcommands: [
                    RenameCommand.self, TagCommand.self, PinCommand.self, ArchiveCommand.self, TrashCommand.self,
                    EraseCommand.self,
                ]),
            CommandGroup(
                name: "Ask again",
                subcommands: [ReplayCommand.self, ReplaysCommand.self, CompareCommand.self, CanaryCommand.self]),
            CommandGroup(
                name: "Account",
                subcommands: [
                    CallsCommand.self, CallCommand.self, WhyCommand.self, UsageCommand.self, DriftCommand.self,
                    WaitCommand.self, CancelCommand.self,
                ]),
            CommandGroup(name: "Move", subcommands: [ImportCommand.self, ExportCommand.self, BackupCommand.self]),
            CommandGroup(name: "Serve", subcommands: [ServeCommand.self, KeysCommand.self]),
            CommandGroup(
                name: "Set up",
                subcommands: [
                    UpstreamsCommand.self, ModelsCommand.self, ConfigCommand.self, DoctorCommand.self,
                    CompletionsCommand.self, HelpCommand.self,
                ]),
        ])

    @OptionGroup var common: EverywhereOptions

    /// What `diwan` alone shows: the newest threads and what to do.
    func run() async throws {
        try await FirstScreen(context: CommandContext(common)).show()
    }
}

extension DiwanCommand {
    /// The names of the commands.
    static var verbs: [String] {
        (configuration.subcommands + configuration.groupedSubcommands.flatMap(\.subcommands)).map { $0._commandName }
    }

    /// The options of a command that takes a text.
    private static func textArguments(of verb: String) -> TextArguments? {
        switch verb {
        case "ask": AskCommand.textArguments
        case "edit": EditCommand.textArguments
        case "rename": RenameCommand.textArguments
        case "search": SearchCommand.textArguments
        default: nil
        }
    }

    /// The command that the process's arguments ask for so plainly that the parser library is not needed; nil where it is.
    static func plain(_ arguments: [String]) -> (any PlainCommand)? {
        let rest = arguments.dropFirst()
        return switch arguments.first {
        case "list": ListCommand.plain(rest)
        case "show": ShowCommand.plain(rest)
        case "tree": TreeCommand.plain(rest)
        case "complete-words": CompletionWordsCommand.plain(rest)
        default: nil
        }
    }

    /// The arguments in an order the parser understands.
    static func arranged(_ arguments: [String]) -> [String] {
        let arguments = arguments.map { $0 == "--dry-run=curl" ? "--dry-run-curl" : $0 }
        // Options that every command takes may stand before the command.
        var index = 0
        while index < arguments.count, arguments[index].hasPrefix("-") {
            index += EverywhereOptions.optionsWithValue.contains(arguments[index]) ? 2 : 1
        }
        guard index < arguments.count, let text = textArguments(of: arguments[index]) else {
            guard index < arguments.count, index > 0 else { return arguments }
            return [arguments[index]] + arguments[(index + 1)...] + arguments[..<index]
        }
        return [arguments[index]] + text.arranged(Array(arguments[..<index] + arguments[(index + 1)...]))
    }
}
