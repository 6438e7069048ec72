import Conversations
import GRDB

extension Doctor {
    /// Threads: their names, their tips, their titles' places.
    mutating func examineThreads() throws {
        try database.each(
            """
            SELECT thread.id, thread.uid, thread.short, thread.tip, strand.thread, message.id
            FROM thread LEFT JOIN message ON message.id = thread.tip LEFT JOIN strand ON strand.id = thread.tip >> 24
            """
        ) { row in
            result.threads += 1
            guard let id = ThreadID(bytes: row.blob(1)) else { return }
            let name = id.description
            threadNames[row.integer(0)] = name
            if row.text(2) != id.short { found(.handle, "thread", name, "its handle is not its id's") }
            guard !row.isNull(3) else { return }
            if row.isNull(5) {
                found(.tipMissing, "thread", name, "its tip is a message that is not there")
            } else if row.integerOrNil(4) != row.integer(0) {
                found(.tipOfAnotherThread, "thread", name, "its tip is a message of another thread")
            }
        }
        try database.each("SELECT uid, short FROM import") { row in
            guard let id = ImportID(bytes: row.blob(0)), row.text(1) != id.short else { return }
            found(.handle, "import", id.description, "its handle is not its id's")
        }
        try database.each("SELECT uid, short FROM replay") { row in
            guard let id = ReplayID(bytes: row.blob(0)), row.text(1) != id.short else { return }
            found(.handle, "replay", id.description, "its handle is not its id's")
        }
        try database.each(
            """
            SELECT 'message', purged.uid FROM purged JOIN message USING (uid)
            UNION ALL SELECT 'thread', purged.uid FROM purged JOIN thread USING (uid)
            UNION ALL SELECT 'call', purged.uid FROM purged JOIN call USING (uid)
            """
        ) { row in
            let name = MessageID(bytes: row.blob(1))?.description ?? "without an id"
            found(.purgedPresent, row.text(0), name, "it was erased, and is there")
        }
    }

    /// Strands: without gaps from the fork on, younger than their parents and of their thread.
    mutating func examineStrands() throws {
        try database.each("SELECT id, thread, parent, fork FROM strand") { row in
            strands[row.integer(0)] = Strand(
                thread: row.integer(1), parent: row.integerOrNil(2), fork: row.integer(3))
        }
        var filled: Set<Int64> = []
        // The table's own order, so that nothing is sorted.
        try database.each(
            "SELECT id >> 24, count(*), min(id) & 16777215, max(id) & 16777215 FROM message GROUP BY id >> 24"
        ) { row in
            let (id, count, first, last) = (row.integer(0), row.integer(1), row.integer(2), row.integer(3))
            filled.insert(id)
            result.messages += Int(count)
            guard let strand = strands[id] else {
                let place = MessagePlace(strand: id, position: first)
                found(
                    .strandMissing, "strand", "\(id)",
                    "\(count) messages lie in it, from \(try name(ofMessage: place.row)) on")
                return
            }
            if first != strand.fork + 1 || last - first + 1 != count {
                try examineGaps(ofStrand: id, strand, last: last)
            }
        }
        for (id, strand) in strands.sorted(by: { $0.key < $1.key }) {
            let thread = name(ofThread: strand.thread)
            if !filled.contains(id) {
                found(.strandEmpty, "strand", "\(id)", "it holds no message of thread \(thread)")
            }
            guard let parent = strand.parent else { continue }
            if parent >= id {
                found(.strandOrder, "strand", "\(id)", "it is not younger than strand \(parent), which it forked from")
            }
            guard let before = strands[parent] else {
                found(
                    .forkMissing, "strand", "\(id)",
                    "strand \(parent) of thread \(thread), which it forked from, is not there")
                continue
            }
            if before.thread != strand.thread {
                found(
                    .strandOfAnotherThread, "strand", "\(id)",
                    "it forked from strand \(parent), which is another thread's")
            }
            if try strand.fork <= before.fork || !database.exists(MessagePlace(strand: parent, position: strand.fork)) {
                found(
                    .forkMissing, "strand", "\(id)",
                    "it forked from position \(strand.fork) of strand \(parent) in thread \(thread), where there is no message"
                )
            }
        }
    }

    private mutating func examineGaps(ofStrand id: Int64, _ strand: Strand, last: Int64) throws {
        var expected = strand.fork + 1
        let thread = name(ofThread: strand.thread)
        var previous: String?
        try database.each(
            "SELECT id & 16777215, uid FROM message WHERE id BETWEEN ? AND ? ORDER BY id", .integer(id << 24),
            .integer(id << 24 | last)
        ) { row in
            let position = row.integer(0)
            if position > expected {
                let which =
                    position == expected + 1
                    ? "the message at position \(expected)" : "the messages at positions \(expected)–\(position - 1)"
                found(
                    .messageMissing, "strand", "\(id)",
                    "\(which) of thread \(thread) \(position == expected + 1 ? "is" : "are") missing"
                        + (previous.map { ", after message \($0)" } ?? ""))
            } else if position < expected {
                found(.forkMissing, "strand", "\(id)", "position \(position) of thread \(thread) lies before its fork")
            }
            expected = position + 1
            previous = MessageID(bytes: row.blob(1))?.description
        }
    }
}
