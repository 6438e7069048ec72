package import Conversations

/// Two answers to one question, to be judged.
package struct JudgedPair: Sendable, Hashable {
    package let originalID: MessageID
    package let candidateID: MessageID
    /// What was said before the question, on the original's path.
    let history: [Message]
    let question: Message?
    let original: String
    let candidate: String
}

/// One order in which a pair is still to be shown.
package struct PendingJudgement: Sendable, Hashable {
    let pair: JudgedPair
    let shownFirst: Judgement.Side
}

/// What judges found of the candidates of a comparison.
package struct Verdicts: Sendable {
    package let upstream: String
    package let model: String
    /// By candidate. Only what was said in both orders is here: where the two disagree, the order decided and it is a tie.
    package let ofCandidate: [MessageID: Judgement.Verdict]

    /// The verdicts of one judge.
    ///
    /// - Parameter judgements: all that are known of the pairs, in the order in which they were said; the last of each
    ///   order counts.
    init(_ judgements: [Judgement], of pairs: [JudgedPair], upstream: String, model: String) {
        self.upstream = upstream
        self.model = model
        var last: [MessageID: [Judgement.Side: Judgement.Verdict]] = [:]
        let originals = Dictionary(pairs.map { ($0.candidateID, $0.originalID) }) { first, _ in first }
        for judgement in judgements
        where judgement.upstream == upstream && judgement.model == model
            && originals[judgement.candidateID] == judgement.originalID
        {
            last[judgement.candidateID, default: [:]][judgement.shownFirst] = judgement.verdict
        }
        ofCandidate = last.compactMapValues { orders in
            guard let one = orders[.original], let other = orders[.candidate] else { return nil }
            return one == other ? one : .tie
        }
    }
}
