import ArgumentParser
import ConversationService
import ConversationStorage
import Conversations
import Foundation

struct SearchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "search",
        abstract: "Find what was said, in any thread and any script.",
        discussion: """
            All words count; where too little holds them all, the best of any of them follow.
              "a phrase"   pre*   -not   a OR b   ( )
              role:user   model:NAME   thread:HANDLE   tag:NAME   in:title   has:code   after:2026-03   last:7d
            No query is ever wrong: what is no filter is words. More: diwan help query
            """)

    static let textArguments = TextArguments(
        withValue: EverywhereOptions.optionsWithValue.union(["-l", "--sort"]),
        flags: EverywhereOptions.flags.union(["--explain"]))

    @Argument(help: "What to look for.")
    var words: [String] = []

    @Option(name: .customShort("l"), help: ArgumentHelp("How many.", valueName: "limit"))
    var limit = 20

    @Option(help: ArgumentHelp("relevance or date.", valueName: "order"))
    var sort = "relevance"

    @Flag(help: "Show what was understood, what was asked of the index, and how long each step took.")
    var explain = false

    @OptionGroup(title: "Everywhere") var common: EverywhereOptions

    func run() async throws {
        guard ["relevance", "date"].contains(sort) else {
            throw CommandFailure.usage("--sort must be relevance or date, not \(sort).")
        }
        guard limit > 0 else { throw CommandFailure.usage("-l must be 1 or more, not \(limit).") }
        let context = try CommandContext(common)
        let query = SearchQuery(words.joined(separator: " "), now: CommandContext.now(), calendar: .current)
        guard !query.isEmpty else {
            throw CommandFailure.usage("there is nothing to look for. Say it: diwan search WORDS")
        }
        let service = try await context.readingService()
        let page = try await service.vault.search(
            query, order: sort == "date" ? .date : .relevance, limit: limit,
            now: CommandContext.now())
        if explain { SearchExplanationPrinter(console: context.console).show(page) }
        if common.json {
            let addresses = try await HitAddresses(of: page.hits, service)
            for hit in page.hits { context.console.json(hit.json(address: addresses[hit])) }
            context.console.json(page.summary)
        } else {
            try await HitPrinter(console: context.console, now: CommandContext.now()).show(page, service)
        }
        if page.hits.isEmpty {
            throw ExitCode(CommandFailure.Exit.noSuch.rawValue)
        }
    }
}
