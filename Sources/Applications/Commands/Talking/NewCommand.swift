import ArgumentParser
import ConversationService
import ConversationStorage
import Conversations
import ModelUpstream

struct NewCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "new", abstract: "An empty thread; prints its handle alone.")

    @Argument(help: "A title.")
    var title: [String] = []

    @OptionGroup(title: "Whom") var whom: ModelOptions

    @Option(name: .customShort("s"), help: ArgumentHelp("What the model is told first.", valueName: "text|@file"))
    var system: String?

    @Option(help: ArgumentHelp("A tag; again for more.", valueName: "name"))
    var tag: [String] = []

    @OptionGroup(title: "Everywhere") var common: EverywhereOptions

    func run() async throws {
        let context = try CommandContext(common, whom: whom)
        let service = try await context.writingService()
        // Without -m or -u it is asked like any other when the time comes.
        let choice =
            whom.model == nil && whom.upstream == nil
            ? nil : try await ModelChoice.choose(in: context, for: nil, service)
        let time = CommandContext.now()
        let thread = try await service.vault.create(
            NewThread(
                id: ThreadID(at: time), title: title.isEmpty ? nil : title.joined(separator: " "),
                instructions: try system.map { $0.hasPrefix("@") ? try TextFile.read(String($0.dropFirst())) : $0 },
                model: choice?.model, upstream: choice?.upstream.name, tags: tag, createdAt: time))
        try await service.vault.noteUse(of: thread.id)
        if common.json { context.console.json(thread.json) } else { context.console.line(thread.handle) }
    }
}
