import ArgumentParser

/// Which threads a command is for: named one by one, or all that a query finds.
struct ThreadChoiceOptions: ParsableArguments {
    @Argument(help: ArgumentHelp("Which.", valueName: "thread"), completion: CompletionKind.threads)
    var threads: [String] = []

    @OptionGroup var found: FoundThreadsOptions
}

/// Threads that a query finds, and whether a person has agreed in advance to what is asked about otherwise.
struct FoundThreadsOptions: ParsableArguments {
    @Option(
        name: .customShort("w"),
        help: ArgumentHelp("Every thread that this search finds (diwan help query).", valueName: "query"))
    var query: String?

    @OptionGroup var agreement: AgreementOptions
}
