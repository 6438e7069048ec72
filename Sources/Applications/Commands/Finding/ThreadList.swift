import ConversationService
import Conversations
import Foundation

/// Threads as lines of a terminal: handle, when, how long, title.
struct ThreadList {
    let console: Console

    func show(_ threads: [ChatThread], now: Timestamp) {
        let handleColumns = threads.map { $0.handle.count }.max() ?? 4
        for thread in threads {
            let marks = (thread.pinnedAt != nil ? "* " : "") + (thread.archivedAt != nil ? "(archived) " : "")
            let date = RelativeDate.text(for: thread.activeAt.date, now: now.date)
            let head = TerminalText.padded(thread.handle, to: handleColumns)
            let when = TerminalText.padded(date, to: 10)
            let count = TerminalText.padded("\(thread.messageCount)", to: 4, on: .trailing)
            let tags = thread.tags.map { " #" + TerminalText.sanitizedLine($0) }.joined()
            let room = max(20, console.columns - handleColumns - 10 - 4 - 6 - TerminalText.columns(of: marks + tags))
            let title = TerminalText.sanitizedLine(thread.shownTitle)
            let shown = console.isTerminal ? TerminalText.truncated(title, to: min(room, 100)) : title
            console.line(
                console.style.bold(head) + "  " + console.style.dim(when) + "  " + console.style.dim(count) + "  "
                    + marks
                    + TerminalText.isolated(shown) + console.style.dim(tags))
        }
    }
}
