package import Conversations
import Foundation
package import WordDiff

/// A comparison with what showing it takes besides: addresses, prices, verdicts, and the numbers of each arm.
package struct ShownComparison: Sendable {
    package let comparison: Comparison
    package let verdicts: Verdicts?
    package let figures: [ArmFigures]
    private let addresses: [MessageID: String]
    private let prices: any ModelPrices

    package init(
        _ comparison: Comparison, _ verdicts: Verdicts?, prices: any ModelPrices, _ service: ThreadService
    ) async throws {
        self.comparison = comparison
        self.verdicts = verdicts
        self.prices = prices
        var addresses: [MessageID: String] = [:]
        for compared in comparison.threads {
            let tree = MessageTree(compared.messages, showsTrash: true)
            let handles = MessageHandles(compared.messages.lazy.map(\.id))
            let tip = compared.thread.tipID.flatMap { tree.place(of: $0) }
            let places = tree.addresses(in: compared.thread, tipPath: Set(tip.map { tree.path(to: $0) } ?? [])) {
                handles.handle(of: $0)
            }
            for (message, address) in zip(tree.messages, places) { addresses[message.id] = address }
        }
        self.addresses = addresses
        figures = comparison.arms.indices.map { arm in
            ArmFigures(of: arm, in: comparison, verdicts) { Self.cost(of: $0, prices) }
        }
    }

    /// The arms that answered anything, or were to: a comparison need not have an original.
    package var shownArms: [Int] { comparison.arms.indices.filter { figures[$0].turns > 0 } }

    package func address(of message: Message?) -> String? { message.flatMap { addresses[$0.id] } }

    /// Better or worse than the original; nil where no judge has said so in both orders.
    package func verdict(of answer: ComparedAnswer) -> VerdictWord? {
        answer.message.flatMap { verdicts?.ofCandidate[$0.id] }.map { VerdictWord($0) }
    }

    /// What a call cost; nil where its price or its tokens are not known.
    package func cost(of answer: ComparedAnswer) -> Money? { answer.call.flatMap { Self.cost(of: $0, prices) } }

    private static func cost(of call: Call, _ prices: any ModelPrices) -> Money? {
        guard let price = prices.price(of: call.modelSent, at: call.upstream),
            let amount = price.cost(of: call.usage)
        else { return nil }
        return Money(amount, price.currency)
    }

    /// The changes from the original's words to an answer's; nil for the original, and without both.
    package func changes(of answer: ComparedAnswer, in turn: ComparedTurn) -> WordDiff? {
        guard !answer.isOriginal, answer.message != nil, let original = turn.original, original.message != nil else {
            return nil
        }
        return WordDiff(from: original.text, to: answer.text)
    }

    /// Answers with less in common are no changed versions of each other: they are read as they are.
    private static let leastInCommon = 0.3

    /// The changes as a person is to see them marked; nil where nothing or nearly everything changed hands.
    package func markedChanges(of answer: ComparedAnswer, in turn: ComparedTurn) -> WordDiff? {
        isUnlike(answer) ? nil : changes(of: answer, in: turn)
    }

    /// Whether an answer has too little in common with the original for a reader to find one in the other.
    package func isUnlike(_ answer: ComparedAnswer) -> Bool {
        answer.similarity.map { $0 < Self.leastInCommon } ?? false
    }
}

/// What a judge found of an answer beside the original.
package enum VerdictWord: String, Sendable {
    case better, worse, tie, unclear

    package init(_ verdict: Judgement.Verdict) {
        switch verdict {
        case .candidate: self = .better
        case .original: self = .worse
        case .tie: self = .tie
        case .unclear: self = .unclear
        }
    }
}
