import Conversations
import GRDB

/// A thread that messages are being brought into: what the vault holds of it, and where the record's messages are in it.
struct OpenThread: Sendable {
    /// A strand, and the next free position in it.
    struct Strand: Sendable {
        let parent: Int64
        let fork: Int64
        var next: Int64
    }

    /// A message that was here before.
    struct Known: Sendable {
        let place: MessagePlace
        let lineage: Lineage
    }

    /// Which of a call's answers a message is.
    struct Choice: Hashable {
        let call: Int64
        let choice: Int?
    }

    let row: Int64
    /// Whether this adoption wrote it.
    let isNew: Bool
    /// Whether it is counted among those that were here, and has its title.
    var isNoted = true
    /// Whether anything was brought into it.
    var isAddedTo = false
    /// The next of the record's messages.
    var next = 0
    /// The next of the record's calls of which there is no answer.
    var nextCall = 0
    /// Those before this one were counted already, before somebody else changed the thread.
    var counted = 0
    /// Where each of the record's messages is; nil where it was erased.
    var places: [MessagePlace?] = []
    /// Those that this adoption wrote.
    var written: Set<Int> = []
    var strands: [Int64: Strand] = [:]
    var known: [MessageID: Known] = [:]
    /// Where each of the record's calls is: its row; 0 where it was erased; nil where it has not been looked for.
    var calls: [Int64?]
    var knownCalls: [CallID: Int64] = [:]
    /// For each of the record's calls, how many of its answers have not come yet, and whether one was erased.
    var missingAnswers: [Int]
    var callsWithErasedAnswers: Set<Int> = []
    var choices: Set<Choice> = []
    var tip: MessagePlace?
    /// The thread's number of change when this adoption let go of it.
    var change: Int64 = 0

    init(row: Int64, isNew: Bool, for prepared: PreparedThread) {
        self.row = row
        self.isNew = isNew
        calls = Array(repeating: nil, count: prepared.record.calls.count)
        missingAnswers = prepared.answerCounts
        places.reserveCapacity(prepared.record.messages.count)
    }

    /// Goes on with what an adoption has brought so far, after somebody else wrote in the thread between two steps: where
    /// things are has been looked up anew, and what was counted is not counted again.
    mutating func goOn(from earlier: OpenThread) {
        counted = earlier.next
        written = earlier.written
        isAddedTo = earlier.isAddedTo
        isNoted = earlier.isNoted
    }

    /// The strand that a message continues and its position there; nil where it has to begin a strand of its own.
    mutating func freePlace(after parent: MessagePlace?) -> MessagePlace? {
        guard let parent, let next = strands[parent.strand]?.next, next == parent.position + 1 else { return nil }
        strands[parent.strand]?.next += 1
        return MessagePlace(row: parent.row + 1)
    }

    /// Whether a message lies on the path to another.
    func isOnPath(_ ancestor: MessagePlace, to end: MessagePlace) -> Bool {
        var place = end
        while place.strand != ancestor.strand {
            guard let strand = strands[place.strand], strand.fork >= 0 else { return false }
            place = MessagePlace(strand: strand.parent, position: strand.fork)
        }
        return ancestor.position <= place.position
    }

    /// Where the thread is to go on from, as far as it has been written: the record's tip or what is written of the path
    /// to it, if that was brought by this adoption and continues where the thread goes on from now.
    ///
    /// A tip that was here before is not gone back to: whoever moved the thread meanwhile wanted it so.
    func newTip(of prepared: PreparedThread) -> MessagePlace? {
        var number = prepared.tip
        while number >= 0 {
            if number < places.count, let place = places[number] {
                guard written.contains(number) else { return nil }
                return tip.map { isOnPath($0, to: place) } ?? true ? place : nil
            }
            number = prepared.parents[number]
        }
        return nil
    }
}

extension Database {
    /// Whether to read all of a thread takes longer than a writer should make others wait.
    func isLong(_ thread: Int64) throws -> Bool {
        let most: Int64 = 4_000
        let count = try first(
            """
            SELECT sum(count) FROM (
              SELECT coalesce((SELECT max(message.id) & 16777215 FROM message
                  WHERE message.id BETWEEN strand.id << 24 AND strand.id << 24 | 16777215), fork) - fork AS count
              FROM strand WHERE thread = ? LIMIT ?)
            """, .integer(thread), .integer(most + 1), value: { $0.integer(0) })
        return count ?? 0 > most
    }

    /// Reads what is here of a thread, as its last change left it.
    func open(_ row: Int64, for prepared: PreparedThread) throws -> OpenThread {
        var thread = OpenThread(row: row, isNew: false, for: prepared)
        try each(
            """
            SELECT id, parent, fork, (SELECT max(message.id) & 16777215 FROM message
                WHERE message.id BETWEEN strand.id << 24 AND strand.id << 24 | 16777215)
            FROM strand WHERE thread = ?
            """, .integer(row)
        ) { strand in
            let fork = strand.integer(2)
            thread.strands[strand.integer(0)] = OpenThread.Strand(
                parent: strand.integer(1), fork: fork, next: (strand.integerOrNil(3) ?? fork) + 1)
        }
        try each(
            """
            SELECT message.id, message.uid, message.lineage, message.call, message.choice FROM strand
            JOIN message ON message.id BETWEEN strand.id << 24 AND strand.id << 24 | 16777215 WHERE strand.thread = ?
            """, .integer(row)
        ) { message in
            guard let id = MessageID(bytes: message.blob(1)), let lineage = Lineage(bytes: message.blob(2)) else {
                return
            }
            thread.known[id] = OpenThread.Known(place: MessagePlace(row: message.integer(0)), lineage: lineage)
            if let call = message.integerOrNil(3) {
                thread.choices.insert(OpenThread.Choice(call: call, choice: message.integerOrNil(4).map { Int($0) }))
            }
        }
        try each("SELECT uid, id FROM call WHERE thread = ?", .integer(row)) { call in
            if let id = CallID(bytes: call.blob(0)) { thread.knownCalls[id] = call.integer(1) }
        }
        if let (tip, change) = try first(
            "SELECT tip, changed FROM thread WHERE id = ?", .integer(row),
            value: { ($0.integerOrNil(0), $0.integer(1)) })
        {
            thread.tip = tip.map { MessagePlace(row: $0) }
            thread.change = change
        }
        return thread
    }
}
