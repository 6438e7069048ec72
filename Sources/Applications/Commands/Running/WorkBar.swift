import ConversationStorage
import Synchronization

/// A progress bar on standard error for work that takes longer than a second; silent where nobody looks.
final class WorkBar: Sendable {
    private struct State {
        var step = ""
        var line: ProgressLine?
    }

    private let console: Console
    private let state = Mutex(State())

    init(console: Console) {
        self.console = console
    }

    /// Shows how far the work has come.
    func show(_ progress: WorkProgress) { show(progress.step, done: progress.done, total: progress.total) }

    /// - Parameters:
    ///   - step: what is done, by its plural name.
    ///   - total: how much there is to do; 0 where nobody knows.
    func show(_ step: String, done: Int, total: Int) {
        guard console.errorsAreOnTerminal, !console.isQuiet else { return }
        let text = state.withLock { state -> String in
            var text = ""
            if state.step != step {
                text += state.line?.finish() ?? ""
                state.step = step
                state.line = ProgressLine(
                    title: step, unit: .things(step),
                    total: total > 0 ? total : nil,
                    terminalWidth: console.columns, style: console.errorStyle, startedAt: .now)
            }
            return text + (state.line?.update(done: done, at: .now) ?? "")
        }
        console.errorPiece(text)
    }

    /// Takes the bar off the screen.
    func finish() {
        console.errorPiece(state.withLock { $0.line?.finish() ?? "" })
    }
}
