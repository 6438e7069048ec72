import ArgumentParser
import Foundation
import OrderedJSON

struct HelpCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "help", abstract: "Help with a command or about a topic; --man prints the manual page.",
        discussion: "Topics: " + HelpTopic.all.map(\.name).joined(separator: ", ") + ".")

    @Argument(
        help: ArgumentHelp("A command or a topic.", valueName: "command|topic"),
        completion: .list(HelpTopic.all.map(\.name) + DiwanCommand.shownVerbs))
    var words: [String] = []

    @Flag(help: "The manual page, for man(1).")
    var man = false

    @OptionGroup(title: "Everywhere") var common: EverywhereOptions

    func run() throws {
        let console = Console(
            environment: ProcessInfo.processInfo.environment, isQuiet: common.quiet, printsJSON: common.json)
        let (name, text) = try found(columns: console.isTerminal ? console.columns : 80)
        if common.json {
            console.json(.object(["object": "help", "topic": .string(name), "text": .string(text)]))
        } else {
            console.write(text.hasSuffix("\n") ? text : text + "\n")
        }
    }

    private func found(columns: Int) throws -> (name: String, text: String) {
        if man { return ("man", try DiwanCommand.manualPage().roff) }
        guard let first = words.first else {
            let topics = HelpTopic.all.map { "  \(TerminalText.padded($0.name, to: 22)) \($0.about)" }
            let help = DiwanCommand.helpMessage(columns: columns)
            return ("diwan", "\(help)\n\nTOPICS (diwan help TOPIC):\n\(topics.joined(separator: "\n"))")
        }
        // Some names are both: what the command does, then what it is about.
        var texts: [String] = []
        if let command = DiwanCommand.command(words) {
            texts.append(DiwanCommand.helpMessage(for: command, columns: columns))
        }
        if words.count == 1, let topic = HelpTopic.all.first(where: { $0.name == first.lowercased() }) {
            texts.append(topic.laidOut(columns: columns))
        }
        if !texts.isEmpty { return (words.joined(separator: " "), texts.joined(separator: "\n\n")) }
        throw CommandFailure(
            .noSuch, code: "no_topic",
            "there is no command and no topic \"\(words.joined(separator: " "))\". Commands: diwan --help. Topics: \(HelpTopic.all.map(\.name).joined(separator: ", "))."
        )
    }
}

extension DiwanCommand {
    /// The manual page of the commands and the topics there are.
    static func manualPage() throws -> ManualPage {
        try ManualPage(dump: _dumpHelp(), topics: HelpTopic.all)
    }

    /// The names of the commands that people type.
    static var shownVerbs: [String] {
        (configuration.subcommands + configuration.groupedSubcommands.flatMap(\.subcommands))
            .filter { $0.configuration.shouldDisplay }.map { $0._commandName }
    }

    /// The command that words name, as `upstreams add`.
    static func command(_ words: [String]) -> (any ParsableCommand.Type)? {
        var found: any ParsableCommand.Type = DiwanCommand.self
        for word in words {
            let configuration = found.configuration
            let next = (configuration.subcommands + configuration.groupedSubcommands.flatMap(\.subcommands)).first {
                $0._commandName == word || $0.configuration.aliases.contains(word)
            }
            guard let next else { return nil }
            found = next
        }
        return found
    }
}
