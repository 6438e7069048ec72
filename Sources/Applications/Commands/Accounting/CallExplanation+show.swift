import ConversationService
import Conversations

extension CallExplanation {
    /// Tells a person.
    func show(on console: Console) {
        let style = console.style
        console.line(
            "\(style.bold(call.handle))  \(TerminalText.sanitizedLine(call.modelSent)) at \(TerminalText.sanitizedLine(call.upstream)), in \(thread.handle) \(console.quoted(TerminalText.sanitizedLine(thread.shownTitle)))"
        )
        guard let plan = call.plan else {
            console.line("Another program made this call, and it was imported: what it sent is not known.")
            return
        }
        console.line(style.dim(weight(plan)))
        console.line()
        for block in plan.blocks {
            let count = block.positions.count
            let (first, last) = (block.positions.lowerBound + 1, block.positions.upperBound + 1)
            let range = first == last ? "\(first)" : "\(first)–\(last)"
            let fate = TerminalText.padded(block.isSent ? "sent" : "left out", to: 8)
            console.line(
                "\(block.isSent ? style.green(fate) : style.yellow(fate))  \(TerminalText.padded(range, to: 9))  \(count) message\(count == 1 ? "" : "s"): \(block.reason.said)"
            )
        }
        if plan.blocks.isEmpty { console.line("There was nothing in the thread to send.") }
        if plan.continuesAnswer {
            console.line("Then it was asked to go on with the answer that was cut off.")
        }
        if plan.summarises {
            console.line("These messages were sent as one text, to be summarised.")
        }
        if let summary {
            console.line()
            console.line(
                "In place of the first \(summary.lastPosition + 1) messages this was sent, which \(TerminalText.sanitizedLine(summary.model)) wrote \(RelativeDate.text(for: summary.createdAt.date, now: CommandContext.now().date)):"
            )
            console.line(TerminalText.sanitized(summary.text))
            console.line(style.dim("Have it written again: diwan why --redo \(call.handle)"))
        } else if plan.summaryID != nil, !plan.summarises {
            console.line("A summary was sent in their place; its words: diwan call --request \(call.handle)")
        }
        if !leftOut.isEmpty {
            console.line()
            let columns = leftOut.lazy.map { $0.address.count }.max() ?? 0
            for placed in leftOut {
                let head =
                    "\(TerminalText.padded(placed.address, to: columns))  \(TerminalText.padded(placed.message.speaker, to: 5))  "
                let room = (console.isTerminal ? console.columns : 100) - TerminalText.columns(of: head)
                console.line(
                    style.dim(head)
                        + TerminalText.isolated(TerminalText.truncated(placed.message.firstWords, to: max(12, room))))
            }
            console.line()
            console.line(style.dim("Always send one of them: diwan label \(leftOut[0].address) keep"))
        }
        if let sameness {
            console.line()
            console.line(sameness)
        }
    }

    private func weight(_ plan: ContextPlan) -> String {
        var pieces = ["context \(plan.mode)"]
        pieces.append(
            plan.window.map { "the model takes \($0) tokens" } ?? "how much the model takes is not known")
        if let estimated = plan.estimatedTokens { pieces.append("this was thought to be \(estimated)") }
        if let counted = call.usage.input { pieces.append("the model counted \(counted)") }
        if let cached = call.usage.cached, cached > 0 { pieces.append("\(cached) of them cached") }
        return pieces.joined(separator: ", ")
    }

    /// How the request begins like the one before.
    private var sameness: String? {
        guard let requestSize, let before else { return nil }
        guard let place = before.comparison.place else {
            return "The request is the same as that of the call before, \(before.call.handle): \(requestSize) bytes."
        }
        return
            "The request has \(requestSize) bytes. The first \(before.comparison.sharedBytes) are those of the call before, \(before.call.handle); it first differs at \(TerminalText.sanitizedLine(place))."
    }
}

extension ContextPlan.Reason {
    /// The reason as people read it.
    fileprivate var said: String {
        switch self {
        case .fits: "everything fits"
        case .recent: "the newest that fit"
        case .kept: "labelled keep"
        case .old: "older than what fits"
        case .replaced: "other instructions take its place"
        }
    }
}
