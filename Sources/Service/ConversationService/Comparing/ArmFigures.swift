import Conversations
import Foundation

/// What the answers of one arm come to.
package struct ArmFigures: Sendable {
    /// How many questions it was asked, or is to be.
    package private(set) var turns = 0
    package private(set) var outcomes: [ComparedAnswer.Outcome: Int] = [:]
    package private(set) var characterCount = 0
    package private(set) var wordCount = 0
    /// Its characters to the original's, where both answered.
    package private(set) var lengthRatio: Double?
    /// Of its answers beside the original's, on average.
    package private(set) var similarity: Double?
    package private(set) var median: Int64?
    package private(set) var ninetyFifth: Int64?
    package private(set) var medianFirstToken: Int64?
    package private(set) var inputTokens: Int?
    package private(set) var outputTokens: Int?
    /// Nil unless it is known of every call.
    package private(set) var cost: Money?
    package private(set) var modelsReported: [String] = []
    package private(set) var fingerprints: [String] = []
    package private(set) var verdicts: [VerdictWord: Int] = [:]

    init(of arm: Int, in comparison: Comparison, _ verdicts: Verdicts?, cost: (Call) -> Money?) {
        var (mine, originals) = (0, 0)
        var similarities: [Double] = []
        var costs: [Money?] = []
        var answers: [ComparedAnswer] = []
        for turn in comparison.turns {
            for answer in turn.answers where answer.arm == arm {
                answers.append(answer)
                outcomes[answer.outcome, default: 0] += 1
                characterCount += answer.characterCount
                wordCount += answer.wordCount
                if answer.message != nil, let original = turn.original, original.message != nil {
                    mine += answer.characterCount
                    originals += original.characterCount
                }
                if let similarity = answer.similarity { similarities.append(similarity) }
                if let verdict = answer.message.flatMap({ verdicts?.ofCandidate[$0.id] }) {
                    self.verdicts[VerdictWord(verdict), default: 0] += 1
                }
            }
        }
        turns = answers.count
        if originals > 0 { lengthRatio = Double(mine) / Double(originals) }
        if !similarities.isEmpty { similarity = similarities.reduce(0, +) / Double(similarities.count) }
        let times = answers.compactMap(\.milliseconds)
        median = Self.percentile(50, of: times)
        ninetyFifth = Self.percentile(95, of: times)
        medianFirstToken = Self.percentile(50, of: answers.compactMap(\.firstTokenMilliseconds))
        let calls = answers.compactMap(\.call)
        for call in calls {
            if let input = call.usage.input { inputTokens = (inputTokens ?? 0) + input }
            if let output = call.usage.output { outputTokens = (outputTokens ?? 0) + output }
            if let model = call.modelReported, !modelsReported.contains(model) { modelsReported.append(model) }
            if let fingerprint = call.systemFingerprint, !fingerprints.contains(fingerprint) {
                fingerprints.append(fingerprint)
            }
            costs.append(cost(call))
        }
        if let currency = costs.first??.currency, costs.allSatisfy({ $0?.currency == currency }) {
            self.cost = Money(costs.reduce(0) { $0 + ($1?.amount ?? 0) }, currency)
        }
    }

    /// The value that so many in a hundred are not above (nearest rank).
    package static func percentile(_ percent: Int, of values: [Int64]) -> Int64? {
        let sorted = values.sorted()
        guard !sorted.isEmpty else { return nil }
        return sorted[max(0, (percent * sorted.count + 99) / 100 - 1)]
    }
}
