import ArgumentParser
import ConversationService
import ConversationStorage
import Conversations

struct PinCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pin", abstract: "Keep threads on top of the list.")

    @OptionGroup var which: ThreadChoiceOptions

    @Flag(help: "Take the pin out.")
    var undo = false

    @OptionGroup(title: "Everywhere") var common: EverywhereOptions

    func run() async throws {
        let context = try CommandContext(common)
        let service = try await context.writingService()
        let selection = ThreadSelection(context: context, service: service)
        let chosen = try await selection.threads(
            which.threads, found: which.found, verb: undo ? "Unpin" : "Pin")
        let time = undo ? nil : CommandContext.now()
        for thread in chosen { try await service.vault.mark(thread.id, .pinned, at: time) }
        try await selection.report(chosen, undo ? "No longer pinned" : "Pinned")
    }
}
