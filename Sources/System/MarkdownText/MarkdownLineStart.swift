/// What the beginning of a line of Markdown says it is, after CommonMark 0.31 and GFM's tables.
package enum MarkdownLineStart: Equatable, Sendable {
    case blank
    case rule
    case heading(level: Int)
    /// A list item's marker, in the columns it stands in; `content` is where its text begins.
    case item(marker: String, markerColumn: Int, contentColumn: Int)
    case fence(character: Unicode.Scalar, length: Int, indent: Int, language: String)
    /// A whole line that begins with "|".
    case tableRow
    case text(indent: Int)
    case quote

    /// Reads the beginning of a line as far as it has come.
    ///
    /// - Parameters:
    ///   - line: the scalars so far, without the line break.
    ///   - column: the column its first scalar stands in: more than 0 after a list marker.
    ///   - isWhole: whether the line break has come.
    /// - Returns: what it is and how many scalars that took; nil while it could still be several things.
    package static func read(
        _ line: [Unicode.Scalar], column: Int, isWhole: Bool
    ) -> (start: MarkdownLineStart, consumed: Int)? {
        var at = 0
        var indent = 0
        while at < line.count, line[at] == " " || line[at] == "\t" {
            indent += line[at] == "\t" ? 4 - (indent % 4) : 1
            at += 1
        }
        guard at < line.count else {
            return isWhole ? (.blank, at) : line.count > longestMarker ? (.text(indent: 0), at) : nil
        }
        let reader = MarkdownLineStartReader(line: line, at: at, column: column + indent, isWhole: isWhole)
        if !isWhole && line.count > longestMarker && line[at] != "|" { return reader.text }
        switch line[at] {
        case ">":
            if at + 1 == line.count && !isWhole { return nil }
            let space = at + 1 < line.count && line[at + 1] == " "
            return (.quote, at + (space ? 2 : 1))
        case "#": return reader.heading()
        case "`", "~": return reader.fence()
        case "-", "*", "_", "+": return reader.ruleOrBullet()
        case "0"..."9": return reader.numbered()
        case "|":
            if !isWhole && line.count <= longestTableRow { return nil }
            return line.count <= longestTableRow ? (.tableRow, 0) : reader.text
        default: return reader.text
        }
    }

    /// What is still undecided after so many characters is text: nobody writes such a marker, and reading it again with
    /// each character would take ever longer.
    private static let longestMarker = 500
    /// A row is held until it is whole; a longer one is text.
    private static let longestTableRow = 8192
}

private struct MarkdownLineStartReader {
    let line: [Unicode.Scalar]
    let at: Int
    let column: Int
    let isWhole: Bool

    typealias Reading = (start: MarkdownLineStart, consumed: Int)

    var text: Reading { (.text(indent: column), at) }

    func heading() -> Reading? {
        let end = endOfRun()
        if end == line.count { return isWhole ? (end - at <= 6 ? (.heading(level: end - at), end) : text) : nil }
        guard end - at <= 6, line[end] == " " || line[end] == "\t" else { return text }
        let content = endOfSpaces(from: end)
        if content == line.count && !isWhole { return nil }
        return (.heading(level: end - at), content)
    }

    func fence() -> Reading? {
        let end = endOfRun()
        if end - at < 3 { return end == line.count && !isWhole ? nil : text }
        // The language, and whether it is a fence at all, is known at the end of the line.
        let info = line[end...]
        if line[at] == "`" && info.contains("`") { return text }
        guard isWhole else { return nil }
        let language = String(String.UnicodeScalarView(info)).split(separator: " ").first.map(String.init) ?? ""
        return (.fence(character: line[at], length: end - at, indent: column, language: language), line.count)
    }

    func ruleOrBullet() -> Reading? {
        let marker = line[at]
        if marker != "+" {
            let rest = line[at...].filter { $0 != " " && $0 != "\t" }
            if rest.allSatisfy({ $0 == marker }) {
                guard isWhole else { return nil }
                if rest.count >= 3 { return (.rule, line.count) }
            }
        }
        guard marker != "_" else { return text }
        return item(markerEnd: at + 1, marker: "•")
    }

    func numbered() -> Reading? {
        var end = at
        while end < line.count, ("0"..."9").contains(line[end]) { end += 1 }
        if end - at > 9 { return text }
        if end == line.count { return isWhole ? text : nil }
        guard line[end] == "." || line[end] == ")" else { return text }
        return item(markerEnd: end + 1, marker: String(String.UnicodeScalarView(line[at...end])))
    }

    private func item(markerEnd: Int, marker: String) -> Reading? {
        if markerEnd == line.count { return isWhole ? itemReading(markerEnd, markerEnd, marker) : nil }
        guard line[markerEnd] == " " || line[markerEnd] == "\t" else { return text }
        let content = endOfSpaces(from: markerEnd)
        guard content < line.count else { return isWhole ? itemReading(markerEnd, content, marker) : nil }
        guard line[content] == "[" else { return itemReading(markerEnd, content, marker) }
        // A task: "[ ] " or "[x] ".
        let box = Array(line[content...].prefix(4))
        if box.count >= 2, !" xX".unicodeScalars.contains(box[1]) { return itemReading(markerEnd, content, marker) }
        if box.count >= 3, box[2] != "]" { return itemReading(markerEnd, content, marker) }
        if box.count >= 4, box[3] != " " { return itemReading(markerEnd, content, marker) }
        guard box.count == 4 else { return isWhole ? itemReading(markerEnd, content, marker) : nil }
        return itemReading(markerEnd, content + 4, box[1] == " " ? "☐" : "☑", textAt: content)
    }

    private func itemReading(_ markerEnd: Int, _ content: Int, _ marker: String, textAt: Int? = nil) -> Reading {
        // Five spaces and more after a marker are the content's own (CommonMark 5.2, rule 2).
        let spaces = (textAt ?? content) - markerEnd
        let markerWidth = markerEnd - at
        let contentColumn = column + markerWidth + (spaces > 4 ? 1 : max(spaces, 1))
        return (.item(marker: marker, markerColumn: column, contentColumn: contentColumn), content)
    }

    private func endOfRun() -> Int {
        var end = at
        while end < line.count, line[end] == line[at] { end += 1 }
        return end
    }

    private func endOfSpaces(from start: Int) -> Int {
        var end = start
        while end < line.count, line[end] == " " || line[end] == "\t" { end += 1 }
        return end
    }
}
