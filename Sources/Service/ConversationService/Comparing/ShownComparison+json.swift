import Conversations
import Foundation
package import OrderedJSON
import WordDiff

extension ShownComparison {
    /// What `--json` prints of a comparison.
    package var json: JSON {
        let (kind, id) = subject
        return .object([
            "object": "compare", "of": .string(kind), "id": .string(id), "handle": .string(comparison.handle),
            "threads": .array(
                comparison.threads.map { compared in
                    .object([
                        "id": .string(compared.thread.id.description), "handle": .string(compared.thread.handle),
                        "title": .optional(compared.thread.title),
                    ])
                }),
            "judge": verdicts.map { .object(["upstream": .string($0.upstream), "model": .string($0.model)]) } ?? .null,
            "arms": .array(comparison.arms.indices.map { json(ofArm: $0) }),
            "turns": .array(comparison.turns.map { json(of: $0) }),
        ])
    }

    private var subject: (kind: String, id: String) {
        switch comparison.subject {
        case .replay(let replay): ("replay", replay.id.description)
        case .thread(let thread): ("thread", thread.id.description)
        case .message(_, let message): ("message", message.description)
        }
    }

    private func json(ofArm index: Int) -> JSON {
        let (arm, figures) = (comparison.arms[index], figures[index])
        return .object([
            "name": .string(arm.name), "upstream": .optional(arm.upstream), "model": .optional(arm.model),
            "sample": .int(arm.sample), "original": .bool(arm.isOriginal), "status": .optional(arm.status?.rawValue),
            "note": .optional(arm.note), "done": .int(figures.outcomes[.done] ?? 0),
            "refused": .int(figures.outcomes[.refused] ?? 0), "failed": .int(figures.outcomes[.failed] ?? 0),
            "open": .int(figures.outcomes[.open] ?? 0), "characters": .int(figures.characterCount),
            "words": .int(figures.wordCount), "length_ratio": .rounded(figures.lengthRatio),
            "similarity": .rounded(figures.similarity), "p50": .seconds(figures.median),
            "p95": .seconds(figures.ninetyFifth), "first_token_p50": .seconds(figures.medianFirstToken),
            "input_tokens": .optional(figures.inputTokens), "output_tokens": .optional(figures.outputTokens),
            "cost": .cost(figures.cost), "models_reported": .array(figures.modelsReported.map { .string($0) }),
            "fingerprints": .array(figures.fingerprints.map { .string($0) }),
            "verdicts": verdicts == nil || arm.isOriginal
                ? .null
                : .object([
                    "better": .int(figures.verdicts[.better] ?? 0), "worse": .int(figures.verdicts[.worse] ?? 0),
                    "tie": .int(figures.verdicts[.tie] ?? 0), "unclear": .int(figures.verdicts[.unclear] ?? 0),
                ]),
        ])
    }

    private func json(of turn: ComparedTurn) -> JSON {
        .object([
            "thread_id": .string(turn.threadID.description), "number": .int(turn.number),
            "question": turn.question.map { question in
                .object([
                    "message_id": .string(question.id.description), "address": .optional(address(of: question)),
                    "text": .string(question.text),
                ])
            } ?? .null,
            "answers": .array(turn.answers.map { json(of: $0, in: turn) }),
        ])
    }

    private func json(of answer: ComparedAnswer, in turn: ComparedTurn) -> JSON {
        let (message, call) = (answer.message, answer.call)
        return .object([
            "arm": .int(answer.arm), "original": .bool(answer.isOriginal), "outcome": .string(answer.outcome.rawValue),
            "message_id": .optional(message?.id.description), "address": .optional(address(of: message)),
            "label": .optional(answer.label), "text": message == nil ? .null : .string(answer.text),
            "status": .optional(message?.status.rawValue), "finish_reason": .optional(message?.finishReason),
            "characters": .int(answer.characterCount), "words": .int(answer.wordCount),
            "similarity": .rounded(answer.similarity), "seconds": .seconds(answer.milliseconds),
            "first_token_seconds": .seconds(answer.firstTokenMilliseconds), "call_id": .optional(call?.id.description),
            "model_requested": .optional(call?.modelRequested), "model_reported": .optional(call?.modelReported),
            "system_fingerprint": .optional(call?.systemFingerprint), "input_tokens": .optional(call?.usage.input),
            "cached_tokens": .optional(call?.usage.cached), "output_tokens": .optional(call?.usage.output),
            "reasoning_tokens": .optional(call?.usage.reasoning), "cost": .cost(cost(of: answer)),
            "error": call?.error?.json ?? .null, "verdict": .optional(verdict(of: answer)?.rawValue),
            "changes": changes(of: answer, in: turn).map { diff in
                .array(diff.runs.map { .array([.string($0.change.name), .string($0.text)]) })
            } ?? .null,
        ])
    }
}

extension WordDiff.Change {
    fileprivate var name: String {
        switch self {
        case .equal: "equal"
        case .removed: "removed"
        case .inserted: "inserted"
        }
    }
}

extension JSON {
    fileprivate static func seconds(_ milliseconds: Int64?) -> JSON {
        milliseconds.map { .double(Double($0) / 1000) } ?? .null
    }

    fileprivate static func rounded(_ number: Double?) -> JSON {
        number.map { .double(($0 * 1000).rounded() / 1000) } ?? .null
    }

    fileprivate static func cost(_ money: Money?) -> JSON {
        guard let money else { return .null }
        return .object([
            "amount": .double(NSDecimalNumber(decimal: money.amount).doubleValue), "currency": .string(money.currency),
        ])
    }
}
