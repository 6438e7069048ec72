import GRDB
import Synchronization

/// Puts operations that wait at the same time into one transaction.
///
/// Durable commits cost a flush of the disk (some hundred a second); sixteen in one cost the same. A caller's result is
/// handed over after the commit, never before; an operation that throws undoes itself alone.
///
/// Where one of a batch throws, the batch is rolled back and run again with a savepoint each: an operation may run twice,
/// and must have no effect outside the database that a second run would change.
final class GroupCommit: Sendable {
    /// What a commit survives.
    enum Durability {
        /// A killed process (`synchronous=NORMAL` in WAL: the commit is in the operating system's hands).
        case process
        /// A lost power supply too (`synchronous=FULL`).
        case power
    }

    private struct Operation {
        let durability: Durability
        let run: (Database) throws -> Void
        /// Called once, after the commit or with what prevented it.
        let finish: ((any Error)?) -> Void
    }

    private struct Waiting {
        var operations: [Operation] = []
        var isDraining = false
    }

    /// A batch holds the lock for as long as it takes; other processes wait meanwhile.
    private static let largestBatch = 128

    // Begun and committed by statements that are kept: GRDB's own are parsed anew for every transaction.
    private static let begin = "BEGIN IMMEDIATE"
    private static let end = "COMMIT"

    private let writer: any DatabaseWriter
    private let waiting = Mutex(Waiting())
    /// The `synchronous` the connection has. Touched only on the writer's queue.
    private let current = Mutex<Durability?>(nil)

    init(writer: any DatabaseWriter) {
        self.writer = writer
    }

    /// Runs an operation in the next transaction and gives its value after the commit.
    func perform<Value: Sendable>(
        _ durability: Durability, _ body: sending @escaping (Database) throws -> Value
    ) async throws -> Value {
        let outcome = Outcome<Value>()
        let body = Handover(body)
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            submit(
                Operation(
                    durability: durability, run: { outcome.value = try body.content($0) },
                    finish: { error in
                        if let error { continuation.resume(throwing: error) } else { continuation.resume() }
                    }))
        }
        guard let value = outcome.value else { throw DatabaseError(resultCode: .SQLITE_ABORT) }
        return value
    }

    private func submit(_ operation: Operation) {
        let operation = Handover(operation)
        let starts = waiting.withLock { waiting in
            waiting.operations.append(operation.content)
            defer { waiting.isDraining = true }
            return !waiting.isDraining
        }
        if starts {
            writer.asyncWriteWithoutTransaction { self.drain($0) }
        }
    }

    private func drain(_ database: Database) {
        while true {
            let batch = waiting.withLock { waiting in
                let batch = Handover(Array(waiting.operations.prefix(Self.largestBatch)))
                waiting.operations.removeFirst(batch.content.count)
                if batch.content.isEmpty { waiting.isDraining = false }
                return batch
            }
            guard !batch.content.isEmpty else { return }
            commit(batch.content, database)
        }
    }

    private func commit(_ batch: [Operation], _ database: Database) {
        do {
            try setSynchronous(batch.contains { $0.durability == .power } ? .power : .process, database)
            try database.run(Self.begin)
            var failures: [(any Error)?]
            do {
                // FTS5 writes what it holds in memory at every savepoint; hardly any operation fails, so the first try
                // does without.
                for operation in batch { try operation.run(database) }
                failures = Array(repeating: nil, count: batch.count)
            } catch  where batch.count > 1 {
                if database.isInsideTransaction { try database.rollback() }
                try database.run(Self.begin)
                failures = []
                for operation in batch { failures.append(try runAlone(operation, database)) }
            }
            try database.run(Self.end)
            for (operation, failure) in zip(batch, failures) { operation.finish(failure) }
        } catch {
            if database.isInsideTransaction { try? database.rollback() }
            for operation in batch { operation.finish(error) }
        }
    }

    /// Runs one operation inside a savepoint; gives what it threw, and throws only if the whole transaction is lost.
    private func runAlone(_ operation: Operation, _ database: Database) throws -> (any Error)? {
        try database.run("SAVEPOINT operation")
        do {
            try operation.run(database)
            try database.run("RELEASE operation")
            return nil
        } catch {
            // A full disk or a failing one rolls back the whole transaction (https://www.sqlite.org/lang_transaction.html).
            guard database.isInsideTransaction else { throw error }
            try database.run("ROLLBACK TO operation")
            try database.run("RELEASE operation")
            return error
        }
    }

    /// The pragma may change between transactions, never inside one.
    private func setSynchronous(_ wanted: Durability, _ database: Database) throws {
        guard current.withLock({ $0 != wanted }) else { return }
        try database.run("PRAGMA synchronous = \(wanted == .power ? "FULL" : "NORMAL")")
        current.withLock { $0 = wanted }
    }
}

/// Carries what only one side ever holds: written on the writer's queue, read after the continuation resumed.
private final class Outcome<Value>: @unchecked Sendable /* the continuation orders the write before the read */ {
    var value: Value?
}

/// Lets a value that was sent to us cross the lock.
private struct Handover<Content>: @unchecked Sendable /* `sending` parameters: nobody else holds it */ {
    let content: Content
    init(_ content: Content) { self.content = content }
}
