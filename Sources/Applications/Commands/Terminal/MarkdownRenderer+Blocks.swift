import MarkdownText

/// What a line is, and what it does to the blocks around it: quotes, lists, code, tables, rules.
extension MarkdownRenderer {
    /// Deeper than this, markers are text.
    private static let deepestNesting = 16

    /// Reads `pending`, the beginning of a line; leaves it alone while it could still be several things.
    mutating func readLineStart(isWhole: Bool) {
        if let fence, readCodeLine(in: fence, isWhole: isWhole) { return }
        guard var (start, consumed) = MarkdownLineStart.read(pending, column: column, isWhole: isWhole) else { return }
        if lineItems + lineQuoteDepth >= Self.deepestNesting {
            switch start {
            case .quote, .item: (start, consumed) = (.text(indent: column), 0)
            default: break
            }
        }
        let rest = Array(pending[consumed...])
        if start == .quote {
            lineQuoteDepth += 1
            column = 0
            return takeAgain(rest, isWhole: isWhole)
        }
        if start == .blank { return endBlankLine() }
        enterQuote(start)
        if start != .tableRow || marker != nil { endTable() }
        switch start {
        case .quote, .blank: break
        case .rule:
            beginBlock(indent: column)
            writeRule()
        case .heading(let level):
            beginBlock(indent: column)
            let hashes = style.isOn ? "" : String(repeating: "#", count: level) + " "
            beginText(level == 1 ? [.bold, .underlined] : .bold, prefix: hashes)
            takeAgain(rest, isWhole: isWhole)
        case .item(let text, let markerColumn, let contentColumn):
            beginItem(text, markerColumn: markerColumn, contentColumn: contentColumn)
            takeAgain(rest, isWhole: isWhole)
        case .fence(let character, let length, let indent, let language):
            beginBlock(indent: indent)
            fence = Fence(character: character, length: length, indent: indent, quoteDepth: quoteDepth)
            beginFence(language: language)
        case .tableRow where marker == nil:
            if table.isEmpty { beginBlock(indent: column) }
            table.append(pending)
            beginLine()
        case .tableRow:
            beginText([])
            takeAgain(rest, isWhole: isWhole)
        case .text(let indent):
            if indent >= 4, items.isEmpty, !isInParagraph { return beginIndentedCode(isWhole: isWhole) }
            if isInParagraph { writeDueBlank() } else { beginBlock(indent: indent) }
            beginText([])
            isInParagraph = true
            takeAgain(rest, isWhole: isWhole)
        }
    }

    // MARK: Between blocks

    private mutating func endBlankLine() {
        if marker != nil {
            beginText([])
            lines.end()
        } else {
            endTable()
            isInParagraph = false
            if hasWritten { blankIsDue = min(lineQuoteDepth, quoteDepth) }
        }
        beginLine()
    }

    /// A line with other quote marks than the one before it is outside of what stood there, unless it goes on with its
    /// paragraph (CommonMark's lazy continuation).
    private mutating func enterQuote(_ start: MarkdownLineStart) {
        guard marker == nil, lineQuoteDepth != quoteDepth else { return }
        if isInParagraph, lineQuoteDepth < quoteDepth, case .text = start { return }
        endTable()
        if let due = blankIsDue { blankIsDue = min(due, lineQuoteDepth) }
        quoteDepth = lineQuoteDepth
        items = []
        isInParagraph = false
    }

    /// Begins a block that is no list item: leaves the lists that its indent is outside of.
    private mutating func beginBlock(indent: Int) {
        isInParagraph = false
        if marker == nil { leaveItems(at: indent) }
        writeDueBlank()
        hasWritten = true
    }

    /// Two columns beyond the marker are enough to be inside: many models indent by two under "1.".
    private mutating func leaveItems(at indent: Int) {
        while let item = items.last, indent < item.contentColumn, indent < item.markerColumn + 2 { items.removeLast() }
    }

    private mutating func writeDueBlank() {
        guard let depth = blankIsDue else { return }
        blankIsDue = nil
        lines.writeLine(depth == 0 ? [] : [StyledRun(String(repeating: "│ ", count: depth).dropLast() + "", .dim)])
    }

    private var indentText: String { String(repeating: " ", count: items.last?.indent ?? 0) }

    /// What stands before a line that is written whole; a list marker that waits for its text comes first.
    private mutating func blockPrefix() -> [StyledRun] {
        if marker != nil {
            beginText([])
            lines.end()
        }
        return quoteBars(quoteDepth) + [StyledRun(indentText)]
    }

    private var availableColumns: Int? {
        lines.width.map { max(8, $0 - 2 * quoteDepth - (items.last?.indent ?? 0)) }
    }

