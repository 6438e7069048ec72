import ArgumentParser
import ConversationService
import ConversationStorage
import Conversations

struct TrashCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trash", abstract: "Put threads or messages out of sight; --undo brings them back.",
        discussion: """
            A message goes with everything that continues it; its thread goes on from the message before it.
            What is in the trash is kept: diwan list --trash, diwan tree --all. Gone for good: diwan erase
            """)

    @Argument(help: ArgumentHelp("Which.", valueName: "thread|message"), completion: CompletionKind.threads)
    var which: [String] = []

    @Flag(help: "Bring them back.")
    var undo = false

    @OptionGroup var found: FoundThreadsOptions
    @OptionGroup(title: "Everywhere") var common: EverywhereOptions

    func run() async throws {
        let context = try CommandContext(common)
        let service = try await context.writingService()
        var things: [Trashable] = []
        for name in try await ThreadSelection(context: context, service: service).names(which, found) {
            let thing = try await Trashable(service.address(name), service)
            if !things.contains(where: { $0.message?.id == thing.message?.id && $0.thread.id == thing.thread.id }) {
                things.append(thing)
            }
        }
        if undo {
            for thing in things { try thing.checkIsInTrash() }
            if things.count > 1 {
                try Confirmation(console: context.console, isGiven: found.agreement.yes).obtain(
                    "Bring these \(things.count) back?", about: things.map { $0.line(context.console) })
            }
        } else {
            try Confirmation(console: context.console, isGiven: found.agreement.yes).obtain(
                things.count == 1 ? "Put this into the trash?" : "Put these \(things.count) into the trash?",
                about: things.map { $0.line(context.console) })
        }
        for thing in things { try await move(thing, context, service) }
    }

    private func move(_ thing: Trashable, _ context: CommandContext, _ service: ThreadService) async throws {
        let time = undo ? nil : CommandContext.now()
        var tipMoved = false
        if let message = thing.message {
            if let time {
                tipMoved = try await service.vault.putInTrash(message.id, at: time)
            } else {
                try await service.vault.trash(message.id, at: nil)
            }
        } else {
            try await service.vault.mark(thing.thread.id, .trashed, at: time)
        }
        let thread = try await service.vault.thread(thing.thread.id)
        if common.json {
            context.console.json(
                try await thing.message.asyncMap { try await service.placed($0.id, in: thread).json } ?? thread.json)
            return
        }
        context.console.note("\(undo ? "Back" : "In the trash"):\(thing.line(context.console))")
        // Positions move with the tip; this name does not.
        let handle = try await thing.message.asyncMap { message in
            try await "\(thread.handle)/\(service.messageHandles(in: thread.id).handle(of: message.id))"
        }
        if !undo { context.console.note("Bring it back: diwan trash --undo \(handle ?? thread.handle)") }
        if tipMoved {
            let tip = try await thread.tipID.asyncMap { try await service.placed($0, in: thread) }
            context.console.note(
                tip.map {
                    "\(thread.handle) goes on from \($0.address): \(context.console.quoted($0.message.firstWords))"
                }
                    ?? "\(thread.handle) is empty now, until you say something: diwan ask -t \(thread.handle) WORDS")
        }
        if undo, let handle { context.console.note("Go on from it: diwan switch \(handle)") }
    }
}

/// A thread or a message that is to go into the trash, or to come back.
private struct Trashable {
    let thread: ChatThread
    /// The message; nil for the whole thread.
    let message: Message?
    /// What a person types for the message.
    private let place: String
    /// How many messages continue it; of a thread, how many it holds.
    private let continuationCount: Int
    /// The message in the trash that hides this one: itself, or one before it.
    private let hidden: Message?

    init(_ address: MessageAddress, _ service: ThreadService) async throws {
        thread = address.thread
        guard address.namesMessage, let id = address.message else {
            (message, hidden, place, continuationCount) = (nil, nil, thread.handle, thread.messageCount)
            return
        }
        let tree = MessageTree(try await service.vault.messages(of: address.thread.id), showsTrash: true)
        let placed = try await service.placed(id, in: address.thread)
        message = placed.message
        place = placed.address
        let node = tree.place(of: id)
        continuationCount = node.map { tree.continuationCount(of: $0) } ?? 0
        hidden = node.flatMap { tree.path(to: $0).map { tree.messages[$0] }.first { $0.trashedAt != nil } }
    }

    /// What a person reads before they agree: its first words, and how much goes with it.
    func line(_ console: Console) -> String {
        guard let message else {
            return ThreadSelection.line(thread, console) + "  (\(continuationCount) messages)"
        }
        let more =
            continuationCount == 0
            ? ""
            : "  (and \(continuationCount) message\(continuationCount == 1 ? " that continues" : "s that continue") it)"
        return "  \(place)  \(message.speaker): \(console.quoted(message.firstWords))\(more)"
    }

    func checkIsInTrash() throws {
        guard let message else {
            guard thread.trashedAt != nil else {
                throw CommandFailure(
                    .usage, code: "not_in_trash", "\(thread.handle) is not in the trash. What is: diwan list --trash")
            }
            return
        }
        guard let hidden else {
            throw CommandFailure(
                .usage, code: "not_in_trash",
                "that message is not in the trash. What is: diwan tree --all \(thread.handle)")
        }
        guard hidden.id == message.id else {
            throw CommandFailure(
                .usage, code: "hidden_by_another",
                "that message is out of sight because one before it is in the trash. Bring that back: diwan trash --undo \(hidden.id)"
            )
        }
    }
}
