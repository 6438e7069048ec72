import ConversationService
import ConversationStorage
import Conversations
import Foundation

/// The threads that a command's words name, each once. More than one is asked about first.
struct ThreadSelection {
    let context: CommandContext
    let service: ThreadService

    /// - Parameter verb: what is about to be done, as a question's beginning: "Archive".
    func threads(_ names: [String], found: FoundThreadsOptions, verb: String) async throws -> [ChatThread] {
        var threads: [ChatThread] = []
        for name in names {
            let thread = try await service.thread(named: name)
            if !threads.contains(where: { $0.id == thread.id }) { threads.append(thread) }
        }
        if let query = found.query {
            guard names.isEmpty else {
                throw CommandFailure.usage("name threads, or let -w find them: one of the two.")
            }
            threads = try await self.threads(matching: query)
        } else if names.isEmpty {
            throw CommandFailure.usage("name a thread, as @ for the one last used, or let a search find some: -w QUERY")
        }
        if threads.count > 1 {
            try Confirmation(console: context.console, isGiven: found.agreement.yes).obtain(
                "\(verb) these \(threads.count) threads?", about: threads.map { Self.line($0, context.console) })
        }
        return threads
    }

    /// The names a person gave, or the ids of the threads that their search finds.
    func names(_ names: [String], _ found: FoundThreadsOptions) async throws -> [String] {
        if names.isEmpty, let query = found.query { return try await threads(matching: query).map(\.id.description) }
        guard found.query == nil else { throw CommandFailure.usage("name them, or let -w find them: one of the two.") }
        guard !names.isEmpty else {
            throw CommandFailure.usage("name a thread or a message, or let a search find threads: -w QUERY")
        }
        return names
    }

    /// Every thread that a search finds, whole and exactly.
    ///
    /// - Parameter changes: whether something was to be done to them.
    func threads(matching text: String, changes: Bool = true) async throws -> [ChatThread] {
        let query = SearchQuery(text, now: CommandContext.now(), calendar: .current)
        guard !query.isEmpty else {
            throw CommandFailure.usage("-w takes a search, as -w tag:work. See: diwan help query")
        }
        var threads: [ChatThread] = []
        for id in try await service.vault.threads(matching: query) {
            threads.append(try await service.vault.thread(id))
        }
        guard !threads.isEmpty else {
            throw CommandFailure(
                .noSuch, code: "no_such",
                "no thread is found by \(query.understood).\(changes ? " Nothing was changed." : "")")
        }
        return threads
    }

    /// A thread on a line of a question or a report.
    static func line(_ thread: ChatThread, _ console: Console) -> String {
        "  \(thread.handle)  \(console.quoted(TerminalText.sanitizedLine(thread.shownTitle)))"
    }

    /// Tells what has become of threads: as JSON lines, or to a person.
    func report(_ threads: [ChatThread], _ what: String) async throws {
        for thread in threads {
            if context.console.printsJSON {
                context.console.json(try await service.vault.thread(thread.id).json)
            } else {
                context.console.note("\(what):\(Self.line(thread, context.console))")
            }
        }
    }
}
