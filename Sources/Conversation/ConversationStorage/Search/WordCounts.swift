import GRDB

/// In how many messages words are: exactly of rare ones, an estimate of others.
///
/// To count a common word FTS5 would walk its whole list. How thick it lies after one place says about as much. (The list
/// is read forwards: to begin in its middle backwards takes FTS5 ten times as long, 600 µs in a million messages.)
struct WordCounts {
    private let database: Database
    private var known: [[String]: Double] = [:]
    private var newestArrival: Int64?

    init(_ database: Database) { self.database = database }

    /// The newest message's arrival, which is about how many there are.
    mutating func newest() throws -> Int64 {
        if let newestArrival { return newestArrival }
        let arrival = try database.first("SELECT max(arrival) FROM message", value: { $0.integer(0) }) ?? 0
        newestArrival = arrival
        return arrival
    }

    /// In how many messages a phrase is: of one of several words, in how many its rarest word is.
    mutating func count(_ phrase: MatchExpression.Phrase) throws -> Double {
        var least = Double.infinity
        let isPrefix = phrase.isPrefix
        for (index, token) in phrase.tokens.enumerated() {
            let isBeginning = isPrefix && index == phrase.tokens.count - 1
            // All words that begin so would be read; beside a whole word they say little.
            if isBeginning, phrase.tokens.count > 1 { continue }
            least = min(least, try count(token, isBeginning))
        }
        return least
    }

    private mutating func count(_ token: String, _ isBeginning: Bool) throws -> Double {
        let key = isBeginning ? [token, "*"] : [token]
        if let count = known[key] { return count }
        let text = MatchExpression.Phrase(token: token, isPrefix: isBeginning).text
        let newest = try newest()
        if isBeginning, token.unicodeScalars.count <= 2, newest > 100_000 {
            // Every list of a word that begins so would be merged, only to be told that there are many.
            known[key] = Double(newest / 20)
            return Double(newest / 20)
        }
        let sample = Int64(SearchBounds.counted)
        if newest <= sample * 20 {
            // Where there are few messages, each is counted.
            let count = try matches(text, from: 0, upTo: newest).count
            known[key] = Double(count)
            return Double(count)
        }
        let from = newest / 4 * 3
        var (count, last) = try matches(text, from: from, upTo: sample)
        if count == sample {
            count = count * newest / max(1, last - from + 1)
        } else if count * 3 > sample, newest > 100_000 {
            // Of a quarter of the messages.
            count *= 4
        } else {
            // Too few to estimate by, and so few enough to be counted.
            count = try matches(text, from: 0, upTo: sample * 10).count
        }
        known[key] = Double(count)
        return Double(count)
    }

    private func matches(_ text: String, from first: Int64, upTo limit: Int64) throws -> (count: Int64, last: Int64) {
        try database.first(
            """
            SELECT count(*), max(rowid) FROM (
              SELECT rowid FROM message_search WHERE message_search MATCH ? AND rowid >= ? ORDER BY rowid LIMIT ?)
            """, .text(text), .integer(first), .integer(limit), value: { ($0.integer(0), $0.integer(1)) }) ?? (0, 0)
    }

    /// The counts of an expression's phrases, for ``RankFunction``, as shares of the index.
    mutating func forRanking(_ phrases: [MatchExpression.Phrase]) throws -> [UInt8] {
        // One phrase alone is worth the same in every row.
        let isAlone = phrases.count { $0.isWanted } == 1
        let all = Double(max(1, try newest()))
        return try phrases.flatMap { phrase in
            let share = !phrase.isWanted ? -1 : isAlone ? 0 : try self.count(phrase) / all
            return withUnsafeBytes(of: share) { Array($0) }
        }
    }
}
