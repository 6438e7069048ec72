package import Conversations
import GRDB

/// What a reader of a message wants to know beside it.
package struct MessageSurroundings: Sendable, Hashable {
    /// How many messages continue its parent, itself included.
    package let siblingCount: Int
    /// The model of the call that brought it, as the upstream named it.
    package let modelReported: String?

    package init(siblingCount: Int, modelReported: String?) {
        self.siblingCount = siblingCount
        self.modelReported = modelReported
    }
}

/// The names of a model, as a call has them.
package struct CalledModel: Sendable, Hashable {
    package let sent: String
    package let reported: String?
}

extension Vault {
    /// What stands around some messages of the path that ends at a message, by their positions.
    ///
    /// One read for all of them: asked for one by one, they took longer than everything else that showing a thread takes.
    package func surroundings(
        ofPathTo id: MessageID, at positions: Range<Int>
    ) async throws(StorageError) -> [Int: MessageSurroundings] {
        try await read { database in
            let (_, end) = try database.threadAndPlace(of: id)
            var found: [Int: MessageSurroundings] = [:]
            for segment in try database.path(to: end) {
                let first = max(Int64(positions.lowerBound), segment.first.position)
                let last = min(Int64(positions.upperBound) - 1, segment.last.position)
                guard first <= last else { continue }
                let strand = segment.first.strand
                // Inside a strand the parent is the row before, so a sibling is a strand that forks there.
                try database.each(
                    """
                    SELECT message.id, call.model_reported, 1 + (
                        SELECT count(*) FROM strand WHERE parent = message.id >> 24
                          AND fork = (message.id & 16777215) - 1
                          AND EXISTS (SELECT 1 FROM message AS child WHERE child.id = strand.id << 24 | strand.fork + 1))
                    FROM message LEFT JOIN call ON call.id = message.call WHERE message.id BETWEEN ? AND ?
                    """, .integer(MessagePlace(strand: strand, position: first).row),
                    .integer(MessagePlace(strand: strand, position: last).row)
                ) { row in
                    let place = MessagePlace(row: row.integer(0))
                    found[Int(place.position)] = MessageSurroundings(
                        siblingCount: place == segment.first
                            ? try database.siblingCount(of: place) : Int(row.integer(2)),
                        modelReported: row.textOrNil(1))
                }
            }
            return found
        }
    }

    /// The models of the calls that brought a thread's messages.
    package func models(in thread: ThreadID) async throws(StorageError) -> [CallID: CalledModel] {
        try await read { database in
            var models: [CallID: CalledModel] = [:]
            try database.each(
                """
                SELECT DISTINCT call.uid, call.model_sent, call.model_reported FROM strand
                JOIN message ON message.id BETWEEN strand.id << 24 AND strand.id << 24 | 16777215
                JOIN call ON call.id = message.call WHERE strand.thread = ?
                """, .integer(try database.threadRow(thread).row)
            ) { row in
                guard let id = CallID(bytes: row.blob(0)) else { return }
                models[id] = CalledModel(sent: row.text(1), reported: row.textOrNil(2))
            }
            return models
        }
    }
}

extension Database {
    /// As many as ``siblings(of:)`` finds that are there.
    fileprivate func siblingCount(of place: MessagePlace) throws -> Int {
        try siblings(of: place).filter { try exists($0) }.count
    }
}
