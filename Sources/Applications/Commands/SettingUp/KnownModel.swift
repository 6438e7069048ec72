import ConversationService
import OrderedJSON

/// A model of an upstream with what is known of it.
struct KnownModel: Hashable {
    let upstream: String
    let id: String
    /// Tokens of a request and its answer together.
    let window: Int?
    let longestAnswer: Int?
    let price: ModelPrice?
    /// Whether the upstream's own reference names it.
    let isDocumented: Bool

    /// What `models --json` prints of it. Prices are for a million tokens.
    var json: JSON {
        .object([
            "object": "model", "id": .string(id), "upstream": .string(upstream), "window": .optional(window),
            "longest_answer": .optional(longestAnswer), "price": price?.json ?? .null,
            "documented": .bool(isDocumented),
        ])
    }
}

extension ModelPrice {
    fileprivate var json: JSON {
        .object([
            "input": .amount(rates.input), "output": .amount(rates.output),
            "cached": rates.cached.map { .amount($0) } ?? .null,
            "long_input": longInput.map {
                .object([
                    "above": .int($0.above), "input": .amount($0.rates.input), "output": .amount($0.rates.output),
                    "cached": $0.rates.cached.map { .amount($0) } ?? .null,
                ])
            } ?? .null,
            "currency": .string(currency), "per_tokens": 1_000_000, "date": .optional(date), "source": .string(source),
        ])
    }
}
