import GRDB

extension Vault {
    /// Reads the file piece by piece from here on.
    ///
    /// What is read through memory stays mapped: the fastest where a command looks at a few threads, and as much memory
    /// as the vault is large where it goes through all of them. Of a vault that was opened for writing, it is the
    /// connection that writes that reads so.
    package func readUnmapped() async throws(StorageError) {
        do {
            if let pool = reader as? DatabasePool {
                try await pool.writeWithoutTransaction { try $0.unmap() }
            } else {
                try await reader.unsafeRead { try $0.unmap() }
            }
        } catch {
            throw StorageError(error, file: file)
        }
    }
}

extension Database {
    /// To be run outside of a transaction: SQLite keeps what it has mapped while a page of it is in use.
    fileprivate func unmap() throws { try run("PRAGMA mmap_size = 0") }
}
