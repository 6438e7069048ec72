import ConversationService
import Foundation
import ModelUpstream

/// What a replay's models cost, as far as it is known.
struct ReplayPrices {
    let context: CommandContext

    func price(of model: String, at upstream: String) -> ModelPrice? {
        context.settings.models.facts(of: model, at: upstream)?.price
    }

    /// A limit holds only where every price is known, in one currency.
    func check(_ targets: [ReplayTarget], limit: Decimal?) throws {
        guard limit != nil else { return }
        var currencies: Set<String> = []
        for target in targets {
            guard let price = price(of: target.model, at: target.upstream.name) else {
                throw CommandFailure(
                    .configuration, code: "unknown_price",
                    "--max-cost needs the price of \(target.upstream.name)/\(target.model), which is not known here. Add to \(context.settings.configurationFile.value), per million tokens: [models.\"\(target.model)\"] price = { input = 1.25, output = 10 }"
                )
            }
            currencies.insert(price.currency)
        }
        guard currencies.count <= 1 else {
            throw CommandFailure.usage(
                "--max-cost cannot add \(currencies.sorted().joined(separator: " and ")). Replay them one by one.")
        }
    }

    /// An amount as people read it: `0.0123 USD`.
    static func text(_ amount: Decimal, _ currency: String) -> String {
        var amount = amount
        var rounded = Decimal()
        NSDecimalRound(&rounded, &amount, amount < 1 ? 4 : 2, .plain)
        return "\(rounded) \(currency)"
    }

    static func text(_ sums: [String: Decimal]) -> String {
        sums.sorted { $0.key < $1.key }.map { text($0.value, $0.key) }.joined(separator: " + ")
    }
}
