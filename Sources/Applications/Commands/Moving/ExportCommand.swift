import ArgumentParser
import ConversationFormats
import ConversationService
import ConversationStorage
import Conversations
import OrderedJSON

struct ExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write threads in a format of others, or everything in Diwan's own.",
        usage: "diwan export [<thread> ...] [-w <query>] [--all] [--format <name>] [-o <file>] [--since <cursor>]",
        discussion: """
            The format is the file's: .jsonl is Diwan's own, .md Markdown, .html a page; a folder (FOLDER/) gets a document \
            a thread. diwan help formats says what each one carries.
            """)

    @Argument(help: ArgumentHelp("Which.", valueName: "thread"), completion: CompletionKind.threads)
    var threads: [String] = []

    @Flag(help: "Every thread, and with Diwan's own format what is in the trash.")
    var all = false

    @Option(help: ArgumentHelp("diwan, markdown, html, sharegpt or openai (fine-tuning).", valueName: "name"))
    var format: String?

    @Option(
        name: .shortAndLong, help: ArgumentHelp("Where to: a file, or a folder that ends in /.", valueName: "file"),
        completion: .file())
    var output: String?

    @Option(help: ArgumentHelp("Only threads that changed after an earlier export.", valueName: "cursor"))
    var since: String?

    @Flag(help: "Markdown: the other branches as well.")
    var branches = false

    @OptionGroup var found: FoundThreadsOptions
    @OptionGroup(title: "Everywhere") var common: EverywhereOptions

    func run() async throws {
        let context = try CommandContext(common)
        let plan = try ExportPlan(
            format: format, output: output, isTerminal: context.console.isTerminal,
            selects: !threads.isEmpty || found.query != nil || all || since != nil)
        if let since, ChangeCursor(since) == nil {
            throw CommandFailure.usage("--since takes the cursor that an earlier export ended with, a whole number.")
        }
        guard !all && since == nil || threads.isEmpty && found.query == nil else {
            throw CommandFailure.usage("name threads, or take all of them: one of the two.")
        }
        let service = try await context.readingService()
        let selection = try await ExportSelection(
            names: threads, query: found.query, since: since.flatMap { ChangeCursor($0) }, format: plan.format,
            ThreadSelection(context: context, service: service))
        let run = ExportRun(
            context: context, vault: service.vault, plan: plan, selection: selection, includesBranches: branches,
            mayReplace: found.agreement.yes)
        let report: ExportReport
        do {
            report = try await context.interruption.cancelling { try await run.run() }
        } catch  where error is CancellationError || (error as? StorageError)?.code == .stopped {
            throw CommandFailure(.interrupted, code: "interrupted", "stopped. \(plan.afterInterruption)")
        } catch let error as FormatError {
            throw CommandFailure(format: error)
        }
        report.tell(context.console, plan)
    }
}

/// The threads that an export is of.
struct ExportSelection: Sendable {
    let threads: [ThreadID]
    /// Where the next export goes on; nil where a person picked the threads.
    let cursor: ChangeCursor?
    /// The cursor that this one goes on from.
    let since: ChangeCursor?
    /// What was erased; only an export of everything tells.
    let purged: [PurgedID]

    init(
        names: [String], query: String?, since: ChangeCursor?, format: ConversationFormat, _ selection: ThreadSelection
    ) async throws {
        self.since = since
        let vault = selection.service.vault
        guard names.isEmpty, query == nil else {
            var threads: [ThreadID] = []
            for name in names {
                let id = try await selection.service.thread(named: name).id
                if !threads.contains(id) { threads.append(id) }
            }
            if let query {
                guard names.isEmpty else {
                    throw CommandFailure.usage("name threads, or let -w find them: one of the two.")
                }
                threads = try await selection.threads(matching: query).map(\.id)
            }
            self.threads = threads
            (cursor, purged) = (nil, [])
            return
        }
        let changed = try await vault.threadIDs(changedSince: since)
        cursor = changed.cursor
        if format == .diwan {
            threads = changed.threads
            purged = try await vault.purgedIDs()
        } else {
            var kept: [ThreadID] = []
            for id in changed.threads where try await vault.thread(id).trashedAt == nil { kept.append(id) }
            threads = kept
            purged = []
        }
    }
}
