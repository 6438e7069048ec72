package import Conversations
package import Foundation

/// Money for a million tokens.
package struct TokenRates: Sendable, Hashable {
    package var input: Decimal
    package var output: Decimal
    /// Of input that the provider had cached; where it is nil that costs as much as other input.
    package var cached: Decimal?

    package init(input: Decimal, output: Decimal, cached: Decimal? = nil) {
        self.input = input
        self.output = output
        self.cached = cached
    }
}

/// What a model costs, who says so, and when.
package struct ModelPrice: Sendable, Hashable {
    package var rates: TokenRates
    /// What is charged for the whole of a request whose input is longer than some tokens.
    package var longInput: (above: Int, rates: TokenRates)? {
        get { longInputAbove.flatMap { above in longInputRates.map { (above, $0) } } }
        set { (longInputAbove, longInputRates) = (newValue?.above, newValue?.rates) }
    }
    private var longInputAbove: Int?
    private var longInputRates: TokenRates?
    /// ISO 4217.
    package var currency: String
    /// Where the numbers stand.
    package var source: String
    /// The day they were read, `2026-07-02`; nil where nobody said.
    package var date: String?

    package init(rates: TokenRates, currency: String, source: String, date: String?) {
        self.rates = rates
        self.currency = currency
        self.source = source
        self.date = date
    }

    /// What a call cost; nil where its tokens were not counted.
    package func cost(of usage: TokenUsage) -> Decimal? {
        guard let input = usage.input, let output = usage.output else { return nil }
        let isLong = longInput.map { input > $0.above } ?? false
        return cost(input: input, cached: min(usage.cached ?? 0, input), output: output, isLongInput: isLong)
    }

    /// What some tokens cost at one of its rates.
    ///
    /// - Parameters:
    ///   - cached: those of the input that the provider had cached.
    ///   - isLongInput: whether it is the rate of long inputs.
    package func cost(input: Int, cached: Int, output: Int, isLongInput: Bool) -> Decimal {
        let rates = isLongInput ? longInput?.rates ?? rates : rates
        let sum =
            Decimal(input - cached) * rates.input + Decimal(cached) * (rates.cached ?? rates.input)
            + Decimal(output) * rates.output
        return sum / 1_000_000
    }
}

/// Says what models cost.
package protocol ModelPrices: Sendable {
    /// What an upstream charges for a model; nil where nobody said.
    func price(of model: String, at upstream: String) -> ModelPrice?
}

extension ModelPrices {
    /// What calls cost together, in each currency; nil where some price is not known.
    package func sum(
        _ parts: [(upstream: String, model: String, amount: (ModelPrice) -> Decimal?)]
    ) -> [String: Decimal]? {
        var sums: [String: Decimal] = [:]
        for part in parts {
            guard let price = price(of: part.model, at: part.upstream), let amount = part.amount(price) else {
                return nil
            }
            sums[price.currency, default: 0] += amount
        }
        return sums
    }
}
