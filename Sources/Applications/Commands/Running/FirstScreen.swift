import ConversationService
import ConversationStorage

/// What `diwan` alone shows: the ten most recent threads and six commands to start with.
struct FirstScreen {
    let context: CommandContext

    func show() async throws {
        do {
            let service = try await context.readingService()
            let newest = try await service.vault.threads(ThreadFilter(limit: 10, includesPrograms: false))
            if !newest.isEmpty {
                ThreadList(console: context.console).show(newest, now: CommandContext.now())
                context.console.line()
            }
        } catch let error as StorageError where error.code == .notFound {
            context.console.line("No conversation is kept here yet.")
            context.console.line()
        }
        let commands = [
            ("diwan chat", "talk"),
            ("diwan ask WORDS", "ask one thing; -c goes on"),
            ("diwan search WORDS", "find what was said"),
            ("diwan show @", "read the thread last used"),
            ("diwan list", "all threads"),
            ("diwan --help", "everything else"),
        ]
        for (command, does) in commands {
            context.console.line(TerminalText.padded(command, to: 22) + context.console.style.dim(does))
        }
    }
}
