import ConversationService
import Conversations

/// Numbers as people read them; "" for what is not known.
enum Shown {
    static func seconds(_ milliseconds: Int64?) -> String {
        guard let milliseconds else { return "" }
        if milliseconds < 100 { return "\(milliseconds) ms" }
        if milliseconds < 10_000 { return "\(milliseconds / 1000).\(milliseconds % 1000 / 100) s" }
        return milliseconds < 120_000 ? "\(milliseconds / 1000) s" : "\(milliseconds / 60_000) min"
    }

    /// A share of all; what is nearly all is not shown as all of it.
    static func percent(_ share: Double?) -> String {
        guard let share else { return "" }
        return share >= 1 ? "100 %" : "\(min(99, Int((share * 100).rounded()))) %"
    }

    static func ratio(_ ratio: Double?) -> String {
        guard let ratio else { return "" }
        let hundredths = Int((ratio * 100).rounded())
        return "×\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100)"
    }

    static func tokens(_ input: Int?, _ output: Int?) -> String {
        guard let output else { return "" }
        return "\(input.map { "\($0.grouped)→" } ?? "")\(output.grouped)"
    }

    /// What an arm still lacks, or did not get.
    static func notDone(_ outcomes: [ComparedAnswer.Outcome: Int]) -> String {
        [ComparedAnswer.Outcome.refused, .failed, .open].compactMap { outcome in
            outcomes[outcome].map { "\($0.grouped) \(outcome.rawValue)" }
        }.joined(separator: ", ")
    }

    static func verdicts(_ counts: [VerdictWord: Int]) -> String {
        [VerdictWord.better, .worse, .tie, .unclear].compactMap { word in
            counts[word].map { "\($0) \(word.rawValue)" }
        }.joined(separator: ", ")
    }

    /// Why an answer ended, where it is not simply whole.
    static func ending(of answer: ComparedAnswer) -> String {
        guard let message = answer.message else {
            switch answer.outcome {
            case .open: return "not answered yet"
            case .refused: return "refused"
            default: return answer.call?.error?.code ?? "failed"
            }
        }
        if answer.outcome == .refused { return "refused" }
        if message.status != .complete { return message.finishReason ?? message.status.rawValue }
        let reason = message.finishReason ?? ""
        return ["stop", "completed", "end_turn"].contains(reason) ? "" : reason
    }
}
