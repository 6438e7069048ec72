import Conversations
import GRDB

extension MessageSearch {
    /// A message that may be seen and that the conditions let through.
    func candidate(
        _ arrival: Int64, rank: Double, _ filters: String = "", _ values: [SQLValue] = []
    ) throws -> SearchCandidate? {
        var found: SearchCandidate?
        try database.step(
            "SELECT \(Self.columns) FROM message \(Self.around) AND message.arrival = ?\(filters)",
            [.integer(arrival)] + values
        ) { found = candidate($0, rank: rank) }
        return found
    }

    static let columns = """
        message.id, strand.thread, message.created_ms, message.lineage,
        (SELECT sz FROM message_search_docsize WHERE id = message.arrival),
        CASE WHEN message.role <> 'assistant' THEN NULL
          WHEN message.id & 16777215 > strand.fork + 1 THEN message.id - 1 ELSE strand.parent << 24 | strand.fork END
        """

    /// What stands around a message, and that it is not in the trash.
    static let around = """
        CROSS JOIN strand ON strand.id = message.id >> 24 CROSS JOIN thread ON thread.id = strand.thread
        WHERE message.trashed_ms IS NULL AND thread.trashed_ms IS NULL
        """

    func candidate(_ row: ExactRow, rank: Double) -> SearchCandidate {
        let createdAt = Timestamp(milliseconds: row.integer(2))
        return SearchCandidate(
            place: MessagePlace(row: row.integer(0)), thread: row.integer(1), score: rank * pull(createdAt),
            createdAt: createdAt, length: row.withBytes(4, Self.length), lineage: row.blob(3),
            question: row.integerOrNil(5))
    }

    /// The sum of the varints in a row of `message_search_docsize`: how many tokens each column has
    /// (https://www.sqlite.org/fts5.html, section 9.5; https://www.sqlite.org/fileformat2.html, section 1.6).
    private static func length(_ sizes: UnsafeBufferPointer<UInt8>) -> Double {
        var sum = 0
        var number = 0
        for byte in sizes {
            number = number << 7 | Int(byte & 0x7F)
            if byte < 0x80 {
                sum += number
                number = 0
            }
        }
        return Double(sum)
    }
}
