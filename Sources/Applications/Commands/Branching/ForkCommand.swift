import ArgumentParser
import ConversationService
import ConversationStorage
import Conversations

struct ForkCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fork", abstract: "Begin a new thread with the path to a message.",
        discussion: """
            The new thread has the same words up to there, and its own from there on. To go another way inside a thread,
            no fork is needed: diwan ask -t MESSAGE branches there.
            """)

    @Argument(
        help: ArgumentHelp("Up to which; a thread alone is its tip.", valueName: "message"),
        completion: CompletionKind.threads)
    var which: String

    @Argument(help: ArgumentHelp("Its title; left out, that of the thread it comes from.", valueName: "title"))
    var title: [String] = []

    @OptionGroup(title: "Everywhere") var common: EverywhereOptions

    func run() async throws {
        let context = try CommandContext(common)
        let service = try await context.writingService()
        let address = try await service.address(which)
        guard let message = address.message else {
            throw CommandFailure(
                .usage, code: "empty_thread",
                "nothing was said in \(address.thread.handle) yet, so there is nothing to fork.")
        }
        let thread = try await service.fork(message, title: title.isEmpty ? nil : title.joined(separator: " "))
        try await service.vault.noteUse(of: thread.id)
        if common.json {
            context.console.json(thread.json)
            return
        }
        context.console.line(thread.handle)
        let count = thread.messageCount
        context.console.note(
            "\(thread.handle) begins with \(count) message\(count == 1 ? "" : "s") of \(address.thread.handle). Go on: diwan ask -c"
        )
    }
}
