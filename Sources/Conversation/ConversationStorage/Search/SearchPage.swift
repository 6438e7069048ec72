package import Conversations

/// A message, or a thread's title, that a query found.
package struct SearchHit: Sendable, Hashable {
    package let threadID: ThreadID
    package let threadHandle: String
    package let threadTitle: String?
    /// The message; nil where the thread's title was found.
    package let messageID: MessageID?
    /// The message's depth in its path, from 0.
    package let position: Int?
    /// Which of the messages after the same parent it is, from 1, by when they came; nil where none of those lies on the
    /// tip's path, so that this names no place there.
    package let sibling: Int?
    package let role: Role?
    /// A piece of the words around what was found, on one line.
    package let snippet: String
    /// What was asked for in the snippet: ranges of its UTF-8 bytes, in order, without overlap.
    package let marks: [Range<Int>]
    /// The greater, the better, among the hits of one search.
    package let score: Double
    /// The model as the upstream reported it, else as it was asked for.
    package let model: String?
    package let createdAt: Timestamp
    /// Whether the thread would go on after it.
    package let isOnTipPath: Bool
    /// How many more answers to the same question, and copies on other branches, it stands for.
    package let alsoOn: Int
}

/// What a search found.
package struct SearchPage: Sendable, Hashable {
    /// The best first, or the newest, as it was asked.
    package let hits: [SearchHit]
    /// The query as it was understood, in its own language.
    package let understood: String
    /// How many messages and titles match; where ``ranked`` is set, at least so many.
    package let matched: Int
    /// More match than are weighed: so many of the newest were. Nil if all were.
    package let ranked: Int?
    /// Too little was found among what was written since, and what was written before was not looked at. Nil if all was.
    package let lookedBackTo: Timestamp?
    /// Too little held everything asked for, so what holds the most of it follows.
    package let isRelaxed: Bool
    /// How it was found.
    package let explanation: SearchExplanation
}

/// How a search went, for whoever wonders about what it found.
package struct SearchExplanation: Sendable, Hashable {
    /// A step of the search.
    package struct Step: Sendable, Hashable {
        package let name: String
        package let duration: Duration
    }

    /// What the index was asked for, in FTS5's language.
    package internal(set) var expressions: [String] = []
    /// What was left out of account so that it does not take long, in words.
    package internal(set) var limits: [String] = []
    /// How many words and filters of the query were left out: a whole pasted page is no query.
    package internal(set) var omittedTerms = 0
    package internal(set) var steps: [Step] = []
}

/// Which hits come first.
package enum SearchOrder: Sendable, Hashable {
    /// By what they hold of what was asked, with a mild pull towards the recent.
    case relevance
    /// The newest first.
    case date
}
