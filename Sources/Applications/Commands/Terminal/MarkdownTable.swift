import MarkdownText

/// A table of Markdown (GFM 4.10), laid out once all of it is there: columns as wide as their widest cell, narrowed
/// when the terminal is, and then wrapped inside their column.
struct MarkdownTable {
    private let rows: [[[StyledRun]]]
    private let alignments: [MarkdownRows.Alignment]

    /// Nil when the lines are no table: no row of dashes under the first row, or one of another length.
    init?(lines: [[Unicode.Scalar]], inline: MarkdownInline) {
        guard let table = MarkdownRows(lines: lines) else { return nil }
        alignments = table.alignments
        rows = table.rows.enumerated().map { number, cells in
            cells.map { cell in
                inline.runs(of: cell, after: nil, isWhole: true).runs.map { run in
                    StyledRun(
                        run.scalars.map { $0 == "\n" || $0 == "\t" ? " " : $0 },
                        number == 0 ? run.attributes.union(.bold) : run.attributes)
                }
            }
        }
    }

    /// The lines of the table, at most `width` columns each where that leaves every column a few.
    func lines(width: Int?) -> [[StyledRun]] {
        let widths = columnWidths(within: width)
        var lines: [[StyledRun]] = []
        for (number, row) in rows.enumerated() {
            let cells = zip(row, widths).map { Self.wrapped($0, to: $1) }
            for line in 0..<max(1, cells.map(\.count).max() ?? 1) {
                var runs: [StyledRun] = []
                for column in cells.indices {
                    if column > 0 { runs.append(StyledRun(" │ ", .dim)) }
                    let content = line < cells[column].count ? cells[column][line] : []
                    let isLast = column == cells.count - 1
                    runs += aligned(content, to: widths[column], alignments[column], isLast: isLast)
                }
                lines.append(runs)
            }
            if number == 0 {
                let rule = widths.map { String(repeating: "─", count: $0) }.joined(separator: "─┼─")
                lines.append([StyledRun(rule, .dim)])
            }
        }
        return lines
    }

    private func columnWidths(within limit: Int?) -> [Int] {
        let natural = alignments.indices.map { column in max(1, rows.map { Self.columns(of: $0[column]) }.max() ?? 1) }
        guard let limit else { return natural }
        let room = limit - 3 * (natural.count - 1)
        guard natural.reduce(0, +) > room else { return natural }
        // The widest columns give first, all to the same width; none becomes narrower than a few characters.
        func narrowed(to most: Int) -> [Int] { natural.map { min($0, most) } }
        var most = natural.max() ?? 4
        while most > 4, narrowed(to: most).reduce(0, +) > room { most -= 1 }
        var widths = narrowed(to: most)
        var left = room - widths.reduce(0, +)
        for column in widths.indices where left > 0 && natural[column] > most {
            widths[column] += 1
            left -= 1
        }
        return widths
    }

    private func aligned(
        _ runs: [StyledRun], to width: Int, _ alignment: MarkdownRows.Alignment, isLast: Bool
    ) -> [StyledRun] {
        // Isolated, so that a right-to-left cell does not trade places with its neighbours.
        let turns = runs.contains { run in run.scalars.contains { TerminalText.direction(of: $0) == .rightToLeft } }
        let content = turns ? [StyledRun("\u{2068}")] + runs + [StyledRun("\u{2069}")] : runs
        let missing = max(0, width - Self.columns(of: runs))
        let before =
            switch alignment {
            case .leading: 0
            case .center: missing / 2
            case .trailing: missing
            }
        let after = isLast ? 0 : missing - before
        return [StyledRun(String(repeating: " ", count: before))] + content
            + [StyledRun(String(repeating: " ", count: after))]
    }

    // MARK: Cells

    private static func columns(of runs: [StyledRun]) -> Int {
        TerminalText.columns(of: text(of: runs))
    }

    private static func text(of runs: [StyledRun]) -> String {
        String(String.UnicodeScalarView(runs.flatMap(\.scalars)))
    }

    /// The cell in lines, each with its styles.
    private static func wrapped(_ runs: [StyledRun], to width: Int) -> [[StyledRun]] {
        if columns(of: runs) <= width { return [runs] }
        // Wrapping only leaves out spaces, so the styles are found again by walking both texts.
        var rest = runs.flatMap { run in run.scalars.map { ($0, run.attributes) } }[...]
        return TerminalText.wrapped(text(of: runs), to: width).map { line in
            var styled: [StyledRun] = []
            for scalar in line.unicodeScalars {
                while let first = rest.first, first.0 != scalar { rest.removeFirst() }
                guard let (_, attributes) = rest.popFirst() else { break }
                if let last = styled.indices.last, styled[last].attributes == attributes {
                    styled[last].scalars.append(scalar)
                } else {
                    styled.append(StyledRun([scalar], attributes))
                }
            }
            return styled
        }
    }
}
