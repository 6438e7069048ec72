package import Conversations
import GRDB

/// What a message weighs, for planning what of a path to send.
package struct MessageWeight: Sendable, Hashable {
    package let role: Role
    /// The bytes of its words.
    package let textBytes: Int
    /// The bytes of its other parts as they are kept, and of the blobs they hold.
    package let otherBytes: Int
    /// Whether it is labelled `keep`.
    package let isKept: Bool

    package init(role: Role, textBytes: Int, otherBytes: Int, isKept: Bool) {
        self.role = role
        self.textBytes = textBytes
        self.otherBytes = otherBytes
        self.isKept = isKept
    }
}

extension Vault {
    /// The message with this id.
    package func message(_ id: MessageID) async throws(StorageError) -> Message {
        try await read { database in
            guard let place = try database.place(of: id), let message = try database.message(at: place) else {
                throw StorageError(.notFound, "there is no message \(id). See: diwan show")
            }
            return message
        }
    }

    /// The messages from a thread's beginning to this one.
    package func path(to id: MessageID) async throws(StorageError) -> [Message] {
        try await read { database in
            let (thread, end) = try database.threadAndPlace(of: id)
            var messages: [Message] = []
            for segment in try database.path(to: end) {
                try database.each(
                    """
                    SELECT \(MessageRow.columns) FROM \(MessageRow.tables)
                    WHERE message.id BETWEEN ? AND ? ORDER BY message.id
                    """, .integer(segment.first.row), .integer(segment.last.row)
                ) { row in
                    messages.append(try MessageRow(row).message(in: thread, after: messages.last?.id))
                }
            }
            return messages
        }
    }

    /// The messages that share this one's parent, itself included, in the order in which they came.
    package func siblings(of id: MessageID) async throws(StorageError) -> [MessageID] {
        try await read { database in
            let (_, place) = try database.threadAndPlace(of: id)
            return try database.siblings(of: place).compactMap { try database.uid(of: $0) }
        }
    }

    /// The messages in sight that continue this one, oldest first.
    package func continuations(of id: MessageID) async throws(StorageError) -> [Message] {
        let uids = try await read { database in
            let (_, place) = try database.threadAndPlace(of: id)
            return try database.children(of: place).compactMap { try database.uid(of: $0) }
        }
        var messages: [Message] = []
        for uid in uids {
            let message = try await message(uid)
            if message.trashedAt == nil { messages.append(message) }
        }
        return messages
    }

    /// Every message of a thread, each after its parent.
    package func messages(of id: ThreadID) async throws(StorageError) -> [Message] {
        try await read { database in
            let thread = try database.threadRow(id)
            // A strand is younger than the one it forked from, so parents come before their children.
            return try database.all(
                """
                SELECT \(MessageRow.columns) FROM strand
                JOIN message ON message.id BETWEEN strand.id << 24 AND strand.id << 24 | 16777215
                LEFT JOIN call ON call.id = message.call WHERE strand.thread = ? ORDER BY message.id
                """, .integer(thread.row), value: { try MessageRow($0) }
            ).map { row in
                row.message(in: id, after: try database.parent(of: row.place).flatMap { try database.uid(of: $0) })
            }
        }
    }

    /// What each message of a path weighs, from the thread's beginning to this one.
    package func weights(to id: MessageID) async throws(StorageError) -> [MessageWeight] {
        try await read { database in
            let (_, end) = try database.threadAndPlace(of: id)
            var weights: [MessageWeight] = []
            for segment in try database.path(to: end) {
                try database.each(
                    """
                    SELECT role, length(CAST(text AS BLOB)), coalesce(length(CAST(parts AS BLOB)), 0) + coalesce((
                        SELECT sum(length(blob.bytes)) FROM message_blob JOIN blob USING (sha256)
                        WHERE message_blob.message = message.id), 0),
                      EXISTS (SELECT 1 FROM label WHERE label.message = message.id AND label.name = 'keep')
                    FROM message WHERE id BETWEEN ? AND ? ORDER BY id
                    """, .integer(segment.first.row), .integer(segment.last.row)
                ) { row in
                    weights.append(
                        MessageWeight(
                            role: Role(row.text(0)), textBytes: Int(row.integer(1)), otherBytes: Int(row.integer(2)),
                            isKept: row.integer(3) == 1))
                }
            }
            return weights
        }
    }

