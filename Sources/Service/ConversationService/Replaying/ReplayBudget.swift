import Conversations
import Foundation

/// What a replay may take and has taken. A question is weighed before it is asked, so that what is under way counts too.
struct ReplayBudget {
    /// What a question is thought to take.
    struct Weight {
        var tokens: Int
        var cost: Decimal?
    }

    private let maxTokens: Int?
    private let maxCost: Decimal?
    private(set) var tokens = 0
    /// Nil as soon as something had no price.
    private(set) var cost: Decimal? = 0
    private var reservedTokens = 0
    private var reservedCost: Decimal = 0

    init(_ settings: ReplaySettings) {
        (maxTokens, maxCost) = (settings.maxTokens, settings.maxCost)
    }

    /// Takes a question on, or says which limit it would pass.
    mutating func reserve(_ weight: Weight) -> String? {
        if let maxTokens, tokens + reservedTokens + weight.tokens > maxTokens {
            return "--max-tokens-total \(maxTokens): \(tokens) are spent"
        }
        if let maxCost, let cost, let next = weight.cost, cost + reservedCost + next > maxCost {
            return "--max-cost \(maxCost): \(cost) is spent"
        }
        reservedTokens += weight.tokens
        reservedCost += weight.cost ?? 0
        return nil
    }

    /// The question is over, whatever came of it.
    mutating func release(_ weight: Weight) {
        reservedTokens -= weight.tokens
        reservedCost -= weight.cost ?? 0
    }

    mutating func spend(_ usage: TokenUsage, cost price: ((TokenUsage) -> Decimal?)?) {
        guard usage.input != nil || usage.output != nil else { return }
        tokens += (usage.input ?? 0) + (usage.output ?? 0)
        cost = cost.flatMap { sum in price?(usage).map { sum + $0 } }
    }
}
