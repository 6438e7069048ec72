import Conversations
import WordDiff

/// Makes the answers of one turn, each measured against the original.
struct ComparedAnswers {
    /// An answer on its way into a comparison.
    struct Candidate {
        var arm: Int
        var isOriginal: Bool
        var message: Message?
        var call: Call?
        var label: String?
    }

    static func measured(_ candidates: [Candidate]) -> [ComparedAnswer] {
        let ordered = candidates.filter(\.isOriginal) + candidates.filter { !$0.isOriginal }.sorted { $0.arm < $1.arm }
        let tokens = ordered.map { TextTokens($0.message?.comparedText ?? "") }
        let original = ordered.first.flatMap { $0.isOriginal && $0.message != nil ? tokens[0] : nil }
        return zip(ordered, tokens).map { candidate, tokens in
            let text = candidate.message?.comparedText ?? ""
            var similarity: Double?
            if let original, candidate.message != nil {
                similarity = candidate.isOriginal ? 1 : WordDiff(from: original, to: tokens).similarity
            }
            return ComparedAnswer(
                arm: candidate.arm, isOriginal: candidate.isOriginal, message: candidate.message, call: candidate.call,
                label: candidate.label, outcome: outcome(of: candidate), text: text, characterCount: text.count,
                wordCount: tokens.wordCount, similarity: similarity)
        }
    }

    private static func outcome(of candidate: Candidate) -> ComparedAnswer.Outcome {
        guard let message = candidate.message else {
            guard let call = candidate.call, call.status.isFinal else { return .open }
            return isWithheld(call.error?.code) ? .refused : .failed
        }
        let declines = message.parts.contains { if case .refusal = $0 { true } else { false } }
        if declines || isWithheld(message.finishReason) { return .refused }
        return message.status == .failed || message.status == .interrupted ? .failed : .done
    }

    private static func isWithheld(_ reason: String?) -> Bool {
        guard let reason else { return false }
        return ["content_filter", "refusal", "content_policy_violation", "safety"].contains(reason)
    }
}

extension Message {
    /// What is compared of a message: its words and refusals, and the tools it asks for.
    var comparedText: String {
        parts.compactMap { part -> String? in
            switch part {
            case .text(let text), .refusal(let text): text
            case .toolCall(let call): "→ \(call.name) \(call.arguments)"
            default: nil
            }
        }.joined(separator: "\n")
    }
}
