import Conversations
import GRDB

extension Database {
    /// Does the next step of an adoption.
    func adoptSlice(of work: inout AdoptionWork) throws {
        var slice = try AdoptionSlice(self, importID: work.importID)
        while !work.isDone, work.unread == nil, slice.hasTime {
            let prepared = work.threads[work.number]
            var adoption = work.adoption
            let resumption = try slice.resume(work.open, readings: work.readings, prepared, &adoption)
            if case .read(let row) = resumption {
                work.unread = row
                continue
            }
            // Nobody else holds the thread's state while it grows, or every message would copy it.
            work.open = nil
            if case .goOn(var thread) = resumption {
                let isWhole = try slice.bring(prepared, into: &thread, &adoption)
                try slice.letGo(of: &thread, prepared)
                if !isWhole { work.open = thread }
            }
            work.adoption = adoption
            if work.open == nil {
                work.number += 1
                work.readings = 0
            }
        }
        try slice.end()
    }
}

/// One step of an adoption: one transaction, its statements prepared once, and what of it is written at its end.
struct AdoptionSlice {
    /// A step holds the lock for as long as it takes; the commit adds to it.
    private static var duration: Duration { .milliseconds(80) }

    let database: Database
    private let clock = ContinuousClock()
    private let deadline: ContinuousClock.Instant
    private let importRow: Int64?
    let hasPurges: Bool
    var arrival: Int64
    private var change: Int64

    let statements: AdoptionStatements

    /// What waits for the end of the step: an UPDATE makes FTS5 write what it holds in memory.
    private var ends: [(thread: Int64, tip: MessagePlace?, activeAt: Timestamp, change: Int64)] = []
    var bodies: [Int64: [UInt8]] = [:]
    private var block: ArrivalBlock?
    private var notedModels: Set<String> = []
    private var backends: [SeenBackend: (first: Timestamp, last: Timestamp, calls: Int)] = [:]

    init(_ database: Database, importID: ImportID?) throws {
        self.database = database
        deadline = clock.now + Self.duration
        importRow = try importID.map { try database.importRow($0) }
        hasPurges = try database.first("SELECT 1 FROM purged LIMIT 1", value: { _ in true }) ?? false
        arrival = try database.first("SELECT max(arrival) FROM message", value: { $0.integer(0) }) ?? 0
        change = try database.lastChange()
        statements = try AdoptionStatements(database)
    }

    var hasTime: Bool { clock.now < deadline }

    func isPurged<Kind>(_ id: Identifier<Kind>) throws -> Bool {
        guard hasPurges else { return false }
        statements.findPurged.bind(id.bytes, at: 1)
        return try statements.findPurged.run()
    }

    /// Takes the message that has just been written in among the dates of its arrivals.
    mutating func noteDate(_ date: Timestamp) throws {
        let number = ArrivalBlock.number(of: arrival)
        if block?.number != number {
            try block?.write(database)
            block = try database.arrivalBlock(number)
        }
        block?.take(date)
    }

    /// As ``Database/noteModels(_:)``, each name once a step.
    mutating func noteModels(_ names: String?...) throws {
        for name in names.compactMap({ $0 }) where notedModels.insert(name).inserted {
            try database.noteModels(name)
        }
    }

    // MARK: - Threads

    /// What comes next of a thread.
    enum Resumption {
        case goOn(OpenThread)
        /// It is long: what is here of it has to be read first, without the lock.
        case read(row: Int64)
        /// Nothing of it is brought in; the reason is noted.
        case skip
    }

    /// A thread that others write in faster than it can be read is read with the lock at last.
    private static var mostReadings: Int { 8 }

