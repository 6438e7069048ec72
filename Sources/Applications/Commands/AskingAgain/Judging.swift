import ConversationService
import ConversationStorage
import Conversations

/// Asks a judge about the answers of a comparison, after a person has heard how often.
struct Judging {
    /// As many calls are made without asking.
    static let mostUnasked = 20

    let context: CommandContext
    let service: ThreadService

    func verdicts(of comparison: Comparison, again: Bool, isAgreed: Bool) async throws -> Verdicts? {
        let choice = try await ModelChoice.choose(in: context, for: nil, service)
        let judge = Judge(upstream: choice.upstream, key: try choice.key(context), model: choice.model)
        let pending = try await service.pendingJudgements(of: comparison, by: judge, again: again)
        if pending.isEmpty {
            context.console.note("\(judge.model) has judged all of it. Ask it once more: --again")
            return try await service.verdicts(of: comparison, by: judge)
        }
        let calls = "\(pending.count) call\(pending.count == 1 ? "" : "s")"
        context.console.note("\(judge.model) judges: \(calls), each pair of answers in both orders.")
        if pending.count > Self.mostUnasked {
            try Confirmation(console: context.console, isGiven: isAgreed).obtain(
                "Ask \(TerminalText.sanitizedLine(judge.model)) in \(calls)?", about: [])
        }
        let bar = WorkBar(console: context.console)
        let title = "Judging \(comparison.handle)"
        do {
            try await context.interruption.cancelling {
                try await service.judge(pending, by: judge, title: title) { done in
                    bar.show("judgements", done: done, total: pending.count)
                }
            }
        } catch {
            bar.finish()
            var failure = CommandFailure(error)
            if case ServiceError.upstream(let error, _) = error {
                failure = CommandFailure(upstream: error, saved: nil)
            }
            failure.hint = "What was judged before is kept; the same command goes on."
            throw failure
        }
        bar.finish()
        return try await service.verdicts(of: comparison, by: judge)
    }
}
