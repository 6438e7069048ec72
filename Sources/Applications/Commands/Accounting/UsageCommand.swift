import ArgumentParser
import ConversationService
import ConversationStorage
import Conversations
import Foundation

extension UsageGrouping: ExpressibleByArgument {}

struct UsageCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "usage", abstract: "What calls took and cost: tokens, cached, reasoning, money.",
        discussion: """
            A call counts once, however many answers it brought, on the day on which it ended. What no upstream counted is \
            estimated and marked ~. Prices are the shipped table's and those of [models] in the configuration; one that is \
            not known is a ?. When: 2026, 2026-03, 2026-03-05, today, yesterday, 2026-03..2026-05, last:7d.
            """)

    @Argument(help: ArgumentHelp("Only calls of this time.", valueName: "when"))
    var when: String?

    @Option(help: "By what calls are added up.")
    var by = UsageGrouping.day

    @Option(help: ArgumentHelp("From this date on, or since so long ago, as 7d.", valueName: "date"))
    var since: String?

    @Option(help: ArgumentHelp("Up to this date's end.", valueName: "date"))
    var until: String?

    @Option(
        name: .customShort("w"),
        help: ArgumentHelp("Only threads that this search finds (diwan help query).", valueName: "query"))
    var query: String?

    @Option(name: .customShort("l"), help: ArgumentHelp("How many groups to show.", valueName: "limit"))
    var limit: Int?

    @OptionGroup(title: "Everywhere") var common: EverywhereOptions

    func run() async throws {
        if let limit, limit < 1 { throw CommandFailure.usage("-l must be 1 or more, not \(limit).") }
        let period = try UsagePeriod(
            when: when, since: since, until: until, now: CommandContext.now(), calendar: .current)
        let (from, upTo) = (period.from, period.upTo)
        let context = try CommandContext(common)
        let service = try await context.readingService()
        let threads = try await query.asyncMap {
            try await ThreadSelection(context: context, service: service).threads(matching: $0).map(\.id)
        }
        let models = context.settings.models
        let sums = try await service.usage(by: by, in: (from, upTo), of: threads, calendar: .current) {
            models.facts(of: $1, at: $0)?.price?.longInput?.above
        }
        let report = UsageReport(by: by, sums.groups, total: sums.total, prices: models)
        if common.json {
            context.console.json(report.json(from: from, upTo: upTo, timeZone: Calendar.current.timeZone.identifier))
            return
        }
        guard !report.groups.isEmpty else {
            context.console.note(
                from == nil && upTo == nil && query == nil
                    ? "No model was asked here yet. Begin: diwan ask WORDS" : "No call was made then.")
            return
        }
        try await show(report, context, service)
    }

    private func show(_ report: UsageReport, _ context: CommandContext, _ service: ThreadService) async throws {
        // On a terminal as many as fit the screen, with room for what is said below them.
        let fitting = context.console.isTerminal ? max(5, context.console.lines - 7) : .max
        let count = min(report.groups.count, limit ?? fitting)
        let shown = by == .day ? report.groups.suffix(count) : report.groups.prefix(count)
        var titles: [String: String] = [:]
        if by == .thread {
            for name in shown.compactMap(\.name) {
                guard let id = ThreadID(name) else { continue }
                let thread = try await service.vault.thread(id)
                titles[name] = "\(thread.handle)  \(thread.shownTitle)"
            }
        }
        let printer = UsagePrinter(console: context.console) { group in
            let name = group.name ?? ""
            return titles[name] ?? (name.isEmpty ? "(none)" : name)
        }
        printer.show(report, shown)
        if count < report.groups.count {
            context.console.note(
                "\((report.groups.count - count).grouped) \(by == .day ? "earlier" : "more"): diwan usage --by \(by.rawValue) -l \(report.groups.count)"
            )
        }
        printer.showNotes(report, configuration: context.settings.configurationFile.value)
    }
}
