import ArgumentParser
import ConversationService
import ConversationStorage
import Conversations

struct ListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "The threads, newest first, pinned ones on top.")

    @Option(name: .customShort("l"), help: ArgumentHelp("How many.", valueName: "limit"))
    var limit: Int?

    @Option(help: ArgumentHelp("Only those with this tag.", valueName: "name"))
    var tag: String?

    @Flag(help: "Every thread, archived ones too.")
    var all = false

    @Flag(help: "Those in the trash.")
    var trash = false

    @OptionGroup(title: "Everywhere") var common: CommonOptions

    func look() async throws {
        let context = try CommandContext(common)
        let service = try await context.readingService()
        // On a terminal as many as fit the screen, with room for the prompt.
        let fitting = context.console.isTerminal && !all && !common.json ? max(5, context.console.lines - 2) : nil
        let threads = try await service.vault.threads(
            ThreadFilter(limit: limit ?? fitting, tag: tag, includesArchived: all, isTrash: trash))
        if common.json {
            for thread in threads { context.console.json(thread.json) }
            return
        }
        ThreadList(console: context.console).show(threads, now: CommandContext.now())
        if threads.isEmpty {
            context.console.note(trash ? "The trash is empty." : "No threads here. Begin one: diwan ask WORDS")
        } else if let fitting, limit == nil, threads.count == fitting {
            context.console.note("More: diwan list --all")
        }
    }
}

extension ListCommand: PlainCommand {
    static var withoutArguments: ListCommand {
        var command = ListCommand()
        (command.limit, command.tag, command.all, command.trash) = (nil, nil, false, false)
        command.common = .none
        return command
    }

    mutating func take(option: String, value: () -> String?) -> Bool {
        switch option {
        case "--all": all = true
        case "--trash": trash = true
        case "-l":
            limit = value().flatMap { Int($0) }
            return limit != nil
        case "--tag":
            tag = value()
            return tag != nil
        default: return false
        }
        return true
    }

    mutating func take(words: [String]) -> Bool { words.isEmpty }
}
