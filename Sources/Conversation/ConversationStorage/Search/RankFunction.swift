import Foundation
import GRDB
import GRDBSQLite

/// The auxiliary function `diwan_rank(message_search, shares)`: BM25 of a row, were it as long as rows are on average.
///
/// FTS5's own `bm25()` counts the rows of every phrase by walking its whole list. Here the caller gives the counts: a
/// blob of doubles, one for each phrase of the expression, in which share of the rows it is; less than 0 for a phrase that
/// says nothing about how good a row is. Same formula otherwise (https://www.sqlite.org/fts5.html, section 5.1.1);
/// reasoning and tools weigh half of what was said.
///
/// How long a row is FTS5 looks up in a table, which takes longer than all else: that is done for the best alone, and
/// ``lengthFactor(_:average:)`` is what it changes.
enum RankFunction {
    static let name = "diwan_rank"

    private static let k1 = 1.2
    private static let b = 0.75
    private static let columnWeights = [1.0, 0.5, 0.5]

    /// Adds the function to a connection.
    static func add(to database: Database) {
        let api = FTS5.api(database)
        _ = api.pointee.xCreateFunction(
            UnsafeMutablePointer(mutating: api), name, nil,
            { extensions, row, context, count, values in
                guard let extensions, let row, count == 1, let value = values?[0] else {
                    sqlite3_result_null(context)
                    return
                }
                sqlite3_result_double(context, RankFunction.rank(extensions.pointee, row, value))
            }, nil)
    }

    private static func rank(_ api: Fts5ExtensionApi, _ row: OpaquePointer, _ counts: OpaquePointer) -> Double {
        let given = Int(sqlite3_value_bytes(counts)) / MemoryLayout<Double>.size
        guard let bytes = sqlite3_value_blob(counts) else { return 0 }
        var rank = 0.0
        for phrase in 0..<min(given, Int(api.xPhraseCount(row))) {
            let share = bytes.loadUnaligned(fromByteOffset: phrase * MemoryLayout<Double>.size, as: Double.self)
            guard share >= 0 else { continue }
            var frequency = 0.0
            var iterator = Fts5PhraseIter()
            var column: CInt = 0
            var offset: CInt = 0
            guard api.xPhraseFirst(row, CInt(phrase), &iterator, &column, &offset) == SQLITE_OK else { continue }
            while column >= 0 {
                frequency += Int(column) < columnWeights.count ? columnWeights[Int(column)] : 1
                api.xPhraseNext(row, &iterator, &column, &offset)
            }
            guard frequency > 0 else { continue }
            // As FTS5 has it: what is in more than half of the rows says next to nothing.
            let rare = max(1e-6, log((1 - min(1, share) + 1e-7) / (share + 1e-7)))
            rank += rare * frequency * (k1 + 1) / (frequency + k1)
        }
        return rank
    }

    /// What a row's rank is multiplied with for its length.
    static func lengthFactor(_ length: Double, average: Double) -> Double {
        (1 + k1) / (1 + k1 * (1 - b + b * length / max(1, average)))
    }
}
