import ConversationService
import Conversations
import Foundation
import ModelUpstream
import ModelWire
import Synchronization

/// Shows an answer as it arrives: its words on standard output, everything else on standard error.
final class AnswerPrinter: Sendable {
    private struct State {
        var renderer: MarkdownRenderer?
        var reasoning = ReasoningFold()
        var endsInNewline = true
        var wroteAnything = false
    }

    private let console: Console
    /// Whether words are shown as they come: several answers at once are shown one after the other in the end.
    private let showsDeltas: Bool
    private let hint: String?
    private let state: Mutex<State>

    /// - Parameter hint: how to go on, for the line after an answer; nil where the prompt comes back by itself.
    init(console: Console, choices: Int, hint: String?) {
        self.console = console
        self.hint = hint
        showsDeltas = choices == 1 && !console.printsJSON
        state = Mutex(
            State(
                renderer: console.isTerminal ? MarkdownRenderer(style: console.style, width: console.columns) : nil))
    }

    /// Tells one event.
    func show(_ event: SendEvent) {
        switch event {
        case .begun: break
        case .wentBeside:
            console.note("Another program wrote to this thread meanwhile; this went beside it, as a branch.")
        case .contextCut(let leftOut, let total):
            console.note("The oldest \(leftOut) of \(total) messages are not sent any more (context). Which: diwan why")
        case .summarising(let count):
            console.note("Asking for a summary of the first \(count) messages, to be sent in their place …")
        case .summaryFailed(let reason):
            console.note("There is no summary: \(reason) What is left out is left out without one.")
        case .notice(let notice): show(notice)
        case .received: break
        case .delta(let delta): show(delta)
        }
    }

    private func show(_ notice: UpstreamNotice) {
        switch notice {
        case .starting(let upstream):
            console.note("Starting \(upstream)…")
        case .retrying(let upstream, let wait, let why):
            let seconds = Double(wait.components.seconds) + Double(wait.components.attoseconds) / 1e18
            console.note("\(upstream): \(why); trying again in \(String(format: "%.1f", seconds)) s…")
        }
    }

    private func show(_ delta: AnswerDelta) {
        guard showsDeltas else { return }
        switch delta {
        case .text(_, let text), .refusal(_, let text):
            state.withLock { state in
                if let folded = state.reasoning.fold() { showReasoning(folded) }
                emit(text, &state)
            }
        case .reasoning(_, let text):
            state.withLock { state in
                if let piece = state.reasoning.append(text) { showReasoning(piece) }
            }
        case .started, .toolCall, .choiceFinished, .ignored: break
        }
    }

    private func showReasoning(_ text: String) {
        guard console.errorsAreOnTerminal, !console.isQuiet else { return }
        console.errorPiece(console.errorStyle.dim(TerminalText.sanitized(text)))
    }

    private func emit(_ text: String, _ state: inout State) {
        let shown = state.renderer?.append(text) ?? text
        guard !shown.isEmpty else { return }
        console.write(shown)
        state.wroteAnything = true
        state.endsInNewline = shown.utf8.last == UInt8(ascii: "\n")
    }

    /// Ends what was being shown with a whole line.
    func endLine() {
        state.withLock { state in
            if let folded = state.reasoning.fold() { showReasoning(folded) }
            if let rest = state.renderer?.finish(), !rest.isEmpty {
                console.write(rest)
                state.endsInNewline = rest.utf8.last == UInt8(ascii: "\n")
                state.wroteAnything = true
            }
            if state.wroteAnything, !state.endsInNewline { console.line() }
            state.endsInNewline = true
            state.renderer = console.isTerminal ? MarkdownRenderer(style: console.style, width: console.columns) : nil
        }
    }

    /// Shows what came of the question once it is over: the answers that were not shown as they came, what the model
    /// asks for, and a line about the call.
    func conclude(_ answered: AnsweredQuestion) {
        endLine()
        if !showsDeltas {
            for (index, answer) in answered.answers.enumerated() {
                if answered.answers.count > 1 {
                    console.note("── \(index + 1) of \(answered.answers.count) ──")
                }
                state.withLock { emit(answer.text, &$0) }
                endLine()
            }
        }
        for answer in answered.answers {
            for call in answer.parts.toolCalls {
                console.note(
                    "It asks for the tool \(TerminalText.sanitizedLine(call.name)) (\(TerminalText.sanitizedLine(call.id))) with:"
                )
                console.error("  " + TerminalText.sanitizedLine(call.arguments))
            }
            if let call = answer.parts.toolCalls.first {
                console.note("Answer it: diwan ask -c --tool-output \(call.id)=TEXT")
            }
        }
        let asked = answered.call.parameters.choices ?? 1
        if answered.answers.count < asked {
            console.note("Asked for \(asked) answers and got \(answered.answers.count).")
        }
        if console.errorsAreOnTerminal { console.note(footer(answered)) }
    }

    private func footer(_ answered: AnsweredQuestion) -> String {
        let call = answered.call
        var pieces = [answered.thread.handle, call.modelReported ?? call.modelSent]
        if let tokens = call.usage.output { pieces.append("\(tokens) tokens") }
        if let sent = call.sentAt, let finished = call.finishedAt {
            pieces.append(String(format: "%.1f s", Double(finished.milliseconds(since: sent)) / 1000))
        }
        if let hint { pieces.append(hint) }
        return pieces.joined(separator: " · ")
    }
}

/// Reasoning on a terminal: shown as it comes, closed by a line end when the answer starts.
private struct ReasoningFold {
    private var isOpen = false

    mutating func append(_ text: String) -> String? {
        isOpen = true
        return text
    }

    mutating func fold() -> String? {
        guard isOpen else { return nil }
        isOpen = false
        return "\n"
    }
}