    private mutating func writeRule() {
        let width = min(availableColumns ?? 40, 80)
        lines.writeLine(blockPrefix() + [StyledRun(String(repeating: "─", count: width), .dim)])
        beginLine()
    }

    // MARK: Lists

    private mutating func beginItem(_ text: String, markerColumn: Int, contentColumn: Int) {
        if marker == nil { leaveItems(at: markerColumn) }
        isInParagraph = false
        writeDueBlank()
        let before = marker ?? indentText
        marker = before + text + " "
        items.append(
            Item(
                markerColumn: markerColumn, contentColumn: contentColumn,
                indent: TerminalText.columns(of: marker ?? "")))
        lineItems += 1
        column = contentColumn
    }

    // MARK: Code

    private mutating func beginFence(language: String) {
        let prefix = blockPrefix()
        lines.writeLine(prefix + [StyledRun(style.isOn ? frame(language) : "```\(language)", .dim)])
        beginLine()
    }

    /// A rule above and below, nothing beside the code: it is copied from the terminal as it is.
    private func frame(_ language: String) -> String {
        let name = language.isEmpty ? "" : "─ \(language) "
        let width = min(availableColumns ?? 60, 60)
        return name + String(repeating: "─", count: max(3, width - TerminalText.columns(of: name)))
    }

    mutating func endFence() {
        guard fence != nil else { return }
        fence = nil
        lines.writeLine(blockPrefix() + [StyledRun(style.isOn ? frame("") : "```", .dim)])
    }

    /// Four columns at the beginning, outside of any list: code, up to the end of its line.
    private mutating func beginIndentedCode(isWhole: Bool) {
        beginBlock(indent: 4)
        writeCode(pending, dropping: 4, before: "    ", isWhole: isWhole)
    }

    /// Reads the beginning of a line inside a fence.
    ///
    /// - Returns: whether that was all there is to do; false if the line is outside of the fence, which has ended.
    private mutating func readCodeLine(in fence: Fence, isWhole: Bool) -> Bool {
        var at = 0
        for _ in 0..<fence.quoteDepth {
            while at < pending.count, pending[at] == " " { at += 1 }
            if at == pending.count && !isWhole { return true }
            guard at < pending.count, pending[at] == ">" else {
                endFence()
                return false
            }
            at += 1
            if at == pending.count && !isWhole { return true }
            if at < pending.count, pending[at] == " " { at += 1 }
        }
        let line = Array(pending[at...])
        switch isEnd(line, of: fence, isWhole: isWhole) {
        case nil: return true
        case .some(true):
            endFence()
            beginLine()
        case .some(false): writeCode(line, dropping: fence.indent, before: "", isWhole: isWhole)
        }
        return true
    }

    /// Whether the line closes the fence; nil while it could.
    private func isEnd(_ line: [Unicode.Scalar], of fence: Fence, isWhole: Bool) -> Bool? {
        let indent = line.prefix { $0 == " " }.count
        if indent > fence.indent + 3 || line.count > 200 { return false }
        let run = line[indent...].prefix { $0 == fence.character }.count
        let rest = line[(indent + run)...]
        guard rest.allSatisfy({ $0 == " " || $0 == "\t" }) else { return false }
        if isWhole { return run >= fence.length }
        return rest.isEmpty || run >= fence.length ? nil : false
    }

    private mutating func writeCode(_ line: [Unicode.Scalar], dropping indent: Int, before: String, isWhole: Bool) {
        var line = line[...]
        var column = 0
        while column < indent, let first = line.first, first == " " || first == "\t" {
            column += first == " " ? 1 : 4
            line.removeFirst()
        }
        for run in blockPrefix() where !run.scalars.isEmpty {
            lines.write(style.styled(String(String.UnicodeScalarView(run.scalars)), run.attributes))
        }
        lines.write(before + String(String.UnicodeScalarView(line)))
        mode = .code
        pending = []
        if isWhole {
            lines.write("\n")
            beginLine()
        }
    }

    // MARK: Tables

    /// Writes the table that has ended, or its lines as text if it was none.
    mutating func endTable() {
        guard !table.isEmpty else { return }
        let rows = table
        table = []
        guard let laidOut = MarkdownTable(lines: rows, inline: inline) else {
            // What is being read now is the beginning of another line.
            let (mode, pending) = (mode, pending)
            self.pending = []
            for row in rows { writeText(row) }
            (self.mode, self.pending) = (mode, pending)
            return
        }
        let prefix = blockPrefix()
        for line in laidOut.lines(width: availableColumns) { lines.writeLine(prefix + line) }
    }
}
