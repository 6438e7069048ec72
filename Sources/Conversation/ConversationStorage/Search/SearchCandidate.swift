import Conversations

/// A message or title that may become a hit.
struct SearchCandidate {
    /// Nil where a thread's title was found.
    var place: MessagePlace?
    var thread: Int64
    var score: Double
    var createdAt: Timestamp
    /// Copies of one message have the same.
    var lineage: [UInt8] = []
    /// The message an answer answers.
    var question: Int64?
    var alsoOn = 0
}
