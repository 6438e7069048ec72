import Conversations
import GRDB

extension Vault {
    /// Brings threads into the vault: what is unknown of each is added, and nothing that is here is overwritten.
    ///
    /// - A thread that is not here comes whole. To one that is here its unknown messages, calls and labels are added; its
    ///   title is replaced only where nobody gave one, and it goes on from the record's tip only where that is new and
    ///   continues where the thread goes on from here. Its marks and tags stay as they are.
    /// - A message is known where its id is here and what was said up to it is the same. With its id here and other words,
    ///   it becomes a sibling under an id derived from both, and so does what continues it: bringing the same record in
    ///   again adds nothing.
    /// - What was erased here, and what continues it, is not brought back.
    /// - A record that does not hold together is refused, and the others are brought in.
    ///
    /// The work is done in steps of a tenth of a second at most; others write meanwhile. Killed in the middle, every step
    /// that was done is whole, and bringing the same records in again finishes it. The bytes of attachments have to be in
    /// the vault before (``keep(_:mediaType:)``).
    ///
    /// - Parameter importID: the import that brings them: ``finishImport(_:report:now:)`` is then what makes them survive
    ///   a lost power supply. Without one, they do when this returns.
    package func adopt(
        _ records: [ThreadRecord], import importID: ImportID? = nil
    ) async throws(StorageError) -> Adoption {
        var adoption = Adoption()
        // Ids derived from names lie all over their index, so most of its pages change with every step: brought from the
        // log into the file every 4 MB, as SQLite does by itself, they were most of the work.
        try await write(surviving: .process) { try $0.run("PRAGMA wal_autocheckpoint = 16384") }
        try await readUnmapped()
        for chunk in records.chunks(ofMessages: 20_000) {
            var work = AdoptionWork(records[chunk].map { PreparedThread($0) }, for: importID)
            while !work.isDone {
                let before = work
                if work.unread != nil {
                    work = try await read { database in
                        var work = before
                        try database.readThread(of: &work)
                        return work
                    }
                    continue
                }
                work = try await write(surviving: .process) { database in
                    var work = before
                    try database.adoptSlice(of: &work)
                    return work
                }
                // Who waits for the lock looks every millisecond or so (BusyWaiting): without a moment in which nobody has
                // it, some waited for seconds.
                if !work.isDone { try? await Task.sleep(for: .milliseconds(2)) }
            }
            adoption += work.adoption
        }
        if importID == nil {
            // A commit that reaches the disk takes with it all that stands before it in the log.
            try await write { database in try database.remember("adopted", "\(records.count)") }
            try await bringLogIntoFile()
        }
        return adoption
    }

    /// Brings the log into the file without making anybody wait, and lets it grow no more than it does by itself: a long
    /// log makes the next opening slow.
    func bringLogIntoFile() async throws(StorageError) {
        guard let pool = reader as? DatabasePool else { return }
        do {
            try await pool.writeWithoutTransaction { database in
                // Others read and write meanwhile (https://www.sqlite.org/pragma.html#pragma_wal_checkpoint).
                try database.run("PRAGMA wal_checkpoint(PASSIVE)")
                try database.run("PRAGMA wal_autocheckpoint = 1000")
            }
        } catch {
            throw StorageError(error, file: file)
        }
    }
}

extension [ThreadRecord] {
    /// Runs of records of so many messages or one record: what is made ready at once.
    fileprivate func chunks(ofMessages most: Int) -> [Range<Int>] {
        var chunks: [Range<Int>] = []
        var start = 0
        var count = 0
        for (number, record) in enumerated() {
            count += record.messages.count
            if count >= most || number == self.count - 1 {
                chunks.append(start..<number + 1)
                (start, count) = (number + 1, 0)
            }
        }
        return chunks
    }
}

/// Threads on their way into a vault, and how far they have come.
struct AdoptionWork: Sendable {
    let threads: [PreparedThread]
    let importID: ImportID?
    /// The thread that is being brought in.
    var number = 0
    /// What is known of it, where some of it has been written.
    var open: OpenThread?
    /// The row of the thread that has to be read before it can go on.
    var unread: Int64?
    /// How often it was read so.
    var readings = 0
    var adoption = Adoption()

    init(_ threads: [PreparedThread], for importID: ImportID?) {
        self.threads = threads
        self.importID = importID
    }

    var isDone: Bool { number == threads.count }
}

extension Database {
    /// Reads what is here of the thread that is being brought in, without the lock.
    func readThread(of work: inout AdoptionWork) throws {
        guard let row = work.unread else { return }
        work.unread = nil
        work.readings += 1
        var thread = try open(row, for: work.threads[work.number])
        if let earlier = work.open { thread.goOn(from: earlier) } else { thread.isNoted = false }
        work.open = thread
    }
}
