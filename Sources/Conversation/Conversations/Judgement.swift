/// What a model said when it was shown two answers to one question and asked which is better.
package struct Judgement: Sendable, Hashable {
    /// One of the two answers.
    package enum Side: String, Sendable {
        /// The one that others are compared with.
        case original
        case candidate
    }

    package enum Verdict: String, Sendable {
        case original, candidate, tie
        /// The judge did not say it in the words it was asked for.
        case unclear
    }

    package let originalID: MessageID
    package let candidateID: MessageID
    /// Which of them was shown first: a judge that goes by the order says so by that.
    package let shownFirst: Side
    package let verdict: Verdict
    /// In the judge's own words; nil where it gave none, or they were erased.
    package let reason: String?
    package let upstream: String
    package let model: String
    /// The call that asked it; nil where that was erased.
    package let callID: CallID?
    package let createdAt: Timestamp

    package init(
        originalID: MessageID, candidateID: MessageID, shownFirst: Side, verdict: Verdict, reason: String?,
        upstream: String, model: String, callID: CallID?, createdAt: Timestamp
    ) {
        self.originalID = originalID
        self.candidateID = candidateID
        self.shownFirst = shownFirst
        self.verdict = verdict
        self.reason = reason
        self.upstream = upstream
        self.model = model
        self.callID = callID
        self.createdAt = createdAt
    }
}
