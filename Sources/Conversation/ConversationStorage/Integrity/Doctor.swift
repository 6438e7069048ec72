import Conversations
import Foundation
import GRDB

extension Vault {
    /// Re-derives every invariant of the store and lists what disagrees.
    ///
    /// It reads one moment's state and holds no lock: others go on writing.
    ///
    /// - Parameters:
    ///   - keepsEvents: whether the events of ended calls are meant to stay (`keep_events = true`).
    ///   - progress: called now and then, from any thread.
    /// - Returns: every disagreement, and what was counted.
    /// - Throws: what keeps the vault from being read at all; damage inside it is a finding.
    package func examine(
        keepsEvents: Bool = false, progress: (@Sendable (WorkProgress) -> Void)? = nil
    ) async throws(StorageError) -> Examination {
        try await read { [file, worker] database in
            var doctor = Doctor(
                database: database, file: file, worker: worker, keepsEvents: keepsEvents, progress: progress)
            try doctor.examine()
            return doctor.result
        }
    }
}

/// One examination, inside one reading transaction.
struct Doctor {
    let database: Database
    let file: String
    let worker: WorkerLock
    let keepsEvents: Bool
    let progress: (@Sendable (WorkProgress) -> Void)?

    var result = Examination()
    /// The strands, by their ids.
    var strands: [Int64: Strand] = [:]
    /// The threads' ids, by their rows.
    var threadNames: [Int64: String] = [:]
    /// The messages whose parts cannot be read: the view that search reads cannot either.
    var unreadableMessages: Set<Int64> = []
    /// What the index is to hold for each message, as the sum of its entries' hashes.
    var expectedIndex: [Int64: UInt64] = [:]
    /// Between which dates each block of arrivals lies.
    var blocks: [Int64: ClosedRange<Int64>] = [:]

    struct Strand {
        let thread: Int64
        let parent: Int64?
        let fork: Int64
    }

    init(
        database: Database, file: String, worker: WorkerLock, keepsEvents: Bool,
        progress: (@Sendable (WorkProgress) -> Void)?
    ) {
        self.database = database
        self.file = file
        self.worker = worker
        self.keepsEvents = keepsEvents
        self.progress = progress
    }

    mutating func examine() throws {
        try step("file") { try $0.examineFile() }
        try step("threads") { try $0.examineThreads() }
        try step("strands") { try $0.examineStrands() }
        try step("messages") { try $0.examineMessages() }
        try step("calls") { try $0.examineCalls() }
        try step("replays") { try $0.examineReplays() }
        try step("backends") { try $0.examineBackends() }
        try step("canaries") { try $0.examineCanaries() }
        try step("attachments") { try $0.examineBlobs() }
        try step("bounds") { try $0.examineBounds() }
        try step("index") { try $0.examineIndex() }
    }

    /// Runs one step; damage that keeps it from its end is a finding, and the next steps are taken all the same.
    private mutating func step(_ name: String, _ body: (inout Doctor) throws -> Void) throws {
        progress?(WorkProgress(step: name, done: 0, total: 1))
        do {
            try body(&self)
        } catch let error as DatabaseError
            where [.SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_ERROR, .SQLITE_CONSTRAINT].contains(error.resultCode)
        {
            let kind: Finding.Kind = name == "index" ? .indexUnreadable : .fileDamaged
            result.add(kind, "file", file, "reading the \(name) ended with \(error.extendedResultCode.rawValue)")
        }
        progress?(WorkProgress(step: name, done: 1, total: 1))
    }

    mutating func found(_ kind: Finding.Kind, _ noun: String, _ name: String, _ detail: String) {
        result.add(kind, noun, name, detail)
    }

    func name(ofThread row: Int64) -> String { threadNames[row] ?? "in row \(row)" }

    /// The id of a message, or where it would be.
    func name(ofMessage row: Int64) throws -> String {
        let place = MessagePlace(row: row)
        if let id = try database.uid(of: place) { return id.description }
        guard let strand = strands[place.strand] else { return "in row \(row)" }
        return "at position \(place.position) of strand \(place.strand), thread \(name(ofThread: strand.thread))"
    }
}

extension Doctor {
    /// SQLite's own checks, the references between rows, and who may read the file.
    fileprivate mutating func examineFile() throws {
        try database.each("PRAGMA integrity_check(100)") { row in
            let line = row.text(0)
            if line != "ok" { found(.fileDamaged, "file", file, line) }
        }
        try database.each("PRAGMA foreign_key_check") { row in
            let (table, id, parent) = (row.text(0), row.integerOrNil(1), row.text(2))
            found(
                .danglingReference, table, id.map { "in row \($0)" } ?? "without a row",
                "it refers to a row of \(parent) that is not there")
        }
        for path in [file, file + "-wal", file + "-shm"] {
            guard let attributes = try? FileManager.default.attributesOfItem(atPath: path),
                let mode = (attributes[.posixPermissions] as? NSNumber)?.intValue, mode & 0o077 != 0
            else { continue }
            found(.filePermissions, "file", path, "others may use it: its permissions are \(String(mode, radix: 8))")
        }
        if try database.unfinishedErasure() != nil {
            found(.erasureUnfinished, "file", file, "an erasure was begun and not finished")
        }
    }
}
