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
        let started = try await vault.beginImport(
            format: importer.format.rawValue, source: path, now: CommandContext.now())
        let report: ImportReport
        do {
            report = try await context.interruption.cancelling { [importer] in
                try await importer.run(into: VaultDestination(vault, for: started.id), now: CommandContext.now()) {
                    bar.show($0)
                }
            }
        } catch let error as FormatError {
            // Nothing of the file could be read: the vault remembers that it was tried.
            _ = try await vault.finishImport(
                started.id, report: ["error": .string(error.code.description)], now: CommandContext.now())
            throw error
        }
        let finished = try await vault.finishImport(
            started.id, report: .object(report.json), now: CommandContext.now())
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
        var json: JSONObject = [
            "object": "import", "id": .optional(record?.id.description), "handle": .optional(record?.handle),
            "source": .string(fileName), "dry_run": .bool(isRehearsal),
        ]
        for (key, value) in report.json { json.append(key, value) }
        context.console.json(.object(json))
    }
}
