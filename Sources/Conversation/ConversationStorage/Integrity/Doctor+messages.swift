import Conversations
import GRDB
import OrderedJSON

extension Doctor {
    /// Messages, in the order of their rows: parents come before their children, for a strand is younger than the one it
    /// forked from. What the index is to hold of each is added up on the way.
    mutating func examineMessages() throws {
        let forks = Set(
            strands.values.compactMap { strand in
                strand.parent.map { MessagePlace(strand: $0, position: strand.fork).row }
            })
        let held = try heldBlobs()
        let index = try IndexHash(database)
        var lineages: [Int64: LineageChain] = [:]
        var previous: (row: Int64, lineage: LineageChain)?
        var done = 0
        try database.each("SELECT id, uid, lineage, role, text, parts, arrival, created_ms FROM message ORDER BY id") {
            row in
            let place = MessagePlace(row: row.integer(0))
            done += 1
            note(date: row.integer(7), ofArrival: row.integer(6))
            if done & 0x3FF == 0 { progress?(WorkProgress(step: "messages", done: done, total: result.messages)) }
            guard let id = MessageID(bytes: row.blob(1)), let lineage = Lineage(bytes: row.blob(2)) else { return }
            let parts: [MessagePart]
            do {
                parts = try MessageRow.parts(text: row.text(4), stored: row.textOrNil(5))
            } catch {
                found(.parts, "message", id.description, "its parts cannot be read or do not fit its words")
                unreadableMessages.insert(place.row)
                previous = (place.row, LineageChain(stored: lineage, derived: lineage))
                if forks.contains(place.row) { lineages[place.row] = previous?.lineage }
                return
            }
            var before: LineageChain? = .beginning
            if previous?.row == place.row - 1, place.position > (strands[place.strand]?.fork ?? -1) + 1 {
                before = previous?.lineage
            } else if let strand = strands[place.strand] {
                let first = place.position == strand.fork + 1
                before = first ? strand.parent.map { lineages[$0 << 24 | strand.fork] } ?? .beginning : nil
            }
            var chain = LineageChain(stored: lineage, derived: lineage)
            if let before {
                // What was said decides, not what was written of it: a wrong lineage is named once, not once a child.
                chain.derived = Lineage(parent: before.derived, role: Role(row.text(3)), parts: parts)
                if lineage != chain.derived,
                    lineage != Lineage(parent: before.stored, role: Role(row.text(3)), parts: parts)
                {
                    found(.lineage, "message", id.description, "its lineage is not that of its words and its parent")
                }
            }
            previous = (place.row, chain)
            if forks.contains(place.row) { lineages[place.row] = chain }
            let blobs = Set(parts.blobs)
            if blobs != held[place.row] ?? [] {
                found(
                    .blobReferences, "message", id.description, "what is noted of its attachments is not what it holds")
            }
            expectedIndex[place.row] = row.withBytes(4) { index.sum(of: $0, column: .text) }
            if row.isNull(5) { return }
            try addParts(of: place.row, index)
        }
        try examineAnswers()
    }

    /// The blobs that are noted for each message.
    private func heldBlobs() throws -> [Int64: Set<BlobDigest>] {
        var held: [Int64: Set<BlobDigest>] = [:]
        try database.each("SELECT message, sha256 FROM message_blob") { row in
            if let digest = BlobDigest(bytes: row.blob(1)) { held[row.integer(0), default: []].insert(digest) }
        }
        return held
    }

    private mutating func addParts(of row: Int64, _ index: IndexHash) throws {
        do {
            try database.each(
                "SELECT reasoning, tool FROM message_words WHERE arrival = (SELECT arrival FROM message WHERE id = ?)",
                .integer(row)
            ) { words in
                let sum =
                    words.withBytes(0) { index.sum(of: $0, column: .reasoning) }
                    &+ words.withBytes(1) { index.sum(of: $0, column: .tool) }
                expectedIndex[row, default: 0] &+= sum
            }
        } catch let error as DatabaseError where error.resultCode == .SQLITE_ERROR {
            found(
                .parts, "message", try name(ofMessage: row),
                "SQLite cannot read its parts, so search does not know them")
            unreadableMessages.insert(row)
        }
    }

    /// Answers and the calls they came from.
    private mutating func examineAnswers() throws {
        try database.each(
            """
            SELECT message.id, call.id IS NULL, call.thread IS NOT strand.thread, call.status IN ('queued', 'running')
            FROM message LEFT JOIN call ON call.id = message.call LEFT JOIN strand ON strand.id = message.id >> 24
            WHERE message.call IS NOT NULL
              AND (call.id IS NULL OR call.thread IS NOT strand.thread OR call.status IN ('queued', 'running'))
            """
        ) { row in
            let what =
                row.integer(1) == 1
                ? "the call it came from is not there"
                : row.integer(3) == 1
                    ? "the call it came from has not ended" : "the call it came from is another thread's"
            found(.messageCall, "message", try name(ofMessage: row.integer(0)), what)
        }
        try database.each(
            """
            SELECT call.uid, choice, count(*) FROM message JOIN call ON call.id = message.call
            GROUP BY message.call, choice HAVING count(*) > 1
            """
        ) { row in
            found(
                .choiceTwice, "call", CallID(bytes: row.blob(0))?.description ?? "",
                "\(row.integer(2)) of its answers are choice \(row.integer(1))")
        }
    }
}

/// A message's lineage as it is written and as it follows from what was said.
private struct LineageChain {
    var stored: Lineage
    var derived: Lineage

    static let beginning = LineageChain(stored: .beginning, derived: .beginning)
}
