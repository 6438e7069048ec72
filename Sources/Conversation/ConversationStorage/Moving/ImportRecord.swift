package import Conversations
import GRDB
package import OrderedJSON

/// What this device remembers of one import: when it was, of what, and what came of it.
package struct ImportRecord: Sendable, Hashable {
    package let id: ImportID
    /// What people type for it; of one set of names with threads and calls.
    package let handle: String
    /// The format's name: `chatgpt`, `diwan`.
    package let format: String
    /// The name of the file, without its folder.
    package let source: String
    package let startedAt: Timestamp
    /// Nil while it runs, and for ever where it was killed.
    package let finishedAt: Timestamp?
    /// What was new, what was known, what could not be read; nil until it has ended.
    package let report: JSON?
    /// How many threads it brought or added to that are still here.
    package let threadCount: Int
}

/// Names an ``ImportRecord``.
package typealias ImportID = Identifier<ImportRecord>

extension Vault {
    /// Notes that an import begins. It survives a killed process.
    ///
    /// - Parameter source: the file's name; a folder before it is left out.
    package func beginImport(
        format: String, source: String, now: Timestamp
    ) async throws(StorageError) -> ImportRecord {
        let id = ImportID(at: now)
        let name = source.split(separator: "/").last.map(String.init) ?? source
        return try await write(surviving: .process) { database in
            try database.run(
                "INSERT INTO import (uid, short, format, source, started_ms) VALUES (?, ?, ?, ?, ?)", .blob(id.bytes),
                .text(id.short), .text(format), .text(name), .integer(now.milliseconds))
            return try database.importRecord(id)
        }
    }

    /// Notes what came of an import, and brings all that was adopted for it to where a lost power supply does not reach.
    package func finishImport(
        _ id: ImportID, report: JSON, now: Timestamp
    ) async throws(StorageError) -> ImportRecord {
        let record = try await write { database in
            try database.run(
                "UPDATE import SET finished_ms = ?, report = ? WHERE uid = ?", .integer(now.milliseconds),
                .text(report.text()), .blob(id.bytes))
            return try database.importRecord(id)
        }
        try await bringLogIntoFile()
        return record
    }

    /// The imports there were, newest first.
    package func imports() async throws(StorageError) -> [ImportRecord] {
        try await read { database in try database.imports(where: "1 ORDER BY import.id DESC") }
    }

    /// The imports whose random bits begin with these characters.
    package func imports(handlePrefix prefix: String) async throws(StorageError) -> [ImportRecord] {
        try await read { database in
            try database.imports(
                where: "import.short >= ? AND import.short < ? LIMIT 20", .text(prefix), .text(prefix + "~"))
        }
    }

    /// The threads that an import brought or added to and that are still here.
    package func threadIDs(broughtBy id: ImportID) async throws(StorageError) -> [ThreadID] {
        try await read { database in
            try database.all(
                """
                SELECT thread.uid FROM import JOIN import_thread ON import_thread.import = import.id
                JOIN thread ON thread.id = import_thread.thread WHERE import.uid = ? ORDER BY thread.id
                """, .blob(id.bytes), value: { ThreadID(bytes: $0.blob(0)) }
            ).compactMap { $0 }
        }
    }
}

extension Database {
    func importRow(_ id: ImportID) throws -> Int64 {
        guard let row = try first("SELECT id FROM import WHERE uid = ?", .blob(id.bytes), value: { $0.integer(0) })
        else { throw StorageError(.notFound, "there is no import \(id).") }
        return row
    }

    fileprivate func importRecord(_ id: ImportID) throws -> ImportRecord {
        _ = try importRow(id)
        guard let record = try imports(where: "import.uid = ?", .blob(id.bytes)).first else {
            throw StorageError(.damaged, "an import cannot be read. Look with: diwan doctor")
        }
        return record
    }

    fileprivate func imports(where condition: String, _ values: SQLValue...) throws -> [ImportRecord] {
        var records: [ImportRecord] = []
        try step(
            """
            SELECT uid, short, format, source, started_ms, finished_ms, report,
              (SELECT count(*) FROM import_thread WHERE import_thread.import = import.id)
            FROM import WHERE \(condition)
            """, values
        ) { row in
            guard let id = ImportID(bytes: row.blob(0)) else { return }
            records.append(
                ImportRecord(
                    id: id, handle: try handle(short: row.text(1)), format: row.text(2), source: row.text(3),
                    startedAt: Timestamp(milliseconds: row.integer(4)),
                    finishedAt: row.integerOrNil(5).map { Timestamp(milliseconds: $0) },
                    report: row.textOrNil(6).flatMap { try? JSON(parsing: $0) }, threadCount: Int(row.integer(7))))
        }
        return records
    }
}
