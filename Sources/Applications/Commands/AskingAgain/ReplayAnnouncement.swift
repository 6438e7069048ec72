import ConversationService
import Conversations
import Foundation
import ModelUpstream
import ModelWire
import OrderedJSON

/// What a replay is about to ask, before it does: how many calls, and what they are thought to take.
struct ReplayAnnouncement {
    let context: CommandContext
    let request: ReplayRequest
    let estimates: [ReplayEstimate]
    /// What of the history each target does not take as it stands, a clause each; one list a target of the request.
    let losses: [[String]]

    init(context: CommandContext, request: ReplayRequest, _ service: ThreadService) async throws {
        self.context = context
        self.request = request
        estimates = try await service.estimate(request)
        var losses: [[String]] = []
        for target in request.targets { losses.append(try await Self.losses(of: request, at: target, service)) }
        self.losses = losses
    }

    /// Of several threads each kind of loss is said once, with how many of them it is in.
    private static func losses(
        of request: ReplayRequest, at target: ReplayTarget, _ service: ThreadService
    ) async throws -> [String] {
        var found: [(kind: PortabilityKind, sentence: String, threads: Int)] = []
        for origin in request.origins {
            for loss in try await service.losses(
                ofPathTo: origin, sending: target.upstream, model: target.model, takes: target.takes)
            {
                if let index = found.firstIndex(where: { $0.kind == loss.kind }) {
                    found[index].threads += 1
                } else {
                    found.append((loss.kind, loss.sentence, 1))
                }
            }
        }
        return found.map {
            request.origins.count == 1 ? $0.sentence : "\($0.sentence) (in \($0.threads) of the threads)"
        }
    }

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
            "\(calls.counted("call")), \(request.mode.rawValue): \(request.origins.count.counted("thread")), \(estimates.count.counted("model"))\(samples)."
        ]
        for estimate in estimates {
            let cost =
                prices.price(of: estimate.model, at: estimate.upstream).flatMap { price in
                    price.cost(of: estimate.usage).map { "about \(ReplayPrices.text($0, price.currency))" }
                } ?? "price not known"
            lines.append(
                "  \(estimate.upstream)/\(estimate.model)  \(estimate.calls.counted("call")), about \((estimate.usage.input ?? 0).grouped) tokens in and \((estimate.usage.output ?? 0).grouped) out, \(cost)"
            )
        }
        for (target, losses) in zip(request.targets, losses) where !losses.isEmpty {
            let name = TerminalText.sanitizedLine("\(target.upstream.name)/\(target.model)")
            lines.append("  For \(name) the history is sent with a difference: \(losses.joined(separator: "; ")).")
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
                        "losses": .array(
                            zip(request.targets, losses).first {
                                $0.0.upstream.name == estimate.upstream && $0.0.model == estimate.model
                            }?.1.map { .string($0) } ?? []),
                    ])
                }),
        ])
    }
}
