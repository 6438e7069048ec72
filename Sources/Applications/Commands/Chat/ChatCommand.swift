import ArgumentParser
import ConversationService
import ConversationStorage
import Conversations

struct ChatCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "chat",
        abstract: "Talk: a conversation at a prompt.",
        discussion: """
            A paste of several lines is one message. Ctrl-C stops an answer and keeps what had come; Ctrl-D leaves.
            /help at the prompt lists what else it understands.
            """)

    @Argument(help: ArgumentHelp("Where to go on; a new thread if left out.", valueName: "thread|message"))
    var which: String?

    @Flag(name: .customShort("c"), help: "Go on in the thread last used.")
    var continues = false

    @OptionGroup(title: "Whom") var whom: ModelOptions

    @Option(name: .customShort("s"), help: ArgumentHelp("What the model is told first.", valueName: "text|@file"))
    var system: String?

    @OptionGroup(title: "Everywhere") var common: EverywhereOptions

    func run() async throws {
        guard !common.json else { throw CommandFailure.usage("chat is for people; programs use: diwan ask --json") }
        let context = try CommandContext(common, whom: whom)
        let service = try await context.writingService()
        let address = try await (which ?? (continues ? "@" : nil)).asyncMap { try await service.address($0) }
        if let address, address.namesMessage, let message = address.message {
            try await service.vault.moveTip(of: address.thread.id, to: message)
        }
        var session = ChatSession(
            context: context, options: common, service: service,
            choice: try await ModelChoice.choose(in: context, for: address?.thread, service),
            instructions: try system.map { $0.hasPrefix("@") ? try TextFile.read(String($0.dropFirst())) : $0 })
        if let thread = address?.thread {
            try await session.enter(thread)
        }
        try await session.run()
    }
}
