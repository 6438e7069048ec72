import Conversations
import DiwanSchema
import Foundation
import GRDB
import GRDBSQLite

/// The file of a vault: how it is made, told apart from others, migrated and opened.
struct VaultFile {
    /// `PRAGMA application_id` of every vault: 'Diwn'.
    static let applicationID: Int64 = 0x4469_776E

    /// How much of the file is read through memory: a fresh process reads a thread whose rows lie scattered five times
    /// faster (measured).
    private static let mappedBytes: Int64 = 1 << 36

    let path: String

    func openForReading() throws -> any DatabaseReader {
        guard access(path, F_OK) == 0 else {
            throw StorageError(.notFound, "there is no vault at \(path) yet. It is made by the first: diwan ask")
        }
        var configuration = connectionConfiguration()
        configuration.readonly = true
        // They are looked at when something is written.
        configuration.foreignKeysEnabled = false
        let (queue, version): (DatabaseQueue, Int)
        do {
            queue = try DatabaseQueue(path: path, configuration: configuration)
            // One moment of the file, as where it is looked at before it is opened to write.
            version = try queue.read { database in
                // GRDB has every column of every statement noted for those who wait for changes. Nobody does here.
                sqlite3_set_authorizer(database.sqliteConnection, nil, nil)
                try checkHeader(database)
                return try userVersion(database)
            }
        } catch let error as DatabaseError
            where error.resultCode == .SQLITE_CANTOPEN || error.resultCode == .SQLITE_READONLY
        {
            return try openOnReadOnlyMedium(configuration)
        }
        if version < Migration.store.count {
            // An older vault is migrated by whoever comes first; a reader is the first as often as not.
            try queue.close()
            try openForWriting().close()
            return try openForReading()
        }
        return queue
    }

