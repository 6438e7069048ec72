import ArgumentParser
import ConversationService
import ConversationStorage
import Conversations

extension ChatSession {
    /// Runs one of Diwan's own commands from the prompt, on this thread unless the words name another place.
    mutating func run(_ verb: ChatVerb, _ rest: String) async throws {
        guard let thread else { throw CommandFailure.usage("nothing was said here yet.") }
        let handle = try await service.vault.thread(thread).handle
        var words = rest.split(whereSeparator: \.isWhitespace).map(String.init)
        switch verb {
        case .label:
            guard (1...2).contains(words.count) else {
                throw CommandFailure.usage("/label takes a name, as /label good, or a message and a name.")
            }
            if words.count == 1 { words.insert(handle, at: 0) }
            try await run(LabelCommand.self, words)
        case .fork:
            if try await !namesPlace(words.first) { words.insert(handle, at: 0) }
            try await run(ForkCommand.self, words)
            self.thread = try await service.thread(named: "@").id
        case .trash, .erase:
            guard words.count == 1, let name = words.first, try await service.address(name).namesMessage else {
                throw CommandFailure.usage(
                    "/\(verb.rawValue) takes a message, as /\(verb.rawValue) \(handle)/4. A whole thread: diwan \(verb.rawValue) \(handle)"
                )
            }
            if verb == .trash {
                try await run(TrashCommand.self, words)
            } else {
                try await run(EraseCommand.self, words)
            }
        case .export:
            guard !rest.isEmpty else { throw CommandFailure.usage("/export takes a file, as /export talk.md") }
            try await run(ExportCommand.self, [handle, "-o", rest])
        case .why:
            try await run(WhyCommand.self, words.isEmpty ? [handle] : words)
        default: break
        }
    }

    /// Whether a word is an address in a thread, and no word of a title.
    private func namesPlace(_ word: String?) async throws -> Bool {
        guard let word, word.contains("/") || word.contains(":") else { return false }
        return try await service.address(word).namesMessage
    }

    private func run<Command: AsyncParsableCommand>(_ command: Command.Type, _ words: [String]) async throws {
        var arguments = words
        if let vault = options.vault { arguments += ["--vault", vault] }
        if let config = options.config { arguments += ["--config", config] }
        var command: Command
        do {
            command = try Command.parse(arguments)
        } catch {
            throw CommandFailure.usage(Command.message(for: error))
        }
        try await command.run()
    }
}
