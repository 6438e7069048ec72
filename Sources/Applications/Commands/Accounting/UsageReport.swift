import ConversationStorage
import Conversations
import Foundation
import OrderedJSON

/// What calls took and cost, group by group: money only where the price is known, and never two currencies in one sum.
struct UsageReport {
    struct Group {
        /// Nil for the sum of all.
        var name: String?
        /// All of its tokens, counted and estimated.
        var tokens = UsedTokens()
        /// Those that were estimated.
        var estimated = UsedTokens()
        /// What they cost, a currency each.
        var costs: [String: Decimal] = [:]
        /// The currencies in which something estimated was charged.
        var estimatedCosts: Set<String> = []
        /// Calls that took tokens at a price that is not known.
        var unpricedCalls = 0
    }

    struct Priced: Hashable {
        var upstream: String
        var model: String
        var price: ModelPrice
    }

    struct Unpriced {
        var upstream: String
        var model: String
        var calls: Int
    }

    let grouping: UsageGrouping
    /// Days in their order; all else by what it cost, then by how many tokens it took.
    let groups: [Group]
    let total: Group
    let priced: [Priced]
    let unpriced: [Unpriced]

    /// - Parameters:
    ///   - sums: as the vault adds them up.
    ///   - total: the same calls by model, each once: a call of a thread with two tags is in two groups.
    init(by grouping: UsageGrouping, _ sums: [UsageSum], total: [UsageSum], models: ModelCatalogue) {
        self.grouping = grouping
        var prices: [String: ModelPrice?] = [:]
        func price(of sum: UsageSum) -> ModelPrice? {
            let name = "\(sum.upstream)\0\(sum.model)"
            if let known = prices[name] { return known }
            let price = models.facts(of: sum.model, at: sum.upstream)?.price
            prices[name] = .some(price)
            return price
        }
        var byName: [String: Group] = [:]
        for sum in sums { byName[sum.group, default: Group(name: sum.group)].add(sum, price(of: sum)) }
        let groups = Array(byName.values)
        self.groups = groups.sorted { one, other in
            if grouping == .day { return (one.name ?? "") < (other.name ?? "") }
            return one.weight == other.weight
                ? (one.name ?? "") < (other.name ?? "") : one.weight > other.weight
        }
        var all = Group()
        var priced: Set<Priced> = []
        var unpriced: [String: Unpriced] = [:]
        for sum in total {
            let price = price(of: sum)
            all.add(sum, price)
            if let price {
                priced.insert(Priced(upstream: sum.upstream, model: sum.model, price: price))
            } else if sum.tokens.input + sum.tokens.output > 0 {
                unpriced[
                    "\(sum.upstream)\0\(sum.model)",
                    default: Unpriced(upstream: sum.upstream, model: sum.model, calls: 0)
                ].calls += sum.tokens.calls
            }
        }
        self.total = all
        self.priced = priced.sorted { ($0.upstream, $0.model) < ($1.upstream, $1.model) }
        self.unpriced = unpriced.values.sorted { ($1.calls, $0.model) < ($0.calls, $1.model) }
    }
}

extension UsageReport.Group {
    fileprivate mutating func add(_ sum: UsageSum, _ price: ModelPrice?) {
        tokens += sum.tokens
        if sum.isEstimated { estimated += sum.tokens }
        guard sum.tokens.input + sum.tokens.output > 0 else { return }
        guard let price else {
            unpricedCalls += sum.tokens.calls
            return
        }
        costs[price.currency, default: 0] += price.cost(
            input: sum.tokens.input, cached: sum.tokens.chargedAsCached, output: sum.tokens.output,
            isLongInput: sum.isLongInput)
        if sum.isEstimated { estimatedCosts.insert(price.currency) }
    }

    /// By what groups are ordered: amounts of different currencies do not compare, so tokens decide then.
    fileprivate var weight: (Decimal, Int) {
        (costs.count == 1 ? costs.values.first ?? 0 : 0, tokens.input + tokens.output)
    }

    /// Tokens of requests and answers together.
    var allTokens: Int { tokens.input + tokens.output }

    var json: JSON {
        .object([
            "group": .optional(name), "calls": .int(tokens.calls), "input_tokens": .int(tokens.input),
            "cached_tokens": .int(tokens.cached), "output_tokens": .int(tokens.output),
            "reasoning_tokens": .int(tokens.reasoning),
            "estimated": .object([
                "calls": .int(estimated.calls), "input_tokens": .int(estimated.input),
                "output_tokens": .int(estimated.output),
            ]),
            "costs": .array(
                costs.sorted { $0.key < $1.key }.map { currency, amount in
                    .object([
                        "amount": .amount(amount), "currency": .string(currency),
                        "estimated": .bool(estimatedCosts.contains(currency)),
                    ])
                }),
            "unpriced_calls": .int(unpricedCalls),
        ])
    }
}

extension UsageReport {
    /// What `usage --json` prints.
    func json(from: Timestamp?, upTo: Timestamp?, timeZone: String) -> JSON {
        .object([
            "object": "usage", "by": .string(grouping.rawValue), "from_at": .optional(from),
            "up_to_at": .optional(upTo),
            "time_zone": .string(timeZone), "groups": .array(groups.map(\.json)), "total": total.json,
            "prices": .array(
                priced.map {
                    .object([
                        "upstream": .string($0.upstream), "model": .string($0.model),
                        "currency": .string($0.price.currency), "date": .optional($0.price.date),
                        "source": .string($0.price.source),
                    ])
                }),
            "unpriced": .array(
                unpriced.map {
                    .object(["upstream": .string($0.upstream), "model": .string($0.model), "calls": .int($0.calls)])
                }),
        ])
    }
}
