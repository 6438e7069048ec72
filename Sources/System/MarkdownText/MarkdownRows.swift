/// The rows of a table of Markdown (GFM 4.10).
package struct MarkdownRows: Sendable {
    package enum Alignment: Sendable {
        case leading
        case center
        case trailing
    }

    /// One for each column.
    package let alignments: [Alignment]
    /// The header and the rows below it, each with a cell for every column; a cell that is missing is empty.
    package let rows: [[[Unicode.Scalar]]]

    /// Nil when the lines are no table: no row of dashes under the first row, or one of another length.
    package init?(lines: [[Unicode.Scalar]]) {
        guard lines.count >= 2 else { return nil }
        let header = Self.cells(of: lines[0])
        let rule = Self.cells(of: lines[1])
        guard header.count == rule.count else { return nil }
        var alignments: [Alignment] = []
        for cell in rule {
            guard let alignment = Self.alignment(of: cell) else { return nil }
            alignments.append(alignment)
        }
        self.alignments = alignments
        rows = ([header] + lines.dropFirst(2).map(Self.cells)).map { cells in
            alignments.indices.map { $0 < cells.count ? cells[$0] : [] }
        }
    }

    /// What stands between the bars; `\|` is a bar in a cell.
    private static func cells(of line: [Unicode.Scalar]) -> [[Unicode.Scalar]] {
        var cells: [[Unicode.Scalar]] = []
        var cell: [Unicode.Scalar] = []
        var trimmed = trim(line[...])
        if trimmed.first == "|" { trimmed.removeFirst() }
        var isEscaped = false
        for scalar in trimmed {
            if scalar == "|" && !isEscaped {
                cells.append(Array(trim(cell[...])))
                cell = []
            } else {
                if scalar == "|" { cell.removeLast() }
                cell.append(scalar)
            }
            isEscaped = scalar == "\\" && !isEscaped
        }
        if !trim(cell[...]).isEmpty { cells.append(Array(trim(cell[...]))) }
        return cells
    }

    private static func trim(_ scalars: ArraySlice<Unicode.Scalar>) -> ArraySlice<Unicode.Scalar> {
        var scalars = scalars
        while let first = scalars.first, first == " " || first == "\t" { scalars.removeFirst() }
        while let last = scalars.last, last == " " || last == "\t" { scalars.removeLast() }
        return scalars
    }

    private static func alignment(of cell: [Unicode.Scalar]) -> Alignment? {
        let dashes = cell.drop { $0 == ":" }.prefix { $0 == "-" }
        let isLeading = cell.first == ":"
        let isTrailing = cell.count > 1 && cell.last == ":"
        guard !dashes.isEmpty, cell.count == dashes.count + (isLeading ? 1 : 0) + (isTrailing ? 1 : 0) else {
            return nil
        }
        return isLeading && isTrailing ? .center : isTrailing ? .trailing : .leading
    }
}
