import ArgumentParser
import ConversationService
import ConversationStorage
import Conversations

struct CompareCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Answers to the same questions side by side: words, length, seconds, tokens, cost, whose are better.",
        discussion: """
            Of a replay: a line an arm, then the turns that differ most. Of a thread: every question on its path with \
            several answers. Of a message: the answers to that question. Words that went are [-so-], words that came \
            {+so+}, in colour on a terminal.
            """)

    @Argument(
        help: ArgumentHelp("Which; the thread last used if left out.", valueName: "thread|message|replay"),
        completion: CompletionKind.threads)
    var which = "@"

    @Flag(help: "Every turn, every answer, every word.")
    var all = false

    @Option(help: ArgumentHelp("Write a page that needs nothing else; - for standard output.", valueName: "file"))
    var html: String?

    @Option(
        help: ArgumentHelp("Ask a model which answer is better, each pair in both orders.", valueName: "model"),
        completion: CompletionKind.models)
    var judge: String?

    @Flag(help: "With --judge: ask again what was judged already.")
    var again = false

    @OptionGroup var agreement: AgreementOptions
    @OptionGroup(title: "Everywhere") var common: EverywhereOptions

    func run() async throws {
        if again, judge == nil { throw CommandFailure.usage("--again asks a judge again, so it needs --judge MODEL.") }
        let context = try CommandContext(common, whom: judge.map { ModelOptions(model: $0) })
        let service = judge == nil ? try await context.readingService() : try await context.writingService()
        let comparison = try await service.comparison(named: which)
        let verdicts =
            judge == nil
            ? try await service.verdicts(of: comparison)
            : try await Judging(context: context, service: service)
                .verdicts(of: comparison, again: again, isAgreed: agreement.yes)
        let shown = try await ShownComparison(comparison, verdicts, prices: context.settings.models, service)
        if let html {
            let page = Array(ComparisonPage(shown).text.utf8)
            if html == "-" { return context.console.write(bytes: page) }
            try AtomicFile.write(page, to: html, newFileMode: 0o600)
            if common.json { context.console.json(shown.json) } else { context.console.note("Written: \(html)") }
            return
        }
        if common.json { return context.console.json(shown.json) }
        ComparisonPrinter(console: context.console, showsAll: all).show(shown)
    }
}

extension ModelOptions {
    /// As if this had been said for `-m`.
    fileprivate init(model: String) {
        self.init()
        (self.model, upstream) = (model, nil)
    }
}
