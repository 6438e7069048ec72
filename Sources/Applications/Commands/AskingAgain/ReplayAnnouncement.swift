import ConversationService
import Conversations
import Foundation
import OrderedJSON

/// What a replay is about to ask, before it does: how many calls, and what they are thought to take.
struct ReplayAnnouncement {
    let context: CommandContext
    let request: ReplayRequest
    let estimates: [ReplayEstimate]

    private var prices: ReplayPrices { ReplayPrices(context: context) }
    private var calls: Int { estimates.map(\.calls).reduce(0, +) }

    /// For a person, on standard error.
    func tell() {
        for line in lines { context.console.note(line) }
    }

    /// As what the command was asked for.
    func showPlan() {
        if context.console.printsJSON {
            context.console.json(json)
        } else {
            for line in lines { context.console.line(line) }
            context.console.note("Nothing was sent.")
        }
    }

    private var lines: [String] {
        let samples = request.samples > 1 ? ", \(request.samples) times each" : ""
        var lines = [
            "\(ImportSummary.count(calls, "call")), \(request.mode.rawValue): \(ImportSummary.count(request.origins.count, "thread")), \(ImportSummary.count(estimates.count, "model"))\(samples)."
        ]
        for estimate in estimates {
            let cost =
                prices.price(of: estimate.model, at: estimate.upstream).flatMap { price in
                    price.cost(of: estimate.usage).map { "about \(ReplayPrices.text($0, price.currency))" }
                } ?? "price not known"
            lines.append(
                "  \(estimate.upstream)/\(estimate.model)  \(ImportSummary.count(estimate.calls, "call")), about \(ImportSummary.grouped(estimate.usage.input ?? 0)) tokens in and \(ImportSummary.grouped(estimate.usage.output ?? 0)) out, \(cost)"
            )
        }
        return lines
    }

    private var json: JSON {
        .object([
            "object": "replay_plan", "mode": .string(request.mode.rawValue), "threads": .int(request.origins.count),
            "samples": .int(request.samples), "calls": .int(calls),
            "models": .array(
                estimates.map { estimate in
                    let price = prices.price(of: estimate.model, at: estimate.upstream)
                    return .object([
                        "upstream": .string(estimate.upstream), "model": .string(estimate.model),
                        "calls": .int(estimate.calls), "input_tokens": .optional(estimate.usage.input),
                        "output_tokens": .optional(estimate.usage.output),
                        "cost": price.flatMap { price in
                            price.cost(of: estimate.usage).map { .cost($0, price.currency) }
                        } ?? .null,
                    ])
                }),
        ])
    }
}

extension JSON {
    /// An amount of money: `{"amount","currency"}`.
    static func cost(_ amount: Decimal, _ currency: String) -> JSON {
        .object([
            "amount": .double(NSDecimalNumber(decimal: amount).doubleValue), "currency": .string(currency),
        ])
    }
}