    /// A folder that may not be written cannot hold the shared-memory file that WAL needs; then nobody else can be
    /// writing either, and the file can be taken as it is (https://www.sqlite.org/uri.html, `immutable`).
    private func openOnReadOnlyMedium(_ configuration: Configuration) throws -> any DatabaseReader {
        guard !FileManager.default.isWritableFile(atPath: folder), FileManager.default.isReadableFile(atPath: path),
            let escaped = path.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed)
        else {
            throw StorageError(.cannotOpen, "the vault \(path) cannot be opened. Check that it is yours: ls -l \(path)")
        }
        let queue = try DatabaseQueue(path: "file:\(escaped)?immutable=1", configuration: configuration)
        try queue.unsafeRead { try checkHeader($0) }
        return queue
    }

    func openForWriting() throws -> DatabasePool {
        try makeFolderAndFile()
        // Foreign files are refused before WAL mode could change a byte of them.
        try refuseForeignFile()
        // Of two that turn a new file to WAL at once, one may be told that it is busy without being asked to wait: each holds
        // what the other waits for (https://www.sqlite.org/c3ref/busy_handler.html). Begun anew it finds the work done.
        let pool = try BusyWaiting.beginningAnew {
            let pool = try DatabasePool(path: path, configuration: connectionConfiguration())
            try pool.writeWithoutTransaction { database in
                try migrate(database)
            }
            return pool
        }
        protectCompanions()
        return pool
    }

    // MARK: - Connections

    private func connectionConfiguration() -> Configuration {
        var configuration = Configuration()
        configuration.busyMode = .callback(BusyWaiting.waits)
        configuration.foreignKeysEnabled = true
        configuration.maximumReaderCount = 4
        configuration.prepareDatabase { database in
            database.add(tokenizer: DiwanTokenizer.self)
            try database.run("PRAGMA mmap_size = \(Self.mappedBytes)")
            if !database.configuration.readonly {
                // Words that were erased do not stay behind in free pages.
                try database.run("PRAGMA secure_delete = ON")
                // Pages a transaction has changed that do not fit are written to the log, and again whenever they change
                // after: 64 turns in one commit wrote 2.3 times the log with SQLite's 2 MB.
                try database.run("PRAGMA cache_size = -65536")
            }
        }
        return configuration
    }

    // MARK: - What the header says

    private func userVersion(_ database: Database) throws -> Int {
        Int(try database.first("PRAGMA user_version") { $0.integer(0) } ?? 0)
    }

    /// Refuses what is no vault, and what a newer version wrote.
    private func checkHeader(_ database: Database) throws {
        let application = try database.first("PRAGMA application_id") { $0.integer(0) } ?? 0
        let version = try userVersion(database)
        if application == 0 && version == 0 {
            let tables = try database.first("SELECT count(*) FROM sqlite_schema") { $0.integer(0) } ?? 0
            guard tables == 0 else { throw notAVault }
            return
        }
        guard application == Self.applicationID else { throw notAVault }
        guard version <= Migration.store.count else {
            throw StorageError(
                .newerVault,
                "this vault was written by a newer Diwan (schema \(version), this one knows \(Migration.store.count)). Nothing was changed."
            )
        }
    }

    private var notAVault: StorageError {
        StorageError(.notAVault, "\(path) is not a Diwan vault. Nothing was changed. Name another with --vault FILE.")
    }

    private func refuseForeignFile() throws {
        let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
        guard size > 0 else { return }
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .callback(BusyWaiting.waits)
        do {
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            defer { try? queue.close() }
            // One moment of the file: beside who makes it, its two numbers would be read before and after.
            try queue.read { try checkHeader($0) }
        } catch let error as DatabaseError where error.resultCode == .SQLITE_NOTADB {
            throw notAVault
        }
    }

    // MARK: - Migration

    /// Brings the schema up to date: the version is read again inside the transaction that changes it, so that of two
    /// processes that start at once one migrates and the other finds it done. All missing files and the new version are
    /// one transaction: a migration that fails changes nothing. The copy of the old vault is made inside it too, or each of
    /// them would write it at the same time.
    private func migrate(_ database: Database) throws {
        guard try userVersion(database) < Migration.store.count else { return }
        try database.inTransaction(.immediate) {
            try checkHeader(database)
            let version = try userVersion(database)
            guard version < Migration.store.count else { return .commit }
            if version > 0 { try copyBeforeMigration() }
            for migration in Migration.store.dropFirst(version) {
                try database.execute(sql: migration.sql)
            }
            try database.execute(sql: "PRAGMA user_version = \(Migration.store.count)")
            return .commit
        }
    }

    /// Copies with SQLite's backup API, never by reading the file: closing a descriptor of it would drop SQLite's locks
    /// (https://www.sqlite.org/howtocorrupt.html, section 2.2).
    ///
    /// By a connection of its own: one that is writing gives no copies (https://www.sqlite.org/c3ref/backup_finish.html).
    private func copyBeforeMigration() throws {
        let copy = "\(path).before-schema-\(Migration.store.count)"
        _ = FileManager.default.createFile(atPath: copy, contents: nil, attributes: [.posixPermissions: 0o600])
        var configuration = Configuration()
        configuration.readonly = true
        // Whoever else is opening the file holds all of it for a moment.
        configuration.busyMode = .callback(BusyWaiting.waits)
        let source = try DatabaseQueue(path: path, configuration: configuration)
        let destination = try DatabaseQueue(path: copy)
        try source.backup(to: destination)
        try destination.close()
        try source.close()
    }

    // MARK: - Permissions

    private var folder: String {
        let folder = (path as NSString).deletingLastPathComponent
        return folder.isEmpty ? "." : folder
    }

    private func makeFolderAndFile() throws {
        let files = FileManager.default
        if !files.fileExists(atPath: folder) {
            do {
                try files.createDirectory(
                    atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            } catch {
                throw StorageError(
                    .cannotOpen, "the folder \(folder) cannot be made. Name another vault with --vault FILE.")
            }
        }
        if !files.fileExists(atPath: path) {
            // Made with its permissions, so that there is no moment at which others could read it.
            let descriptor = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
            guard descriptor >= 0 else {
                if errno == ENOSPC { throw DatabaseError(resultCode: .SQLITE_FULL) }
                throw StorageError(
                    .cannotOpen,
                    "the vault \(path) cannot be made: \(String(cString: strerror(errno))). Name another with --vault FILE."
                )
            }
            // Nobody has SQLite locks on a file that this call has just made or found empty.
            Foundation.close(descriptor)
        }
    }

    /// SQLite gives `-wal` and `-shm` the permissions of the file itself; a vault copied from elsewhere is brought to 0600.
    private func protectCompanions() {
        for companion in [path, path + "-wal", path + "-shm"] where access(companion, F_OK) == 0 {
            chmod(companion, 0o600)
        }
    }
}

/// How a connection waits for another process.
///
/// SQLite's own busy timeout starves: its sleeps grow to 100 ms while a busy writer comes back every few (six appending
/// processes: waits of 4.6 s, and "database is locked"). Short random sleeps let everybody in (0.7 s at worst).
enum BusyWaiting {
    /// About fifteen seconds of sleeps of one millisecond on average.
    private static let attempts = 15_000

    static let waits: @Sendable (Int) -> Bool = { attempt in
        guard attempt < attempts else { return false }
        usleep(.random(in: 500...1500))
        return true
    }

    /// Does something again where it was refused as busy without having been asked to wait; for as long as it waits else.
    static func beginningAnew<Value>(_ work: () throws -> Value) throws -> Value {
        let end = ContinuousClock.now + .seconds(15)
        while true {
            do {
                return try work()
            } catch let error as DatabaseError
                where error.resultCode == .SQLITE_BUSY && ContinuousClock.now < end
            {
                usleep(.random(in: 500...1500))
            }
        }
    }
}
