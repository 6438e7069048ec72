import ArgumentParser

/// The options every command takes.
struct EverywhereOptions: ParsableArguments {
    @Option(
        name: .customLong("vault"), help: ArgumentHelp("The vault to use instead of the usual one.", valueName: "file"))
    var vault: String?

    @Option(
        name: .customLong("config"),
        help: ArgumentHelp("The configuration to use instead of the usual one.", valueName: "file"))
    var config: String?

    @Flag(name: [.customShort("j"), .customLong("json")], help: "Print JSON for programs.")
    var json = false

    @Flag(name: .shortAndLong, help: "Say nothing but the answer.")
    var quiet = false

    /// Which of these take a value, for telling options from words.
    static let optionsWithValue: Set<String> = ["--vault", "--config"]
    static let flags: Set<String> = ["-j", "--json", "-q", "--quiet"]
}