    /// Writes the planned messages of a path, in order, from the rows into `writer`.
    ///
    /// - Parameter end: the last message of the path; nil for an empty one.
    package func write<Writer: InputWriter & Sendable>(
        pathTo end: MessageID?, sending positions: [ClosedRange<Int>], into writer: Writer
    ) async throws(StorageError) -> Writer {
        guard let end else { return writer }
        return try await read { database in
            var writer = writer
            guard let path = try database.path(to: end) else {
                throw StorageError(.notFound, "there is no message \(end). See: diwan show")
            }
            let blobs = StoredBlobs(database: database)
            for segment in path {
                for range in positions {
                    let first = max(Int64(range.lowerBound), segment.first.position)
                    let last = min(Int64(range.upperBound), segment.last.position)
                    guard first <= last else { continue }
                    try database.each(
                        """
                        SELECT role, text, parts, call.upstream, call.model_sent, call.dialect
                        FROM message LEFT JOIN call ON call.id = message.call AND message.parts IS NOT NULL
                        WHERE message.id BETWEEN ? AND ? ORDER BY message.id
                        """,
                        .integer(MessagePlace(strand: segment.first.strand, position: first).row),
                        .integer(MessagePlace(strand: segment.first.strand, position: last).row)
                    ) { row in
                        if row.isNull(2) {
                            let role = Role(row.text(0))
                            row.withBytes(1) { writer.append(role: role, text: $0) }
                        } else {
                            let parts = try MessageRow.parts(text: row.text(1), stored: row.text(2))
                            try writer.append(
                                role: Role(row.text(0)), parts: parts, origin: Self.origin(row), blobs: blobs)
                        }
                    }
                }
            }
            return writer
        }
    }

    /// Who said a message, from the columns after its words. Another program's calls have no dialect: what they were sent
    /// to is not an upstream of ours, whatever its name.
    private static func origin(_ row: ExactRow) -> MessageOrigin? {
        guard let upstream = row.textOrNil(3), let model = row.textOrNil(4),
            row.textOrNil(5).flatMap({ Dialect(rawValue: $0) }) != nil
        else { return nil }
        return MessageOrigin(upstream: upstream, model: model)
    }

    /// The bytes of an attachment.
    package func bytes(of digest: BlobDigest) async throws(StorageError) -> [UInt8] {
        try await read { database in try StoredBlobs(database: database).bytes(of: digest) }
    }
}

extension Database {
    func threadAndPlace(of id: MessageID) throws -> (ThreadID, MessagePlace) {
        guard let place = try place(of: id),
            let thread = try first(
                "SELECT thread.uid FROM strand JOIN thread ON thread.id = strand.thread WHERE strand.id = ?",
                .integer(place.strand), value: { ThreadID(bytes: $0.blob(0)) })?.flatMap({ $0 })
        else { throw StorageError(.notFound, "there is no message \(id). See: diwan show") }
        return (thread, place)
    }
}

extension Vault {
    /// The upstreams that the reasoning on a path came from.
    package func upstreamsOfReasoning(onPathTo id: MessageID) async throws(StorageError) -> Set<String> {
        try await read { database in
            let (_, end) = try database.threadAndPlace(of: id)
            var upstreams: Set<String> = []
            for segment in try database.path(to: end) {
                try database.each(
                    """
                    SELECT DISTINCT call.upstream FROM message JOIN call ON call.id = message.call
                    WHERE message.id BETWEEN ? AND ? AND message.parts IS NOT NULL
                      AND instr(message.parts, '"reasoning"') > 0
                    """, .integer(segment.first.row), .integer(segment.last.row)
                ) { upstreams.insert($0.text(0)) }
            }
            return upstreams
        }
    }

    /// Whether a path has a file that is known by an upstream's id, and an answer of another upstream than this one.
    package func holdsFileIDs(onPathTo id: MessageID, ofOthersThan upstream: String) async throws(StorageError) -> Bool
    {
        try await read { database in
            let (_, end) = try database.threadAndPlace(of: id)
            let segments = try database.path(to: end)
            let hasIDs = try segments.contains { segment in
                try database.first(
                    """
                    SELECT 1 FROM message WHERE id BETWEEN ? AND ? AND parts IS NOT NULL AND instr(parts, '"file_id"') > 0
                    LIMIT 1
                    """, .integer(segment.first.row), .integer(segment.last.row), value: { _ in true }) != nil
            }
            guard hasIDs else { return false }
            return try segments.contains { segment in
                try database.first(
                    """
                    SELECT 1 FROM message JOIN call ON call.id = message.call
                    WHERE message.id BETWEEN ? AND ? AND call.upstream <> ? LIMIT 1
                    """, .integer(segment.first.row), .integer(segment.last.row), .text(upstream), value: { _ in true })
                    != nil
            }
        }
    }

    /// Whether any message of a path is more than words of a user, an assistant or the system: one look, without reading
    /// the words.
    package func holdsMoreThanWords(onPathTo id: MessageID) async throws(StorageError) -> Bool {
        try await read { database in
            let (_, end) = try database.threadAndPlace(of: id)
            return try database.path(to: end).contains { segment in
                try database.first(
                    """
                    SELECT 1 FROM message WHERE id BETWEEN ? AND ?
                      AND (parts IS NOT NULL OR role NOT IN ('user', 'assistant', 'system')) LIMIT 1
                    """, .integer(segment.first.row), .integer(segment.last.row), value: { _ in true }) != nil
            }
        }
    }
}
