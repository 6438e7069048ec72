import Foundation
import GRDB
import GRDBSQLite

/// One person's store: one SQLite file.
///
/// Open it for ``Access/reading`` to look, which writes nothing and flushes nothing, or for ``Access/writing``. Every
/// writing operation is one whole transaction; when it returns, what it wrote survives what its documentation says.
/// Several processes may hold one vault open at the same time.
package final class Vault: Sendable {
    /// What a vault is opened for.
    package enum Access: Sendable {
        /// To look. The file is not made, migrated or changed.
        case reading
        /// To look and to write. The file is made and migrated where needed.
        case writing
    }

    /// The path of the SQLite file.
    package let file: String
    /// What it was opened for.
    package let access: Access

    let reader: any DatabaseReader
    private let reading = DispatchQueue(label: "vault.reading", attributes: .concurrent)
    let writer: GroupCommit?
    let worker: WorkerLock

    /// Opens a vault.
    ///
    /// Opened for writing, a file that is not there is made (0600, its folder 0700), an older one is migrated after a
    /// copy of it was put beside it, and two processes that do so at the same time do it once.
    ///
    /// - Throws: ``StorageError/Code/newerVault``, ``StorageError/Code/notAVault``, ``StorageError/Code/cannotOpen``,
    ///   and for reading ``StorageError/Code/notFound`` where there is no file yet.
    package init(file: String, for access: Access) throws(StorageError) {
        self.file = file
        self.access = access
        do {
            switch access {
            case .reading:
                reader = try VaultFile(path: file).openForReading()
                writer = nil
            case .writing:
                let pool = try VaultFile(path: file).openForWriting()
                reader = pool
                writer = GroupCommit(writer: pool)
            }
        } catch {
            throw StorageError(error, file: file)
        }
        worker = WorkerLock(vaultFile: file)
        do {
            try finishErasures()
        } catch {
            throw StorageError(error, file: file)
        }
    }

    /// Reads from one moment's state of the vault. A cancelled task reads like any other: what was interrupted has still
    /// to be saved and told.
    func read<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(StorageError) -> Value {
        if case .reading = access {
            // One connection, read by one after the other anyway: on the caller's own thread, for the start of another
            // takes longer than what most commands read.
            return try readHere(body)
        }
        // Not GRDB's asynchronous read: it still holds its connection when its caller goes on, and of the connections that
        // a vault closes, one that only reads may then be the last, which leaves the log beside the file.
        let outcome: Result<Value, any Error> = await withCheckedContinuation { continuation in
            reading.async { [reader] in
                continuation.resume(
                    returning: Result {
                        try reader.unsafeRead { database in try database.atOneMoment { try body(database) } }
                    })
            }
        }
        do {
            return try outcome.get()
        } catch {
            throw StorageError(error, file: file)
        }
    }

    private func readHere<Value>(_ body: (Database) throws -> Value) throws(StorageError) -> Value {
        do {
            return try reader.unsafeRead { database in try database.atOneMoment { try body(database) } }
        } catch {
            throw StorageError(error, file: file)
        }
    }

    /// Runs one writing operation.
    func write<Value: Sendable>(
        surviving durability: GroupCommit.Durability = .power, _ body: sending @escaping (Database) throws -> Value
    ) async throws(StorageError) -> Value {
        guard let writer else {
            throw StorageError(.refused, "the vault \(file) was opened for reading only.")
        }
        do {
            return try await writer.perform(durability, body)
        } catch {
            throw StorageError(error, file: file)
        }
    }

    /// Closes the file once everything under way has ended. The vault must not be used after.
    package func close() {
        if let pool = reader as? DatabasePool {
            // The last connection to close puts the log into the file and takes it away, and one that only reads cannot:
            // GRDB closes those after the one that writes. They can be let go only once nobody reads any more.
            try? pool.barrierWriteWithoutTransaction { _ in }
            pool.invalidateReadOnlyConnections()
        }
        // What cannot be closed now is closed by the end of the process: nothing is lost by it.
        try? reader.close()
        worker.release()
    }
}

extension Database {
    /// Runs reads that all see the same state, on a connection that cannot write: what GRDB does for one that could takes
    /// several statements more.
    fileprivate func atOneMoment<Value>(_ body: () throws -> Value) throws -> Value {
        try run("BEGIN")
        // There is nothing that could be lost; it only lets the moment go.
        defer { try? run("ROLLBACK") }
        return try body()
    }
}
