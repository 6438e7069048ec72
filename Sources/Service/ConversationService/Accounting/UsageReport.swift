package import ConversationStorage
package import Conversations
package import Foundation
package import OrderedJSON

/// What calls took and cost, group by group: money only where the price is known, and never two currencies in one sum.
package struct UsageReport: Sendable {
    package struct Group: Sendable {
        /// Nil for the sum of all.
        package var name: String?
        /// All of its tokens, counted and estimated.
        package var tokens = UsedTokens()
        /// Those that were estimated.
        package var estimated = UsedTokens()
        /// What they cost, a currency each.
        package var costs: [String: Decimal] = [:]
        /// The currencies in which something estimated was charged.
        package var estimatedCosts: Set<String> = []
        /// Calls that took tokens at a price that is not known.
        package var unpricedCalls = 0
    }

    package struct Priced: Sendable, Hashable {
        package var upstream: String
        package var model: String
        package var price: ModelPrice
    }

    package struct Unpriced: Sendable {
        package var upstream: String
        package var model: String
        package var calls: Int
    }

    package let grouping: UsageGrouping
    /// Days in their order; all else by what it cost, then by how many tokens it took.
    package let groups: [Group]
    package let total: Group
    package let priced: [Priced]
    package let unpriced: [Unpriced]

    /// - Parameters:
    ///   - sums: as the vault adds them up.
    ///   - total: the same calls by model, each once: a call of a thread with two tags is in two groups.
    package init(by grouping: UsageGrouping, _ sums: [UsageSum], total: [UsageSum], prices: some ModelPrices) {
        self.grouping = grouping
        var known: [String: ModelPrice?] = [:]
        func price(of sum: UsageSum) -> ModelPrice? {
            let name = "\(sum.upstream)\0\(sum.model)"
            if let price = known[name] { return price }
            let price = prices.price(of: sum.model, at: sum.upstream)
            known[name] = .some(price)
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
    package var allTokens: Int { tokens.input + tokens.output }

    package var json: JSON {
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
    package func json(from: Timestamp?, upTo: Timestamp?, timeZone: String) -> JSON {
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
