/// The beginning of a path in fewer words: what a call sends in its place. It is no message of the thread.
package struct ContextSummary: Sendable, Hashable {
    package let id: SummaryID
    package let threadID: ThreadID
    /// The last message it covers; it covers the path from its beginning up to there.
    package let lastID: MessageID
    /// Where that message lies in its path, from 0.
    package let lastPosition: Int
    package let text: String
    /// Who wrote it.
    package let upstream: String
    package let model: String
    /// What the model was told to do.
    package let prompt: String
    package let createdAt: Timestamp

    package init(
        id: SummaryID, threadID: ThreadID, lastID: MessageID, lastPosition: Int, text: String, upstream: String,
        model: String, prompt: String, createdAt: Timestamp
    ) {
        self.id = id
        self.threadID = threadID
        self.lastID = lastID
        self.lastPosition = lastPosition
        self.text = text
        self.upstream = upstream
        self.model = model
        self.prompt = prompt
        self.createdAt = createdAt
    }
}

/// Names a summary.
package typealias SummaryID = Identifier<ContextSummary>
