import ArgumentParser
import ConversationFormats
import ConversationService
import ConversationStorage
import Foundation

struct ImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Bring in conversations from other programs; alone, look for some.",
        discussion: """
            A file, a folder or a ZIP archive as the other program gave it: its format is recognized. Importing the same \
            again adds only what is new. It says what could not be kept as it was, and ends with 65 if anything was lost.
            Formats: \(KnownReaders.names.joined(separator: ", ")). About them: diwan help formats
            """)

    @Argument(help: ArgumentHelp("What to import.", valueName: "file|folder"), completion: .file())
    var files: [String] = []

    @Option(
        help: ArgumentHelp("The format, where it is not recognized.", valueName: "name"),
        completion: .list(KnownReaders.names))
    var format: String?

    @Flag(help: "Read everything and say what would come of it; write nothing.")
    var dryRun = false

    @Flag(help: "Leave out pictures and other files that messages hold.")
    var noAttachments = false

    @Flag(help: "List the imports there were, newest first; import nothing.")
    var list = false

    @OptionGroup var agreement: AgreementOptions
    @OptionGroup(title: "Everywhere") var common: EverywhereOptions

    func run() async throws {
        let context = try CommandContext(common)
        if list {
            guard files.isEmpty, format == nil, !dryRun else {
                throw CommandFailure.usage("--list tells of the imports there were: it takes no file.")
            }
            return try await ImportList(console: context.console, now: CommandContext.now())
                .show(context.readingService().vault.imports())
        }
        var paths = files.map { ($0 as NSString).expandingTildeInPath }
        if paths.isEmpty {
            guard format == nil else { throw CommandFailure.usage("--format says what a file is: name the file.") }
            paths = try ImportOffer(context: context, isAgreed: agreement.yes).chosen()
            if paths.isEmpty { return }
        }
        // All are opened before the first is read: what is wrong with a name is said at once.
        var importers: [(path: String, importer: Importer)] = []
        for path in paths {
            let source = try importSource(at: path)
            let reader = try format.map(KnownReaders.reader(named:)) ?? KnownReaders.reader(for: source)
            importers.append((path, Importer(source, reader: reader, wantsAttachments: !noAttachments)))
        }
        var lost = 0
        for (path, importer) in importers {
            let run = ImportRun(context: context, path: path, importer: importer, isRehearsal: dryRun)
            let report = try await run.run()
            lost += report.count(.lost)
            guard !report.isStopped else {
                throw CommandFailure(
                    .interrupted, code: "interrupted",
                    dryRun
                        ? "stopped. Nothing was written."
                        : "stopped. What had come in is kept; the same command again brings the rest.")
            }
        }
        guard lost == 0 else { throw loss(of: lost) }
    }

    private func loss(of lost: Int) -> any Error {
        // With --json the report says what was lost, and where.
        if common.json { return ExitCode(CommandFailure.Exit.badData.rawValue) }
        let what = lost == 1 ? "1 thing" : "\(lost) things"
        return CommandFailure(
            .badData, code: "lost",
            "\(what) in what was imported could not be kept, as said above; everything else \(dryRun ? "would be" : "is") in."
        )
    }
}
