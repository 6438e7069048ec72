import Conversations

/// A message or title that may become a hit.
struct SearchCandidate {
    /// Nil where a thread's title was found.
    var place: MessagePlace?
    var thread: Int64
    var score: Double
    var createdAt: Timestamp
    /// How many tokens the index has of it.
    var length = 0.0
    /// Copies of one message have the same.
    var lineage: [UInt8] = []
    /// The message an answer answers.
    var question: Int64?
    var alsoOn = 0
}

extension [SearchCandidate] {
    /// The same with what their lengths do to their ranks: of two that hold the same, the shorter says it more plainly.
    func weighedByLength() -> [SearchCandidate] {
        let average = reduce(0) { $0 + $1.length } / Double(Swift.max(1, count))
        return map { candidate in
            var candidate = candidate
            candidate.score *= RankFunction.lengthFactor(candidate.length, average: average)
            return candidate
        }
    }
}
