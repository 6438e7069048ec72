import ConversationService
import ConversationStorage
import Conversations
import OrderedJSON

/// Tells what came of a canary's run: a line where nothing changed, and one for each answer that is not as it was.
struct CanaryPrinter {
    let context: CommandContext
    let service: ThreadService

    func show(_ run: CanaryRun) async throws {
        let thread = try await service.vault.thread(run.canary.threadID)
        let handles = try await service.messageHandles(in: thread.id)
        func address(_ message: MessageID?) -> String? { message.map { "\(thread.handle)/\(handles.handle(of: $0))" } }
        let console = context.console
        if console.printsJSON {
            console.json(run.json(address: address))
            return
        }
        let whole = run.turns.filter { $0.failure == nil }
        let changed = run.turns.filter(\.isChanged)
        var what = "nothing changed (\(Self.answers(whole.count)))"
        if run.beforeID == nil { what = "first run, \(Self.answers(whole.count)) to compare with" }
        if whole.count < run.turns.count { what = "\(whole.count) of \(Self.answers(run.turns.count)) came" }
        if !changed.isEmpty { what = "\(changed.count) of \(Self.answers(run.turns.count)) changed" }
        let line = TerminalText.sanitizedLine(
            "\(run.canary.handle)  \(run.canary.upstream)/\(run.canary.model)  \(thread.handle): \(what)")
        // A cron job mails what is said: nothing, where a person asked for quiet and nothing changed.
        if console.isQuiet, changed.isEmpty { return }
        console.line(changed.isEmpty ? line : console.style.yellow(line))
        for turn in changed {
            var pieces = ["  \(turn.number)", "\(address(turn.beforeID) ?? "—") → \(address(turn.answerID) ?? "—")"]
            if let words = turn.words { pieces.append("−\(words.removed) +\(words.added) words") }
            for value in [turn.modelReported, turn.systemFingerprint].compactMap({ $0 }) {
                pieces.append("\(value.before) → \(value.now)")
            }
            console.line(TerminalText.sanitizedLine(pieces.joined(separator: "  ")))
        }
    }

    private static func answers(_ count: Int) -> String { "\(count) answer\(count == 1 ? "" : "s")" }
}

extension Canary {
    /// What `canary --json` prints of it.
    var json: JSON {
        let settings = CanarySettings(of: self)
        return .object([
            "object": "canary", "id": .string(id.description), "handle": .string(handle),
            "thread_id": .string(threadID.description), "origin_id": .string(originID.description),
            "upstream": .string(upstream), "model": .string(model), "mode": .string(settings.mode.rawValue),
            "parameters": settings.parameters.json, "every_seconds": .int(everySeconds),
            "created_at": .optional(createdAt), "due_at": .optional(dueAt),
            "replay_ids": .array(runIDs.map { .string($0.description) }),
        ])
    }
}

extension CanaryRun {
    /// What `canary run --json` prints of it.
    ///
    /// - Parameter address: where a message can be looked up.
    func json(address: (MessageID?) -> String?) -> JSON {
        .object([
            "object": "canary_run", "id": .string(replay.id.description), "handle": .string(replay.handle),
            "canary_id": .string(canary.id.description), "thread_id": .string(canary.threadID.description),
            "before_id": .optional(beforeID?.description), "changed": .bool(isChanged), "whole": .bool(isWhole),
            "turns": .array(
                turns.map { turn in
                    .object([
                        "turn": .int(turn.number), "question_id": .string(turn.questionID.description),
                        "before_id": .optional(turn.beforeID?.description),
                        "message_id": .optional(turn.answerID?.description),
                        "address": .optional(address(turn.answerID)),
                        "changed": .bool(turn.isChanged),
                        "words": turn.words.map { .object(["removed": .int($0.removed), "added": .int($0.added)]) }
                            ?? .null,
                        "model_reported": turn.modelReported?.json ?? .null,
                        "system_fingerprint": turn.systemFingerprint?.json ?? .null, "failure": .optional(turn.failure),
                    ])
                }),
        ])
    }
}

extension CanaryTurn.Value {
    fileprivate var json: JSON { .object(["before": .string(before), "now": .string(now)]) }
}
