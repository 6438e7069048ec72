import ArgumentParser
import ConversationService
import ConversationStorage
import Conversations

struct ArchiveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "archive", abstract: "Take threads off the list; diwan list --all has them, and search finds them."
    )

    @OptionGroup var which: ThreadChoiceOptions

    @Flag(help: "Put them back on the list.")
    var undo = false

    @OptionGroup(title: "Everywhere") var common: EverywhereOptions

    func run() async throws {
        let context = try CommandContext(common)
        let service = try await context.writingService()
        let selection = ThreadSelection(context: context, service: service)
        let chosen = try await selection.threads(
            which.threads, found: which.found, verb: undo ? "Put back on the list" : "Archive")
        let time = undo ? nil : CommandContext.now()
        for thread in chosen { try await service.vault.mark(thread.id, .archived, at: time) }
        try await selection.report(chosen, undo ? "On the list again" : "Archived")
    }
}