    /// Goes on with a thread where the last step let go of it, or begins with it.
    ///
    /// - Parameter readings: how often it was read without the lock.
    mutating func resume(
        _ open: OpenThread?, readings: Int, _ prepared: PreparedThread, _ adoption: inout Adoption
    ) throws -> Resumption {
        let record = prepared.record
        if var reason = prepared.refusal {
            if let missing = try missingAttachment(of: prepared) { reason = missing }
            adoption.refusals.append(Adoption.Refusal(threadID: record.id, reason: reason))
            return .skip
        }
        if let reason = try missingAttachment(of: prepared) {
            adoption.refusals.append(Adoption.Refusal(threadID: record.id, reason: reason))
            return .skip
        }
        let found = try database.first(
            "SELECT id, changed FROM thread WHERE uid = ?", .blob(record.id.bytes),
            value: { (row: $0.integer(0), change: $0.integer(1)) })
        if let found {
            var thread: OpenThread
            if let open, open.row == found.row, open.change == found.change {
                thread = open
            } else {
                // Two records may be of one thread.
                if ends.contains(where: { $0.thread == found.row }) { try end() }
                if readings < Self.mostReadings, try database.isLong(found.row) { return .read(row: found.row) }
                thread = try database.open(found.row, for: prepared)
                if let open { thread.goOn(from: open) } else { thread.isNoted = false }
            }
            if !thread.isNoted {
                adoption.knownThreads += 1
                if try retitle(thread.row, record) { thread.change = try database.lastChange() }
                thread.isNoted = true
            }
            return .goOn(thread)
        }
        if try isPurged(record.id) {
            if open?.isNoted != true { adoption.erasedThreads += 1 }
            adoption.erasedMessages += record.messages.count - (open.map { max($0.next, $0.counted) } ?? 0)
            return .skip
        }
        guard let row = try create(record) else {
            adoption.refusals.append(Adoption.Refusal(threadID: record.id, reason: .handleTaken))
            return .skip
        }
        adoption.newThreads += 1
        return .goOn(OpenThread(row: row, isNew: true, for: prepared))
    }

    /// Brings a thread's messages in, and the calls of which there is no answer.
    ///
    /// - Returns: false where the step's time was over before.
    mutating func bring(
        _ prepared: PreparedThread, into thread: inout OpenThread, _ adoption: inout Adoption
    ) throws -> Bool {
        let count = prepared.record.messages.count
        while thread.next < count {
            try bring(message: thread.next, of: prepared, into: &thread, &adoption)
            thread.next += 1
            if thread.next & 7 == 0, !hasTime { return false }
        }
        while thread.nextCall < prepared.record.calls.count {
            if prepared.answerCounts[thread.nextCall] == 0 {
                _ = try place(ofCall: thread.nextCall, prepared, &thread, &adoption)
            }
            thread.nextCall += 1
            if thread.nextCall & 7 == 0, !hasTime { return false }
        }
        return true
    }

    // MARK: - The end

    /// Notes where a thread goes on from and that it has changed, for the end of the step.
    mutating func letGo(of thread: inout OpenThread, _ prepared: PreparedThread) throws {
        let tip = thread.newTip(of: prepared)
        let isNewer: Bool
        if thread.isNew {
            isNewer = false
        } else {
            let activeAt = try database.first(
                "SELECT active_ms FROM thread WHERE id = ?", .integer(thread.row), value: { $0.integer(0) })
            isNewer = activeAt.map { $0 < prepared.record.activeAt.milliseconds } ?? false
        }
        guard thread.isNew || thread.isAddedTo || tip != nil || isNewer else { return }
        // A title may have taken numbers meanwhile.
        change = max(change, try database.lastChange()) + 1
        thread.change = change
        thread.tip = tip ?? thread.tip
        ends.append((thread.row, thread.tip, prepared.record.activeAt, change))
        if thread.isNew || thread.isAddedTo, let importRow {
            try database.run(
                "INSERT OR IGNORE INTO import_thread (import, thread) VALUES (?, ?)", .integer(importRow),
                .integer(thread.row))
        }
    }

    /// Writes what waited for the end.
    mutating func end() throws {
        for end in ends {
            try database.run(
                "UPDATE thread SET tip = ?, active_ms = max(active_ms, ?), changed = ? WHERE id = ?",
                .integer(end.tip?.row), .integer(end.activeAt.milliseconds), .integer(end.change),
                .integer(end.thread))
        }
        for (call, body) in bodies { try database.keepBody(body, ofCall: call) }
        try block?.write(database)
        for (seen, sum) in backends { try database.count(seen, from: sum.first, to: sum.last, calls: sum.calls) }
        (ends, bodies, backends) = ([], [:], [:])
    }

    /// Notes what a call of another vault showed of who answered it.
    mutating func note(_ seen: SeenBackend, at time: Timestamp) {
        let before = backends[seen]
        backends[seen] = (
            min(before?.first ?? time, time), max(before?.last ?? time, time), (before?.calls ?? 0) + 1
        )
    }
}
