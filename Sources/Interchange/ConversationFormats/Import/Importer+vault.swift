package import ConversationStorage
package import Conversations
package import OrderedJSON

extension Importer {
    /// Imports everything into a vault, which notes that it was and what came of it.
    ///
    /// - Parameters:
    ///   - name: what is imported, as the vault is to call it.
    ///   - reading: does the reading: where that can be stopped, what came of it is noted all the same.
    package func run(
        into vault: Vault, from name: String, now: @Sendable () -> Timestamp,
        reading: (@escaping @Sendable () async throws -> ImportReport) async throws -> ImportReport = {
            try await $0()
        },
        progress: @escaping @Sendable (ImportProgress) -> Void = { _ in }
    ) async throws -> (report: ImportReport, record: ImportRecord) {
        let started = try await vault.beginImport(format: format.rawValue, source: name, now: now())
        let report: ImportReport
        do {
            let (destination, moment) = (VaultDestination(vault, for: started.id), now())
            report = try await reading { try await run(into: destination, now: moment, progress: progress) }
        } catch let error as FormatError {
            // Nothing of the file could be read: the vault remembers that it was tried.
            _ = try await vault.finishImport(
                started.id, report: ["error": .string(error.code.description)], now: now())
            throw error
        }
        return (report, try await vault.finishImport(started.id, report: .object(report.json), now: now()))
    }
}

extension ImportReport {
    /// What `import --json` prints.
    ///
    /// - Parameters:
    ///   - record: what the vault noted of it; nil where nothing was written.
    ///   - name: the name of the file.
    package func json(noted record: ImportRecord?, of name: String) -> JSON {
        func text(_ text: String?) -> JSON { text.map { .string($0) } ?? .null }
        var json: JSONObject = [
            "object": "import", "id": text(record?.id.description), "handle": text(record?.handle),
            "source": .string(name), "dry_run": .bool(record == nil),
        ]
        for (key, value) in self.json { json.append(key, value) }
        return .object(json)
    }
}
