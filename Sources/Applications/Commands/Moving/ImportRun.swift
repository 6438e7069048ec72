import ConversationFormats
import ConversationService
import ConversationStorage
import Conversations
import OrderedJSON

/// One import, from its beginning to its report.
struct ImportRun: Sendable {
    let context: CommandContext
    let path: String
    let importer: Importer
    let isRehearsal: Bool

    /// Imports, and tells what came of it. Ctrl-C stops it between two steps.
    func run() async throws -> ImportReport {
        let bar = ImportBar(console: context.console, title: fileName)
        defer { bar.finish() }
        return try await isRehearsal ? rehearse(bar) : perform(bar)
    }

    private func perform(_ bar: ImportBar) async throws -> ImportReport {
        let vault = try await context.writingService().vault
        let (report, finished) = try await importer.run(
            into: vault, from: path, now: { CommandContext.now() },
            reading: { [interruption = context.interruption] in try await interruption.cancelling($0) },
            progress: { bar.show($0) })
        bar.finish()
        tell(report, finished)
        return report
    }

    private func rehearse(_ bar: ImportBar) async throws -> ImportReport {
        let rehearsal = try await ImportRehearsal(presentVault())
        let report = try await context.interruption.cancelling { [importer] in
            try await importer.run(into: rehearsal, now: CommandContext.now()) { bar.show($0) }
        }
        bar.finish()
        tell(report, nil)
        return report
    }

    /// The vault, if there is one yet.
    private func presentVault() async throws -> Vault? {
        do {
            let vault = try await context.readingService().vault
            // It looks for every thread of the file.
            try await vault.readUnmapped()
            return vault
        } catch let error as StorageError where error.code == .notFound {
            return nil
        }
    }

    private var fileName: String { path.split(separator: "/").last.map(String.init) ?? path }

    private func tell(_ report: ImportReport, _ record: ImportRecord?) {
        guard context.console.printsJSON else {
            ImportSummary(console: context.console, report: report, name: path, record: record).show()
            return
        }
        context.console.json(report.json(noted: record, of: fileName))
    }
}
