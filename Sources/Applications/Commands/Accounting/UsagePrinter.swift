import ConversationService
import ConversationStorage
import Conversations
import Foundation

/// Usage on a terminal: a line a group with its numbers, and a bar as long as its tokens where there is room.
struct UsagePrinter {
    let console: Console
    /// What a group is called on its line.
    let title: (UsageReport.Group) -> String

    /// - Parameter shown: the groups to show, of all that the report has.
    func show(_ report: UsageReport, _ shown: ArraySlice<UsageReport.Group>) {
        let header = [report.grouping.rawValue, "calls", "input", "cached", "output", "reasoning", "cost"]
        var rows = shown.map {
            [TerminalText.truncated(TerminalText.sanitizedLine(title($0)), to: 40)] + Self.cells($0)
        }
        rows.append(["total"] + Self.cells(report.total))
        // A column that is empty everywhere says nothing.
        let columns = header.indices.filter { column in
            column == 0 || rows.contains { $0[column] != "0" && !$0[column].isEmpty }
        }
        let widths = columns.map { column in
            ([header] + rows).map { TerminalText.columns(of: $0[column]) }.max() ?? 0
        }
        func line(_ cells: [String]) -> String {
            zip(columns, widths).map { column, width in
                TerminalText.padded(cells[column], to: width, on: column == 0 ? .leading : .trailing)
            }.joined(separator: "  ")
        }
        let room = console.columns - widths.reduce(0) { $0 + $1 + 2 }
        let most = shown.map(\.allTokens).max() ?? 0
        console.line(console.style.dim(line(header)))
        for (group, row) in zip(shown, rows) {
            let bar = room >= 6 ? Bar.text(group.allTokens, of: most, columns: min(room, 60)) : ""
            console.line(bar.isEmpty ? line(row) : line(row) + "  " + bar)
        }
        if shown.count != 1 { console.line(console.style.bold(line(rows[rows.count - 1]))) }
    }

    private static func cells(_ group: UsageReport.Group) -> [String] {
        let tokens = group.tokens
        let mark = group.estimated.calls > 0 ? "~" : ""
        func count(_ number: Int, _ mark: String = "") -> String { number == 0 ? "0" : mark + TokenCount.text(number) }
        return [
            TokenCount.text(tokens.calls), count(tokens.input, mark), count(tokens.cached), count(tokens.output, mark),
            count(tokens.reasoning), cost(group),
        ]
    }

    private static func cost(_ group: UsageReport.Group) -> String {
        var amounts = group.costs.sorted { $0.key < $1.key }.map { currency, amount in
            (group.estimatedCosts.contains(currency) ? "~" : "") + Money(amount, currency).text
        }
        if group.unpricedCalls > 0 { amounts.append("?") }
        return amounts.joined(separator: " + ")
    }

    /// What has to be known beside the numbers.
    func showNotes(_ report: UsageReport, configuration: String) {
        if report.total.estimated.calls > 0 {
            let calls = report.total.estimated.calls.counted("call")
            console.note(
                "~ The tokens of \(calls) were counted by nobody and are estimated from the words."
            )
        }
        for missing in report.unpriced.prefix(3) {
            console.note(
                TerminalText.sanitizedLine(
                    "? No price is known for \(missing.model) at \(missing.upstream) (\(missing.calls.counted("call"))). Per million tokens, in \(configuration): [models.\"\(missing.model)\"] price = { input = 0.15, output = 0.60 }"
                ))
        }
        if report.unpriced.count > 3 {
            console.note("? Nor for \((report.unpriced.count - 3).grouped) more: diwan usage --json")
        }
        let dates = Set(report.priced.compactMap(\.price.date)).sorted()
        if let first = dates.first, let last = dates.last {
            console.note("Prices as of \(first == last ? first : "\(first) to \(last)"): diwan models")
        }
    }
}

/// A bar of block characters, exact to an eighth of a column.
enum Bar {
    static func text(_ value: Int, of most: Int, columns: Int) -> String {
        guard value > 0, most > 0, columns > 0 else { return "" }
        let eighths = max(1, Int((Double(value) / Double(most) * Double(columns * 8)).rounded()))
        let parts = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]
        return String(repeating: "█", count: eighths / 8) + parts[eighths % 8]
    }
}

/// A count as short as it reads well: `9,412`, `48.2k`, `1.23M`.
enum TokenCount {
    static func text(_ number: Int) -> String {
        switch abs(number) {
        case ..<10_000: number.grouped
        case ..<999_950: String(format: "%.1fk", Double(number) / 1e3)
        case ..<999_995_000: String(format: "%.2fM", Double(number) / 1e6)
        default: String(format: "%.2fG", Double(number) / 1e9)
        }
    }
}
