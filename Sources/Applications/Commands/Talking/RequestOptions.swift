import ArgumentParser
import Conversations
import Foundation
import ModelUpstream
import ModelWire
import OrderedJSON

/// What a question carries besides its words.
struct RequestOptions: ParsableArguments {
    // A value may begin with a dash: --seed -1, -s "- be brief".
    @Option(
        name: .customShort("s"), parsing: .unconditional,
        help: ArgumentHelp("What the model is told first.", valueName: "text|@file"))
    var system: String?

    @Option(
        name: .customShort("a"), parsing: .unconditionalSingleValue,
        help: ArgumentHelp("Attach a picture, a text or a PDF; again for more.", valueName: "file"))
    var attach: [String] = []

    @Option(
        name: .customShort("n"), parsing: .unconditional,
        help: ArgumentHelp("How many answers, 1 to 128.", valueName: "number"))
    var choices: String?

    @OptionGroup var given: ParameterOptions

    @Option(
        parsing: .unconditionalSingleValue,
        help: ArgumentHelp("What a tool gave back.", valueName: "call-id=text|@file"))
    var toolOutput: [String] = []

    @Option(
        name: .customLong("context"),
        help: ArgumentHelp("How much of the thread to send: auto, full, summary, last:N, tokens:N.", valueName: "mode"))
    var contextName: String?

    @Option(help: ArgumentHelp("The longest the whole answer may take.", valueName: "seconds"))
    var timeout: Double?

    @Flag(help: "Leave at once; the answer is fetched behind your back. See: wait, cancel.")
    var background = false

    @Flag(help: "Ask for the answer in one piece.")
    var noStream = false

    @Flag(help: "Leave standard input alone.")
    var noStdin = false

    @Flag(help: "Keep nothing of this.")
    var noSave = false

    @Flag(name: .customLong("dry-run"), help: "Show the request and send nothing. --dry-run=curl shows a command.")
    var showsRequest = false

    @Flag(name: .customLong("dry-run-curl"), help: .hidden)
    var showsCurl = false

    static let optionsWithValue: Set<String> = [
        "-s", "-a", "-n", "--temperature", "--max-tokens", "--seed", "--tools", "--tool-choice", "--tool-output",
        "--response-format", "--schema", "--context", "--set", "--timeout",
    ]
    static let flags: Set<String> = [
        "--background", "--no-stream", "--no-stdin", "--no-save", "--dry-run", "--dry-run-curl",
    ]

    var isDryRun: Bool { showsRequest || showsCurl }
    var dryRun: DryRun.Form? { showsCurl ? .curl : showsRequest ? .request : nil }

    /// The words, a blank line, and standard input where it is a pipe or a file.
    func text(words: [String], console: Console) throws -> String {
        var pieces = words.isEmpty ? [] : [words.joined(separator: " ")]
        if !noStdin, !console.inputIsTerminal {
            let input = try StandardInput.readToEnd(console)
            if !input.isEmpty { pieces.append(input) }
        }
        return pieces.joined(separator: "\n\n")
    }

    func instructions() throws -> String? {
        try system.map { $0.hasPrefix("@") ? try TextFile.read(String($0.dropFirst())) : $0 }
    }

    /// What tools gave back, one message each.
    func toolOutputs() throws -> [(role: Role, parts: [MessagePart])] {
        try toolOutput.map { given in
            guard let equals = given.firstIndex(of: "="), equals != given.startIndex else {
                throw CommandFailure.usage("--tool-output must be CALL_ID=TEXT or CALL_ID=@FILE.")
            }
            let value = String(given[given.index(after: equals)...])
            let output = value.hasPrefix("@") ? try TextFile.read(String(value.dropFirst())) : value
            return (.tool, [.toolResult(ToolResult(callID: String(given[..<equals]), output: output))])
        }
    }

    /// The parameters of the call, each as it was typed: what is out of range is refused before anything is sent.
    func parameters(dialect: Dialect, upstream: Upstream, console: Console) throws -> CallParameters {
        var parameters = try given.parameters()
        parameters.streams = !noStream
        parameters.storesAtUpstream = upstream.storesAnswers
        parameters.choices = try ParameterOptions.integer("-n", choices, "1 to 128").flatMap { $0 == 1 ? nil : $0 }
        ParameterOptions.sayWhatIsLeftOut(parameters, dialect: dialect, upstream: upstream, console)
        return parameters
    }
}
