import ArgumentParser
import ConversationService
import ConversationStorage
import Conversations

struct SwitchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "switch", abstract: "Go on from another message: the thread's tip from now on.",
        discussion: "Nothing is removed; diwan tree shows every branch.")

    @Argument(
        help: ArgumentHelp("Which, as k3f9/4.2 or k3f9:LABEL.", valueName: "message"),
        completion: CompletionKind.threads)
    var which: String

    @OptionGroup(title: "Everywhere") var common: EverywhereOptions

    func run() async throws {
        let context = try CommandContext(common)
        let service = try await context.writingService()
        let address = try await service.address(which)
        guard let message = address.message else {
            throw CommandFailure(
                .usage, code: "empty_thread",
                "nothing was said in \(address.thread.handle) yet, so there is nothing to go on from.")
        }
        let tree = MessageTree(try await service.vault.messages(of: address.thread.id), showsTrash: false)
        guard let place = tree.place(of: message) else {
            throw CommandFailure(
                .usage, code: "in_trash", "that message is in the trash. Take it out first: diwan trash --undo \(which)"
            )
        }
        try await service.vault.moveTip(of: address.thread.id, to: message)
        try await service.vault.noteUse(of: address.thread.id)
        let thread = try await service.vault.thread(address.thread.id)
        if common.json {
            context.console.json(thread.json)
            return
        }
        let console = context.console
        console.note(
            "\(thread.handle) goes on from \(thread.handle)/\(tree.messages[place].position + 1): \(console.quoted(tree.messages[place].firstWords))"
        )
        // Whoever goes to the beginning of a branch may have meant its end.
        let end = tree.end(from: place)
        if end != place {
            let handles = try await service.messageHandles(in: thread.id)
            let addresses = tree.addresses(in: thread, tipPath: Set(tree.path(to: place))) { handles.handle(of: $0) }
            let count = tree.continuationCount(of: place)
            console.note(
                "\(count) message\(count == 1 ? " continues" : "s continue") it already; what was said last is at: diwan switch \(addresses[end])"
            )
        }
    }
}

extension Console {
    /// The beginning of somebody's words inside a line of ours.
    func quoted(_ words: String) -> String {
        TerminalText.isolated(TerminalText.truncated(words, to: max(24, min(72, columns - 28))))
    }
}
