import ConversationService
import Conversations

/// The history of what answered under a model's name, on a terminal: a line a configuration, in the order first seen.
struct DriftPrinter {
    let console: Console
    let now: Timestamp

    func show(_ history: BackendHistory) {
        let calls = history.configurations.map(\.calls).reduce(0, +)
        let changes = history.changes.count
        console.line(
            console.style.bold(TerminalText.sanitizedLine("\(history.model) at \(history.upstream)"))
                + console.style.dim(
                    "  \(calls.counted("call")), "
                        + (changes == 0 ? "no change" : "\(changes) change\(changes == 1 ? "" : "s")")))
        let overlapping = history.overlapping
        let rows = history.configurations.map { seen in
            [
                date(seen.firstAt), date(seen.lastAt), "\(seen.calls)", seen.modelReported ?? "—",
                seen.systemFingerprint ?? "—",
            ].map { TerminalText.sanitizedLine($0) }
        }
        let widths = (0..<5).map { column in rows.map { TerminalText.columns(of: $0[column]) }.max() ?? 0 }
        for (seen, row) in zip(history.configurations, rows) {
            let cells = zip(row, widths).enumerated().map { column, cell in
                TerminalText.padded(cell.0, to: cell.1, on: column == 2 ? .trailing : .leading)
            }
            let change = history.changes.first { change in
                change.at == seen.firstAt
                    && [change.modelReported?.now, change.systemFingerprint?.now].compactMap { $0 }.allSatisfy {
                        $0 == seen.modelReported || $0 == seen.systemFingerprint
                    }
            }
            var notes: [String] = []
            if let change {
                notes += [change.modelReported, change.systemFingerprint].compactMap { $0 }.map {
                    TerminalText.sanitizedLine("changed from \($0.before)")
                }
            }
            if overlapping.contains(seen) { notes.append("in turns with another") }
            console.line(
                "  \(cells[0]) – \(cells[1])  \(cells[2])  \(cells[3])  \(cells[4])  \(notes.joined(separator: ", "))"
                    .trimmingTrailingSpaces)
        }
    }

    private func date(_ time: Timestamp) -> String { RelativeDate.text(for: time.date, now: now.date) }
}

extension String {
    fileprivate var trimmingTrailingSpaces: String {
        String(self[..<(lastIndex { $0 != " " }.map { index(after: $0) } ?? startIndex)])
    }
}
