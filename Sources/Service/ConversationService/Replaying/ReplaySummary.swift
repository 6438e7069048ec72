package import ConversationStorage
package import Conversations
package import Foundation
package import OrderedJSON

/// A replay with how far it has come, as it is shown and printed.
package struct ReplaySummary: Sendable {
    package let replay: Replay
    package let standing: ReplayStanding
    private let prices: any ModelPrices
    private let handles: [ThreadID: String]

    package init(_ replay: Replay, prices: any ModelPrices, _ service: ThreadService) async throws {
        self.replay = replay
        self.prices = prices
        standing = try await service.vault.standing(of: replay.id)
        var handles: [ThreadID: String] = [:]
        for arm in replay.arms where handles[arm.threadID] == nil {
            handles[arm.threadID] = try await service.vault.thread(arm.threadID).handle
        }
        self.handles = handles
    }

    /// `k3f9:gpt-5`, what a person types for an arm.
    package func address(of arm: ReplayArm) -> String { "\(handles[arm.threadID] ?? ""):\(arm.label)" }

    /// What its calls cost, in each currency; nil where some price is not known.
    package var cost: [String: Decimal]? {
        prices.sum(
            standing.usages.map { part in (part.upstream, part.model, { $0.cost(of: part.usage) }) })
    }

    package var tokens: Int { standing.usages.map { ($0.usage.input ?? 0) + ($0.usage.output ?? 0) }.reduce(0, +) }

    /// The models it asks, each once.
    package var models: [String] {
        var models: [String] = []
        for arm in replay.arms {
            let model = "\(arm.upstream)/\(arm.model)"
            if !models.contains(model) { models.append(model) }
        }
        return models
    }

    package var threadHandles: [String] {
        var found: [String] = []
        for arm in replay.arms {
            if let handle = handles[arm.threadID], !found.contains(handle) { found.append(handle) }
        }
        return found
    }

    /// What `--json` prints of a replay.
    package var json: JSON {
        .object([
            "object": "replay", "id": .string(replay.id.description), "handle": .string(replay.handle),
            "mode": .string(replay.mode.rawValue), "settings": replay.settings,
            "arms": .array(
                replay.arms.map { arm in
                    .object([
                        "thread_id": .string(arm.threadID.description), "origin_id": .string(arm.originID.description),
                        "upstream": .string(arm.upstream), "model": .string(arm.model), "sample": .int(arm.sample),
                        "label": .string(arm.label), "address": .string(address(of: arm)),
                        "status": .string(arm.status.rawValue), "note": .optional(arm.note),
                        "turns": .array(
                            arm.turns.map { turn in
                                .object([
                                    "turn": .int(turn.number), "question_id": .string(turn.questionID.description),
                                    "original_id": .optional(turn.originalID?.description),
                                    "call_id": .optional(turn.callID?.description),
                                ])
                            }),
                    ])
                }),
            "answered": .int(standing.answered), "failed": .int(standing.failed), "open": .int(standing.open),
            "tokens": .int(tokens),
            "cost": cost.flatMap { sums in sums.count == 1 ? sums.first.map { .cost($0.value, $0.key) } : nil }
                ?? .null,
            "started_at": .optional(replay.startedAt), "finished_at": .optional(replay.finishedAt),
        ])
    }
}
