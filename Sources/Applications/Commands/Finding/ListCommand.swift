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

    @Option(
        name: .customShort("w"),
        help: ArgumentHelp("Only those that this search finds (diwan help query).", valueName: "query"))
    var query: String?

    @Flag(help: "Every thread, archived ones and programs' too.")
    var all = false

    @Flag(help: "Programs' threads too: an app's, a judge's. A tag or a search finds them without this.")
    var programs = false

    @Flag(help: "Those in the trash.")
    var trash = false

    @OptionGroup(title: "Everywhere") var common: EverywhereOptions

    func look() async throws {
        let context = try CommandContext(common)
        let service = try await context.readingService()
        // On a terminal as many as fit the screen, with room for the prompt.
        let fitting = context.console.isTerminal && !all && !common.json ? max(5, context.console.lines - 2) : nil
        let filter = ThreadFilter(
            limit: limit ?? fitting, tag: tag, includesArchived: all, includesPrograms: includesPrograms, isTrash: trash
        )
        let threads =
            if let query {
                try await found(by: query, filter, ThreadSelection(context: context, service: service))
            } else { try await service.vault.threads(filter) }
        if common.json {
            for thread in threads { context.console.json(thread.json) }
            return
        }
        ThreadList(console: context.console).show(threads, now: CommandContext.now())
        if threads.isEmpty {
            context.console.note(trash ? "The trash is empty." : "No threads here. Begin one: diwan ask WORDS")
        } else if let fitting, limit == nil, threads.count == fitting {
            context.console.note(query == nil ? "More: diwan list --all" : "More: the same with -l NUMBER")
        }
        if !includesPrograms { try await ProgramThreads(service: service).note(on: context.console) }
    }

    /// Whoever names a tag, searches, or looks into the trash has said which threads are meant.
    private var includesPrograms: Bool { programs || all || trash || tag != nil || query != nil }

    /// Of the threads that a search finds those that the list is to hold, in its order.
    private func found(
        by query: String, _ filter: ThreadFilter, _ selection: ThreadSelection
    ) async throws -> [ChatThread] {
        guard !filter.isTrash else {
            throw CommandFailure.usage("a search does not look into the trash: leave out --trash or -w.")
        }
        let found = try await selection.threads(matching: query, changes: false).filter { thread in
            (filter.includesArchived || thread.archivedAt == nil) && (filter.tag.map(thread.tags.contains) ?? true)
        }
        // The search has them by when they were last used already.
        let pinnedFirst = found.filter { $0.pinnedAt != nil } + found.filter { $0.pinnedAt == nil }
        return Array(pinnedFirst.prefix(filter.limit ?? .max))
    }
}

extension ListCommand: PlainCommand {
    static var withoutArguments: ListCommand {
        var command = ListCommand()
        (command.limit, command.tag, command.query) = (nil, nil, nil)
        (command.all, command.programs, command.trash) = (false, false, false)
        command.common = .none
        return command
    }

    mutating func take(option: String, value: () -> String?) -> Bool {
        switch option {
        case "--all": all = true
        case "--programs": programs = true
        case "--trash": trash = true
        case "-l":
            limit = value().flatMap { Int($0) }
            return limit != nil
        case "-w":
            query = value()
            return query != nil
        case "--tag":
            tag = value()
            return tag != nil
        default: return false
        }
        return true
    }

    mutating func take(words: [String]) -> Bool { words.isEmpty }
}
