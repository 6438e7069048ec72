import Conversations
import GRDB

extension MessageSearch {
    /// A match as the index knows it.
    struct Match {
        let arrival: Int64
        var rank: Double
        /// What it is chosen by; its rank where arrival says which are the newest.
        var pulled: Double

        init(arrival: Int64, rank: Double) {
            self.arrival = arrival
            self.rank = rank
            pulled = rank
        }
    }

    /// The best of the matches that may be seen, as many as a page takes.
    ///
    /// How long a row is takes a look-up: that is asked of some more than are shown, and all else of those shown. More
    /// are read where copies of one message and answers to one question leave too few.
    ///
    /// - Parameter matches: the newest first.
    /// - Returns: the candidates, and how many matches were passed over because they may not be seen.
    func best(of matches: [Match]) throws -> (candidates: [SearchCandidate], hidden: Int) {
        let wanted = max(SearchBounds.enough, limit)
        let sorted = inOrder(matches)
        var candidates: [SearchCandidate] = []
        var examined = 0
        var hidden = 0
        while examined < sorted.count, Self.distinct(candidates) < wanted {
            let some = sorted[examined...].prefix(wanted * SearchBounds.weighedForEachHit)
            var rest = try weighedByLength(some)[...]
            examined += rest.count
            while !rest.isEmpty, Self.distinct(candidates) < wanted {
                let next = rest.prefix(wanted + wanted / 2)
                let found = try self.candidates(next)
                hidden += next.count - found.count
                candidates += found
                rest = rest.dropFirst(next.count)
            }
        }
        return (candidates, hidden)
    }

    /// By date they come as they are.
    private func inOrder(_ matches: [Match]) -> [Match] {
        guard order == .relevance else { return matches }
        return matches.sorted { $0.pulled != $1.pulled ? $0.pulled > $1.pulled : $0.arrival > $1.arrival }
    }

    /// The same with what their lengths do to their ranks, the best first: of two that hold the same, the shorter says it
    /// more plainly.
    private func weighedByLength(_ matches: ArraySlice<Match>) throws -> [Match] {
        var weighed = Array(matches)
        var lengths = Array(repeating: 0.0, count: weighed.count)
        try database.step(
            """
            SELECT wanted.key, size.sz FROM json_each(?) AS wanted
            CROSS JOIN message_search_docsize AS size ON size.id = wanted.value
            """, [.text(Self.list(weighed.lazy.map(\.arrival)))]
        ) { row in lengths[Int(row.integer(0))] = row.withBytes(1, Self.length) }
        let average = lengths.reduce(0, +) / Double(max(1, lengths.count))
        for index in weighed.indices {
            let factor = RankFunction.lengthFactor(lengths[index], average: average)
            weighed[index].rank *= factor
            weighed[index].pulled *= factor
        }
        return inOrder(weighed)
    }

    /// Those of the matches that may be seen.
    private func candidates(_ matches: ArraySlice<Match>) throws -> [SearchCandidate] {
        var found: [SearchCandidate] = []
        try database.step(
            """
            SELECT wanted.key, message.id, strand.thread, message.created_ms, message.lineage,
              CASE WHEN message.role <> 'assistant' THEN NULL
                WHEN message.id & 16777215 > strand.fork + 1 THEN message.id - 1
                ELSE strand.parent << 24 | strand.fork END
            FROM json_each(?) AS wanted CROSS JOIN message ON message.arrival = wanted.value \(Self.around)
            """, [.text(Self.list(matches.lazy.map(\.arrival)))]
        ) { row in
            let createdAt = Timestamp(milliseconds: row.integer(3))
            let match = matches[matches.startIndex + Int(row.integer(0))]
            found.append(
                SearchCandidate(
                    place: MessagePlace(row: row.integer(1)), thread: row.integer(2),
                    score: match.rank * pull(createdAt), createdAt: createdAt, lineage: row.blob(4),
                    question: row.integerOrNil(5)))
        }
        return found
    }

    /// What stands around a message, and that it is not in the trash.
    static let around = """
        CROSS JOIN strand ON strand.id = message.id >> 24 CROSS JOIN thread ON thread.id = strand.thread
        WHERE message.trashed_ms IS NULL AND thread.trashed_ms IS NULL
        """

    /// Numbers as SQLite reads a list of them: one statement for a page, for to begin one takes as long as to read a row.
    static func list(_ numbers: some Sequence<Int64>) -> String {
        var list = "["
        for number in numbers {
            if list.utf8.count > 1 { list += "," }
            list += String(number)
        }
        return list + "]"
    }

    private static func distinct(_ candidates: [SearchCandidate]) -> Int {
        var lineages: Set<[UInt8]> = []
        var questions: Set<Int64> = []
        return candidates.count { candidate in
            let isNew = lineages.insert(candidate.lineage).inserted
            return (candidate.question.map { questions.insert($0).inserted } ?? true) && isNew
        }
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
