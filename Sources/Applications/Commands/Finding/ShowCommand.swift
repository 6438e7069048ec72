import ArgumentParser
import ConversationService
import ConversationStorage
import Conversations
import OrderedJSON

struct ShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Read a thread: the end of its path, or around a message.")

    @Argument(
        help: ArgumentHelp("Which; the thread last used if left out.", valueName: "thread|message"),
        completion: CompletionKind.threads)
    var which = "@"

    @Flag(help: "The whole path.")
    var all = false

    @Flag(help: "The words alone, as they were said.")
    var raw = false

    @Option(name: .customShort("C"), help: ArgumentHelp("How many messages around.", valueName: "number"))
    var around: Int?

    @OptionGroup(title: "Everywhere") var common: EverywhereOptions

    func look() async throws {
        let context = try CommandContext(common)
        let service = try await context.readingService()
        let address = try await service.address(which)
        let tipPath = try await address.thread.tipID.asyncMap { try await service.vault.path(to: $0) } ?? []
        let path: [Message]
        if address.namesMessage, let message = address.message, !tipPath.contains(where: { $0.id == message }) {
            path = try await service.vault.path(to: message)
        } else {
            path = tipPath
        }
        let shown = range(of: path, naming: address.namesMessage ? address.message : nil, console: context.console)
        let labels = try await service.vault.labels(in: address.thread.id)
        var placed: [PlacedMessage] = []
        for message in path[shown] {
            placed.append(
                try await service.place(message, in: address.thread, path: tipPath, labels: labels[message.id] ?? []))
        }
        if common.json {
            return context.console.json(PlacedPath(thread: address.thread, messages: placed).json)
        }
        if raw {
            for message in placed { context.console.line(message.message.text) }
            return
        }
        let printer = MessagePrinter(console: context.console, now: CommandContext.now())
        printer.header(address.thread)
        if shown.lowerBound > 0 {
            context.console.note("(\(shown.lowerBound) earlier messages: diwan show --all \(address.thread.handle))")
        }
        let around = try await path.last.asyncMap { try await service.vault.surroundings(ofPathTo: $0.id, at: shown) }
        for message in placed {
            let surroundings = around?[message.message.position]
            printer.show(
                message, siblings: surroundings?.siblingCount ?? 1, model: surroundings?.modelReported)
        }
        if path.isEmpty {
            context.console.note(
                "Nothing was said here yet. Say something: diwan ask -t \(address.thread.handle) WORDS")
        }
    }

    /// What of a path is shown: on a terminal its end, else all; around a message where one was named and not all is wanted.
    private func range(of path: [Message], naming message: MessageID?, console: Console) -> Range<Int> {
        if let message, !all, let index = path.firstIndex(where: { $0.id == message }) {
            let around = around ?? 2
            return max(0, index - around)..<min(path.count, index + around + 1)
        }
        let whole = all || common.json || raw || !console.isTerminal
        let count = around ?? (whole ? path.count : 20)
        return max(0, path.count - count)..<path.count
    }
}

extension ShowCommand: PlainCommand {
    static var withoutArguments: ShowCommand {
        var command = ShowCommand()
        (command.which, command.all, command.raw, command.around) = ("@", false, false, nil)
        command.common = .none
        return command
    }

    mutating func take(option: String, value: () -> String?) -> Bool {
        switch option {
        case "--all": all = true
        case "--raw": raw = true
        case "-C":
            around = value().flatMap { Int($0) }
            return around != nil
        default: return false
        }
        return true
    }

    mutating func take(words: [String]) -> Bool {
        which = words.first ?? which
        return words.count <= 1
    }
}
