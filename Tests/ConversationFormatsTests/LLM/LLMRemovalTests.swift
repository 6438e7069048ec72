import ConversationFormats
import Conversations
import Foundation
import GRDB
import OrderedJSON
import Testing

/// Databases of llm with a value, a column or a table missing: what is then not there is said, and where a message is not
/// there, as lost.
@Suite struct LLMRemovalTests {
    @Test(arguments: ["llm-a9.sql", "llm-aa.sql"])
    func `a value that is NULL costs no message unsaid`(script: String) async throws {
        try await withFolder { folder in
            let whole = try database(script, in: folder)
            let before = try await Removal(of: whole, in: folder)
            for (table, column, row) in try await values(of: whole) {
                try await before.check("\(table).\(column) of row \(row)", isOwnWords: Self.mayBeEmpty(table, column)) {
                    try $0.execute(sql: "UPDATE OR IGNORE \"\(table)\" SET \"\(column)\" = NULL WHERE rowid = \(row)")
                }
            }
        }
    }

    @Test(arguments: ["llm-a9.sql", "llm-aa.sql"])
    func `a column or a table that is not there costs no message and no word unsaid`(script: String) async throws {
        try await withFolder { folder in
            let whole = try database(script, in: folder)
            try await checkColumnsAndTables(of: whole, in: folder)
        }
    }

    @Test(
        .enabled(if: ExportExpectations.folder != nil, ExportExpectations.skipReason),
        arguments: ["logs-llm-0.26.db", "logs-llm-0.36.db"])
    func `of a real database a column or a table that is not there costs no message and no word unsaid`(
        _ name: String
    ) async throws {
        try await withFolder { folder in
            let file = try #require(ExportExpectations.folder).appending(path: "llm-logs-db/\(name)")
            let whole = folder + "/whole.db"
            try FileManager.default.copyItem(atPath: file.path(percentEncoded: false), toPath: whole)
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: whole)
            // SQLite changes no table while a view of it would break; nothing here reads views.
            try await DatabaseQueue(path: whole).write { database in
                for view in try String.fetchAll(database, sql: "SELECT name FROM sqlite_master WHERE type = 'view'") {
                    try database.execute(sql: "DROP VIEW \"\(view)\"")
                }
            }
            try await checkColumnsAndTables(of: whole, in: folder)
        }
    }

    // MARK: - Removing

    private func checkColumnsAndTables(of whole: String, in folder: String) async throws {
        let before = try await Removal(of: whole, in: folder)
        for (table, columns) in try await columns(of: whole) {
            try await before.check("table \(table)") { try $0.execute(sql: "DROP TABLE \"\(table)\"") }
            for column in columns {
                // Its name is all that is needed of it, and unlike a dropped one it may be a key.
                try await before.check("column \(table).\(column)") {
                    try $0.execute(sql: "ALTER TABLE \"\(table)\" RENAME COLUMN \"\(column)\" TO \"was_\(column)\"")
                }
            }
        }
    }

    /// Whether a database without the value is what llm itself writes where nobody said anything, so that nothing tells
    /// that somebody did.
    private static func mayBeEmpty(_ table: String, _ column: String) -> Bool {
        [
            "responses.prompt", "responses.system", "responses.response", "responses.reasoning", "parts.text",
            "tool_results.output", "tool_calls.arguments", "tool_calls.name", "tools.name",
        ].contains("\(table).\(column)")
    }

    private func columns(of path: String) async throws -> [(table: String, columns: [String])] {
        try await DatabaseQueue(path: path).read { database in
            let tables = try String.fetchAll(
                database,
                sql: "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '%\\_fts%' ESCAPE '\\'")
            return try tables.filter { !$0.hasPrefix("sqlite_") && $0 != "_llm_migrations" }.map { table in
                (table, try String.fetchAll(database, sql: "SELECT name FROM pragma_table_info(?)", arguments: [table]))
            }
        }
    }

    private func values(of path: String) async throws -> [(table: String, column: String, row: Int64)] {
        let columns = try await columns(of: path)
        return try await DatabaseQueue(path: path).read { database in
            try columns.flatMap { table, columns in
                // A row's own number is never NULL.
                let number = try String.fetchOne(
                    database, sql: "SELECT name FROM pragma_table_info(?) WHERE pk = 1 AND type = 'INTEGER'",
                    arguments: [table])
                return try columns.filter { $0 != number }.flatMap { column in
                    try Int64.fetchAll(
                        database, sql: "SELECT rowid FROM \"\(table)\" WHERE \"\(column)\" IS NOT NULL"
                    ).map { (table, column, $0) }
                }
            }
        }
    }

    private func database(_ script: String, in folder: String) throws -> String {
        let path = folder + "/whole.db"
        let queue = try DatabaseQueue(path: path)
        try queue.writeWithoutTransaction {
            try $0.execute(sql: String(decoding: ExportExpectations.fixture(script), as: UTF8.self))
        }
        try queue.close()
        return path
    }
}

/// A database, and what is read of it before anything is removed.
private struct Removal {
    let whole: String
    let copy: String
    let before: ExportReading

    init(of whole: String, in folder: String) async throws {
        self.whole = whole
        copy = folder + "/changed.db"
        before = try await Self.read(whole)
        #expect(before.notes(.lost) == [])
    }

    /// Reads the database after `change`.
    func check(_ place: String, isOwnWords: Bool = false, _ change: (Database) throws -> Void) async throws {
        try? FileManager.default.removeItem(atPath: copy)
        try FileManager.default.copyItem(atPath: whole, toPath: copy)
        var configuration = Configuration()
        configuration.foreignKeysEnabled = false
        let queue = try DatabaseQueue(path: copy, configuration: configuration)
        try queue.writeWithoutTransaction(change)
        try queue.close()
        guard LLMReader.recognize(try FileSource(path: copy)) != nil else { return }
        let reading: ExportReading
        do {
            reading = try await Self.read(copy)
        } catch is FormatError {
            return
        }
        let newlyLost = reading.notes(.lost).count - before.notes(.lost).count
        #expect(
            reading.messageCount >= before.messageCount || isOwnWords || newlyLost > 0,
            "without \(place): \(before.messageCount - reading.messageCount) messages fewer, nothing lost")
        let isPoorer = Self.words(of: reading) < Self.words(of: before)
        #expect(!isPoorer || isOwnWords || reading.notes != before.notes, "without \(place): fewer words, nothing said")
    }

    private static func words(of reading: ExportReading) -> Int {
        reading.conversations.flatMap(\.messages).flatMap(\.allWords).reduce(0) { $0 + $1.utf8.count }
    }

    private static func read(_ path: String) async throws -> ExportReading {
        try await ExportReading.of(try FileSource(path: path), with: LLMReader())
    }
}
