import ConversationFormats
import Synchronization

/// Shows how far an import has read, where it takes longer than a second and somebody looks.
final class ImportBar: Sendable {
    private let console: Console
    private let title: String
    private let line = Mutex<ProgressLine?>(nil)

    init(console: Console, title: String) {
        self.console = console
        self.title = title
    }

    func show(_ progress: ImportProgress) {
        guard console.errorsAreOnTerminal, !console.isQuiet else { return }
        let text = line.withLock { line -> String in
            var shown =
                line
                ?? ProgressLine(
                    title: title, unit: .bytes, total: progress.total > 0 ? progress.total : nil,
                    terminalWidth: console.columns, style: console.errorStyle, startedAt: .now)
            defer { line = shown }
            return shown.update(done: progress.done, at: .now)
        }
        if !text.isEmpty { console.errorPiece(text) }
    }

    /// Takes the bar off the screen.
    func finish() {
        let text = line.withLock { $0?.finish() ?? "" }
        if !text.isEmpty { console.errorPiece(text) }
    }
}
