/// Rows of facts under each other on a terminal. What does not fit goes column by column, the least needed first.
struct FactsTable {
    struct Column {
        let title: String
        var side = TerminalText.Side.trailing
        /// The larger, the sooner it goes; 0 stays.
        var rank = 0
        /// The columns it may be cut to where there is no room.
        var leastWidth: Int?
    }

    let columns: [Column]
    /// As many cells a row as there are columns, safe to print.
    var rows: [[String]] = []

    /// The lines, the titles first. Columns without any cell are left out.
    ///
    /// - Parameter width: how wide a line may be; nil for any width.
    func lines(width: Int?, style: TerminalStyle) -> [String] {
        var shown = columns.indices.filter { column in rows.contains { !$0[column].isEmpty } }
        var widths = columns.indices.map { column in
            max(
                TerminalText.columns(of: columns[column].title),
                rows.lazy.map { TerminalText.columns(of: $0[column]) }.max() ?? 0)
        }
        if let width {
            func total() -> Int { shown.reduce(-2) { $0 + widths[$1] + 2 } }
            while total() > width, let last = shown.max(by: { columns[$0].rank < columns[$1].rank }),
                columns[last].rank > 0
            {
                // A name is cut a little before a fact goes, but stays a name.
                if let name = shown.first(where: { columns[$0].leastWidth != nil }),
                    let least = columns[name].leastWidth,
                    widths[name] - (total() - width) >= least
                {
                    break
                }
                shown.removeAll { $0 == last }
            }
            for column in shown where columns[column].leastWidth != nil && total() > width {
                widths[column] = max(4, widths[column] - (total() - width))
            }
        }
        func line(_ cells: [String]) -> String {
            var line = shown.map { column in
                let cell = TerminalText.truncated(cells[column], to: widths[column])
                let missing = max(0, widths[column] - TerminalText.columns(of: cell))
                let spaces = String(repeating: " ", count: missing)
                let isolated = TerminalText.isolated(cell)
                return columns[column].side == .leading ? isolated + spaces : spaces + isolated
            }.joined(separator: "  ")
            while line.hasSuffix(" ") { line.removeLast() }
            return line
        }
        return [style.dim(line(columns.map(\.title)))] + rows.map { line($0) }
    }
}
