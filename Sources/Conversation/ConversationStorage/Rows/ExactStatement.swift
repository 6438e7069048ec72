import GRDB
import GRDBSQLite

// GRDB cuts text at U+0000: it binds with a length of −1 and reads C strings. `\u0000` is legal in JSON and so in
// people's messages, so every value goes in and out with its length here. It is also the shortest way from a row to bytes.

/// A value on its way into a statement.
enum SQLValue {
    case null
    case integer(Int64)
    case real(Double)
    case text(String)
    case blob([UInt8])

    static func integer(_ value: Int?) -> SQLValue { value.map { .integer(Int64($0)) } ?? .null }
    static func integer(_ value: Int64?) -> SQLValue { value.map { .integer($0) } ?? .null }
    static func text(_ value: String?) -> SQLValue { value.map { .text($0) } ?? .null }
    static func real(_ value: Double?) -> SQLValue { value.map { .real($0) } ?? .null }
    static func blob(_ value: [UInt8]?) -> SQLValue { value.map { .blob($0) } ?? .null }
}

/// A row under the cursor of a running statement. Columns count from 0.
struct ExactRow {
    fileprivate let statement: OpaquePointer

    func isNull(_ column: Int32) -> Bool { sqlite3_column_type(statement, column) == SQLITE_NULL }

    func integer(_ column: Int32) -> Int64 { sqlite3_column_int64(statement, column) }

    func integerOrNil(_ column: Int32) -> Int64? { isNull(column) ? nil : integer(column) }

    func real(_ column: Int32) -> Double? { isNull(column) ? nil : sqlite3_column_double(statement, column) }

    /// The text of a column with its whole length, U+0000 included.
    func text(_ column: Int32) -> String {
        withBytes(column) { String(decoding: $0, as: UTF8.self) }
    }

    func textOrNil(_ column: Int32) -> String? { isNull(column) ? nil : text(column) }

    func blob(_ column: Int32) -> [UInt8] { withBytes(column) { Array($0) } }

    func blobOrNil(_ column: Int32) -> [UInt8]? { isNull(column) ? nil : blob(column) }

    /// The bytes of a text or blob column, in SQLite's own memory, until the next step.
    func withBytes<Result>(_ column: Int32, _ body: (UnsafeBufferPointer<UInt8>) throws -> Result) rethrows -> Result {
        // The order matters: the pointer first, then the length (https://www.sqlite.org/c3ref/column_blob.html).
        let pointer = sqlite3_column_blob(statement, column)
        let count = Int(sqlite3_column_bytes(statement, column))
        return try body(
            UnsafeBufferPointer(start: pointer?.assumingMemoryBound(to: UInt8.self), count: pointer == nil ? 0 : count))
    }
}

extension Database {
    /// Runs a statement for each row it gives.
    func each(_ sql: String, _ values: SQLValue..., row: (ExactRow) throws -> Void) throws {
        try step(sql, values, row: row)
    }

    /// The first row's value, or nil where there is no row.
    func first<Value>(_ sql: String, _ values: SQLValue..., value: (ExactRow) throws -> Value) throws -> Value? {
        var found: Value?
        try step(sql, values) { row in
            if found == nil { found = try value(row) }
        }
        return found
    }

    /// Every row's value, in order.
    func all<Value>(_ sql: String, _ values: SQLValue..., value: (ExactRow) throws -> Value) throws -> [Value] {
        var found: [Value] = []
        try step(sql, values) { found.append(try value($0)) }
        return found
    }

    /// Runs a statement that gives no rows.
    func run(_ sql: String, _ values: SQLValue...) throws {
        try step(sql, values) { _ in }
    }

    /// Inserts a row and gives its id.
    func insert(_ sql: String, _ values: SQLValue...) throws -> Int64 {
        try step(sql, values) { _ in }
        return lastInsertedRowID
    }

    func step(_ sql: String, _ values: [SQLValue], row: (ExactRow) throws -> Void) throws {
        try stepWhile(
            sql, values,
            isWanted: { here in
                try row(here)
                return true
            })
    }

    /// Runs a statement for each row it gives, as long as the caller wants another.
    func stepWhile(_ sql: String, _ values: [SQLValue], isWanted row: (ExactRow) throws -> Bool) throws {
        var statement = try cachedStatement(sql: sql)
        if sqlite3_stmt_busy(statement.sqliteStatement) != 0 {
            // The same statement is in the middle of its rows further up the stack.
            statement = try makeStatement(sql: sql)
        }
        let handle = statement.sqliteStatement
        defer {
            sqlite3_reset(handle)
            sqlite3_clear_bindings(handle)
        }
        for (index, value) in values.enumerated() {
            try check(bind(value, to: handle, at: Int32(index + 1)), sql)
        }
        while true {
            switch sqlite3_step(handle) {
            case SQLITE_ROW: guard try row(ExactRow(statement: handle)) else { return }
            case SQLITE_DONE: return
            case let code: try check(code, sql)
            }
        }
    }

    private func bind(_ value: SQLValue, to statement: OpaquePointer, at index: Int32) -> Int32 {
        // SQLITE_TRANSIENT: SQLite copies the bytes before the call returns.
        let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
        switch value {
        case .null: return sqlite3_bind_null(statement, index)
        case .integer(let value): return sqlite3_bind_int64(statement, index, value)
        case .real(let value): return sqlite3_bind_double(statement, index, value)
        case .text(var value):
            return value.withUTF8 { bytes in
                guard let start = bytes.baseAddress, !bytes.isEmpty else {
                    return sqlite3_bind_text(statement, index, "", 0, transient)
                }
                return start.withMemoryRebound(to: CChar.self, capacity: bytes.count) { characters in
                    sqlite3_bind_text64(
                        statement, index, characters, UInt64(bytes.count), transient, UInt8(SQLITE_UTF8))
                }
            }
        case .blob(let value):
            return value.withUnsafeBytes { bytes in
                bytes.isEmpty
                    ? sqlite3_bind_zeroblob(statement, index, 0)
                    : sqlite3_bind_blob64(statement, index, bytes.baseAddress, UInt64(bytes.count), transient)
            }
        }
    }

    private func check(_ code: Int32, _ sql: String) throws {
        guard code != SQLITE_OK else { return }
        throw DatabaseError(
            resultCode: ResultCode(rawValue: sqlite3_extended_errcode(sqliteConnection)),
            message: sqliteConnection.map { String(cString: sqlite3_errmsg($0)) }, sql: sql)
    }
}
