import Foundation
import GRDB

/// A `logs.db`, opened to be read: it is never written to, whatever its folder allows.
final class LLMDatabase {
    private let queue: DatabaseQueue
    private let columns: [String: Set<String>]
    /// Each table's columns, as they are selected.
    private let lists: [String: String]
    private let copy: URL?
    /// Which rows have which value, by table and column.
    private var places: [String: [String: [Int64]]] = [:]

    /// Opens the file at `path`.
    ///
    /// A database in WAL mode whose folder cannot be written to is opened as immutable where no log stands beside it, and
    /// from a copy of both files where one does: an immutable database is read without its log.
    init(path: String, log: String? = nil) throws {
        let log = log ?? path + "-wal"
        let logHolds = ((try? FileManager.default.attributesOfItem(atPath: log)[.size]) as? Int ?? 0) > 0
        var opened: (DatabaseQueue, [String: Set<String>])?
        var copy: URL?
        if log == path + "-wal", let attempt = try? Self.open("file:\(Self.escaped(path))?mode=ro") {
            opened = attempt
        } else if !logHolds {
            opened = try Self.open("file:\(Self.escaped(path))?mode=ro&immutable=1")
        } else {
            let folder = FileManager.default.temporaryDirectory.appendingPathComponent("logs-db-\(UUID().uuidString)")
            copy = folder
            do {
                try FileManager.default.createDirectory(
                    at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
                let database = folder.appendingPathComponent("logs.db").path
                try FileManager.default.copyItem(atPath: path, toPath: database)
                try FileManager.default.copyItem(atPath: log, toPath: database + "-wal")
                try? FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: database)
                try? FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: database + "-wal")
                opened = try Self.open("file:\(Self.escaped(database))")
            } catch {
                try? FileManager.default.removeItem(at: folder)
                throw error
            }
        }
        guard let opened else { throw DatabaseError(resultCode: .SQLITE_CANTOPEN) }
        (queue, columns) = opened
        // GRDB cuts text at U+0000; bytes it reads whole.
        lists = Dictionary(
            uniqueKeysWithValues: columns.map { table, names in
                (table, names.sorted().map { "CAST(\(table).\"\($0)\" AS BLOB) AS \"\($0)\"" }.joined(separator: ", "))
            })
        self.copy = copy
    }

    deinit {
        if let copy {
            try? queue.close()
            try? FileManager.default.removeItem(at: copy)
        }
    }

    /// Whether there is such a table.
    func has(_ table: String) -> Bool { columns[table] != nil }

    /// Whether a table has such a column.
    func has(_ table: String, _ column: String) -> Bool { columns[table]?.contains(column) ?? false }

    /// The rows of a table with every column it has in this generation; a table that is not there has none. `rest` is what
    /// follows `FROM table`, with `?` for the arguments.
    func rows(_ table: String, _ rest: String = "", _ arguments: [String] = []) throws -> [LLMRow] {
        guard let list = lists[table] else { return [] }
        return try queue.read { database in
            let statement = try database.cachedStatement(sql: "SELECT \(list) FROM \(table) \(rest)")
            let cursor = try Row.fetchCursor(statement, arguments: StatementArguments(arguments))
            var rows: [LLMRow] = []
            while let row = try cursor.next() { rows.append(try LLMRow(row)) }
            return rows
        }
    }

    /// The rows of a table that have a value in a column, in the order in which they were written.
    ///
    /// For columns without an index: the table is gone through once, whatever the number of questions.
    func rows(_ table: String, whose column: String, is value: String) throws -> [LLMRow] {
        guard has(table, column) else { return [] }
        let name = "\(table).\(column)"
        if places[name] == nil {
            places[name] = try queue.read { database in
                let cursor = try Row.fetchCursor(
                    database, sql: "SELECT CAST(\"\(column)\" AS BLOB), rowid FROM \(table) ORDER BY rowid")
                var places: [String: [Int64]] = [:]
                while let row = try cursor.next() {
                    let rowID: Int64 = row[1]
                    try row.withUnsafeData(atIndex: 0) { data in
                        if let data { places[String(decoding: data, as: UTF8.self), default: []].append(rowID) }
                    }
                }
                return places
            }
        }
        return try (places[name]?[value] ?? []).flatMap { try rows(table, "WHERE rowid = ?", ["\($0)"]) }
    }

    /// The first column of every row that a query gives, as texts; NULL is none.
    func texts(_ sql: String) throws -> [String] {
        try queue.read { database in
            let cursor = try Row.fetchCursor(database, sql: sql)
            var texts: [String] = []
            while let row = try cursor.next() {
                try row.withUnsafeData(atIndex: 0) { data in
                    if let data { texts.append(String(decoding: data, as: UTF8.self)) }
                }
            }
            return texts
        }
    }

    /// Whether an error is SQLite's, and so the file's.
    static func isDamage(_ error: any Error) -> Bool { error is DatabaseError }

    private static func open(_ address: String) throws -> (DatabaseQueue, [String: Set<String>]) {
        var configuration = Configuration()
        configuration.readonly = true
        configuration.label = "logs.db"
        let queue = try DatabaseQueue(path: address, configuration: configuration)
        let columns = try queue.read { database in
            var columns: [String: Set<String>] = [:]
            let tables = try String.fetchAll(database, sql: "SELECT name FROM sqlite_master WHERE type = 'table'")
            for table in tables where !table.contains("\"") {
                columns[table] = Set(
                    try String.fetchAll(database, sql: "SELECT name FROM pragma_table_info(?)", arguments: [table])
                        .filter { !$0.contains("\"") })
            }
            return columns
        }
        return (queue, columns)
    }

    /// A path as it stands in a `file:` address (https://www.sqlite.org/uri.html, section 3.1).
    private static func escaped(_ path: String) -> String {
        path.utf8.map { unit in
            switch unit {
            case UInt8(ascii: "%"), UInt8(ascii: "?"), UInt8(ascii: "#"), 0...0x20, 0x7F...:
                "%" + (unit < 16 ? "0" : "") + String(unit, radix: 16, uppercase: true)
            default: String(UnicodeScalar(unit))
            }
        }.joined()
    }
}

/// A row, column by column as bytes.
struct LLMRow {
    private var values: [String: [UInt8]] = [:]

    init(_ row: Row) throws {
        for (index, name) in row.columnNames.enumerated() {
            try row.withUnsafeData(atIndex: index) { data in
                if let data { values[name] = Array(data) }
            }
        }
    }

    /// The bytes of a column; nil for NULL and for a column this generation does not have.
    func bytes(_ column: String) -> [UInt8]? { values[column] }

    func text(_ column: String) -> String? { values[column].map { String(decoding: $0, as: UTF8.self) } }

    /// A text that is not empty.
    func words(_ column: String) -> String? {
        guard let text = text(column), !text.isEmpty else { return nil }
        return text
    }

    func int(_ column: String) -> Int? {
        guard let text = text(column) else { return nil }
        return Int(text) ?? Double(text).flatMap { Int(exactly: $0.rounded()) }
    }
}
