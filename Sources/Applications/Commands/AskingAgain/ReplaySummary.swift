import ConversationService
import ConversationStorage
import Conversations
import Foundation
import OrderedJSON

/// A replay with how far it has come, as it is shown and printed.
struct ReplaySummary {
    let replay: Replay
    let standing: ReplayStanding
    private let context: CommandContext
    private let handles: [ThreadID: String]

    init(_ replay: Replay, context: CommandContext, service: ThreadService) async throws {
        self.replay = replay
        self.context = context
        standing = try await service.vault.standing(of: replay.id)
        var handles: [ThreadID: String] = [:]
        for arm in replay.arms where handles[arm.threadID] == nil {
            handles[arm.threadID] = try await service.vault.thread(arm.threadID).handle
        }
        self.handles = handles
    }

    /// `k3f9:gpt-5`, what a person types for an arm.
    func address(of arm: ReplayArm) -> String { "\(handles[arm.threadID] ?? ""):\(arm.label)" }

    /// What its calls cost, in each currency; nil where some price is not known.
    var cost: [String: Decimal]? {
        ReplayPrices(context: context).sum(
            standing.usages.map { part in (part.upstream, part.model, { $0.cost(of: part.usage) }) })
    }

    var tokens: Int { standing.usages.map { ($0.usage.input ?? 0) + ($0.usage.output ?? 0) }.reduce(0, +) }

    /// One line an arm.
    func showArms() {
        let console = context.console
        let addresses = replay.arms.map { TerminalText.sanitizedLine(address(of: $0)) }
        let width = min(44, addresses.map { TerminalText.columns(of: $0) }.max() ?? 0)
        for (arm, address) in zip(replay.arms, addresses) {
            let status = TerminalText.padded(arm.status.rawValue, to: 8, on: .leading)
            let note = arm.note.map { "  " + TerminalText.sanitizedLine($0) } ?? ""
            console.line(
                console.style.bold(
                    TerminalText.padded(TerminalText.truncated(address, to: width), to: width, on: .leading))
                    + "  " + status + "  " + arm.turns.count.counted("turn") + note)
        }
        if tokens > 0 {
            let cost = self.cost.map { $0.isEmpty ? "" : ", \(ReplayPrices.text($0))" } ?? ", price not known"
            console.note("\(tokens.grouped) tokens\(cost).")
        }
    }

    /// The models it asks, each once.
    var models: [String] {
        var models: [String] = []
        for arm in replay.arms {
            let model = "\(arm.upstream)/\(arm.model)"
            if !models.contains(model) { models.append(model) }
        }
        return models
    }

    var threadHandles: [String] {
        var found: [String] = []
        for arm in replay.arms {
            if let handle = handles[arm.threadID], !found.contains(handle) { found.append(handle) }
        }
        return found
    }

    /// What `--json` prints of a replay.
    var json: JSON {
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
