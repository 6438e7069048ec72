package import Conversations
import GRDB
import OrderedJSON

/// A message that is about to be written.
package struct NewMessage: Sendable {
    package var id: MessageID
    package var role: Role
    package var parts: [MessagePart]
    package var choice: Int?
    package var finishReason: String?
    package var status: Message.Status
    package var createdAt: Timestamp

    package init(
        id: MessageID, role: Role, parts: [MessagePart], choice: Int? = nil, finishReason: String? = nil,
        status: Message.Status = .complete, createdAt: Timestamp
    ) {
        self.id = id
        self.role = role
        self.parts = parts
        self.choice = choice
        self.finishReason = finishReason
        self.status = status
        self.createdAt = createdAt
    }
}

extension Database {
    /// Writes a message after `parent`, or as a beginning of the thread, and into the index.
    ///
    /// It continues its parent's strand if it is the first to do so, else it begins a strand of its own; either way no
    /// message is ever in another's place.
    func append(
        _ message: NewMessage, after parent: MessagePlace?, inThread thread: Int64, call: Int64? = nil
    ) throws -> MessagePlace {
        let ground = try ground(for: message.id, after: parent)
        if ground.isPurged {
            throw StorageError(.refused, "this message was erased here and is not brought back.")
        }
        let lineage = Lineage(parent: ground.lineage, role: message.role, parts: message.parts)
        let place = try place(after: parent, isFree: ground.isNextFree, inThread: thread)
        let arrival = ground.arrival
        let stored = message.parts.isPlainText ? nil : message.parts.storedJSON.text()
        try run(
            """
            INSERT INTO message (id, arrival, uid, lineage, role, text, parts, call, choice, finish_reason, status, created_ms)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            .integer(place.row), .integer(arrival), .blob(message.id.bytes), .blob(lineage.bytes),
            .text(message.role.name),
            .text(message.parts.text), .text(stored), .integer(call), .integer(message.choice),
            .text(message.finishReason), .text(message.status.rawValue), .integer(message.createdAt.milliseconds))
        var block = ground.block
        block.take(message.createdAt)
        try block.write(self)
        try index(message.parts, stored: stored != nil, arrival: arrival)
        for digest in message.parts.blobs {
            try run(
                "INSERT OR IGNORE INTO message_blob (message, sha256) VALUES (?, ?)", .integer(place.row),
                .blob(digest.bytes))
        }
        return place
    }

    /// What a message that is about to be written finds there.
    private struct Ground {
        let isPurged: Bool
        /// The lineage it continues.
        let lineage: Lineage
        let isNextFree: Bool
        let arrival: Int64
        let block: ArrivalBlock
    }

    /// All that has to be known before a message is written, by one statement.
    private func ground(for id: MessageID, after parent: MessagePlace?) throws -> Ground {
        let ground = try first(
            """
            SELECT EXISTS (SELECT 1 FROM purged WHERE uid = ?1), (SELECT lineage FROM message WHERE id = ?2),
              NOT EXISTS (SELECT 1 FROM message WHERE id = ?2 + 1), last.arrival + 1, block.first_ms, block.last_ms
            FROM (SELECT coalesce(max(arrival), 0) AS arrival FROM message) AS last
            LEFT JOIN arrival_block AS block ON block.id = (last.arrival + 1) >> \(ArrivalBlock.bits)
            """, .blob(id.bytes), .integer(parent?.row)
        ) { row throws -> Ground in
            guard let lineage = parent == nil ? .beginning : row.blobOrNil(1).flatMap({ Lineage(bytes: $0) }) else {
                throw StorageError(.notFound, "the message to continue is not there any more. See: diwan show")
            }
            let arrival = row.integer(3)
            return Ground(
                isPurged: row.integer(0) == 1, lineage: lineage, isNextFree: row.integer(2) == 1, arrival: arrival,
                block: ArrivalBlock(
                    number: ArrivalBlock.number(of: arrival), firstMilliseconds: row.integerOrNil(4),
                    lastMilliseconds: row.integerOrNil(5)))
        }
        guard let ground else { throw DatabaseError(resultCode: .SQLITE_INTERNAL) }
        return ground
    }

    private func place(after parent: MessagePlace?, isFree: Bool, inThread thread: Int64) throws -> MessagePlace {
        guard let parent else {
            return MessagePlace(strand: try newStrand(inThread: thread, parent: nil, fork: -1), position: 0)
        }
        guard parent.position < MessagePlace.largestPosition else {
            throw StorageError(
                .refused, "this thread has as many messages in a row as there can be. Fork it: diwan new")
        }
        if isFree { return MessagePlace(row: parent.row + 1) }
        let strand = try newStrand(inThread: thread, parent: parent.strand, fork: parent.position)
        return MessagePlace(strand: strand, position: parent.position + 1)
    }

    private func newStrand(inThread thread: Int64, parent: Int64?, fork: Int64) throws -> Int64 {
        try insert(
            "INSERT INTO strand (thread, parent, fork) VALUES (?, ?, ?)", .integer(thread), .integer(parent),
            .integer(fork))
    }

    /// Puts a message's words into the index, as the view `message_words` gives them.
    private func index(_ parts: [MessagePart], stored: Bool, arrival: Int64) throws {
        let words = SearchedWords(stored ? parts : [])
        if words.isForTheViewToTell {
            try run(
                """
                INSERT INTO message_search (rowid, text, reasoning, tool)
                SELECT arrival, text, reasoning, tool FROM message_words WHERE arrival = ?
                """, .integer(arrival))
        } else if words.reasoning == nil, words.tool == nil {
            try run("INSERT INTO message_search (rowid, text) VALUES (?, ?)", .integer(arrival), .text(parts.text))
        } else {
            try run(
                "INSERT INTO message_search (rowid, text, reasoning, tool) VALUES (?, ?, ?, ?)", .integer(arrival),
                .text(parts.text), .text(words.reasoning), .text(words.tool))
        }
    }
}

extension [MessagePart] {
    /// The blobs these parts hold.
    var blobs: [BlobDigest] {
        compactMap { part in
            switch part {
            case .image(let media), .file(let media), .audio(let media):
                if case .blob(let digest) = media.source { digest } else { nil }
            default: nil
            }
        }
    }
}
