import MarkdownText

/// Markdown as HTML: headings, lists, quotes, code, tables, emphasis and links; raw HTML is text.
///
/// The grammar is the terminal's (``MarkdownLineStart``, ``MarkdownSpans``); here the whole text is there, so blocks are
/// put together from whole lines. Every block at the top takes its direction from its own words, with the marks of a
/// list and the columns of a table; `dir="auto"` passes over what has a direction of its own, so inside of it nothing
/// says one but code.
struct MarkdownHTML {
    /// Deeper than this, marks are text.
    private static let deepestNesting = 16

    private let spans = MarkdownSpans(stylesCode: true)
    private(set) var html = ""
    /// What a block says of its direction here.
    private var direction = " dir=\"auto\""

    /// The HTML of a text.
    static func html(of text: String) -> String {
        var writer = MarkdownHTML()
        let lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
        writer.blocks(lines.map { $0.filter { $0 != "\r" } }, depth: 0)
        return writer.html
    }

    private mutating func blocks(_ lines: [[Unicode.Scalar]], depth: Int) {
        var at = 0
        while at < lines.count {
            guard let (start, consumed) = MarkdownLineStart.read(lines[at], column: 0, isWhole: true) else {
                at += 1
                continue
            }
            let rest = Array(lines[at][consumed...])
            switch start {
            case .blank: at += 1
            case .rule:
                html += "<hr>\n"
                at += 1
            case .heading(let level):
                // The page's own headings stand above those of a message.
                let level = min(level + 2, 6)
                html += "<h\(level)\(direction)>\(inline(rest.trimmingHashes))</h\(level)>\n"
                at += 1
            case .fence(let character, let length, let indent, let language):
                at = code(lines, after: at, Fence(character: character, length: length, indent: indent), language)
            case .quote where depth < Self.deepestNesting: at = quote(lines, from: at, depth: depth)
            case .item where depth < Self.deepestNesting: at = list(lines, from: at, depth: depth)
            case .tableRow: at = table(lines, from: at)
            case .text(let indent) where indent >= 4: at = indentedCode(lines, from: at)
            case .text, .quote, .item: at = paragraph(lines, from: at)
            }
        }
    }

    /// The blocks inside of a quote or an item.
    private mutating func inner(_ lines: [[Unicode.Scalar]], depth: Int) {
        let outer = direction
        direction = ""
        blocks(lines, depth: depth + 1)
        direction = outer
    }

    // MARK: Blocks

    private mutating func paragraph(_ lines: [[Unicode.Scalar]], from start: Int) -> Int {
        var at = start
        var shown: [String] = []
        while at < lines.count, at == start || Self.continuesParagraph(lines[at]) {
            shown.append(inline(Array(lines[at].drop { $0 == " " || $0 == "\t" })))
            at += 1
        }
        html += "<p\(direction)>\(shown.joined(separator: "<br>\n"))</p>\n"
        return at
    }

    private static func continuesParagraph(_ line: [Unicode.Scalar]) -> Bool {
        if case .text? = MarkdownLineStart.read(line, column: 0, isWhole: true)?.start { return true }
        return false
    }

    private mutating func quote(_ lines: [[Unicode.Scalar]], from start: Int, depth: Int) -> Int {
        var inside: [[Unicode.Scalar]] = []
        var at = start
        while at < lines.count, let (start, consumed) = MarkdownLineStart.read(lines[at], column: 0, isWhole: true) {
            if start == .quote {
                inside.append(Array(lines[at][consumed...]))
            } else if case .text = start, inside.last.map(Self.endsInParagraph) == true {
                inside.append(lines[at])
            } else {
                break
            }
            at += 1
        }
        html += "<blockquote\(direction)>\n"
        inner(inside, depth: depth)
        html += "</blockquote>\n"
        return at
    }

    /// Whether a line, inside of whatever marks it begins with, is a paragraph's, which the next may go on with.
    private static func endsInParagraph(_ line: [Unicode.Scalar]) -> Bool {
        var rest = line
        for _ in 0...deepestNesting {
            switch MarkdownLineStart.read(rest, column: 0, isWhole: true) {
            case (.quote, let consumed)?, (.item, let consumed)?: rest.removeFirst(consumed)
            case (.text, _)?: return true
            default: return false
            }
        }
        return false
    }

    private mutating func list(_ lines: [[Unicode.Scalar]], from start: Int, depth: Int) -> Int {
        var at = start
        var tag: String?
        while at < lines.count,
            case .item(let marker, let markerColumn, let contentColumn)? = MarkdownLineStart.read(
                lines[at], column: 0, isWhole: true)?.start,
            let consumed = MarkdownLineStart.read(lines[at], column: 0, isWhole: true)?.consumed
        {
            let number = Int(marker.dropLast())
            let itemTag = number == nil ? "ul" : "ol"
            if let tag, tag != itemTag { break }
            if tag == nil {
                let start = number.map { $0 == 1 ? "" : " start=\"\($0)\"" } ?? ""
                html += "<\(itemTag)\(start)\(direction)>\n"
            }
            tag = itemTag
            var inside = [Array(lines[at][consumed...])]
            at += 1
            while at < lines.count, let line = Self.line(lines[at], after: inside, markerColumn, contentColumn) {
                inside.append(line)
                at += 1
            }
            let task = marker == "☐" || marker == "☑"
            while inside.count > 1, inside.last?.isEmpty == true { inside.removeLast() }
            html += task ? "<li class=\"task\"><span class=\"box\">\(marker)</span>" : "<li>"
            if inside.count == 1 { html += inline(inside[0]) } else { inner(inside, depth: depth) }
            html += "</li>\n"
        }
        html += "</\(tag ?? "ul")>\n"
        return at
    }

    /// A line as it stands inside of an item; nil where it is outside. Two columns beyond the marker are enough: many
    /// models indent by two under "1.".
    private static func line(
        _ line: [Unicode.Scalar], after inside: [[Unicode.Scalar]], _ markerColumn: Int, _ contentColumn: Int
    ) -> [Unicode.Scalar]? {
        var (column, at) = (0, 0)
        while at < line.count, line[at] == " " || line[at] == "\t" {
            column += line[at] == "\t" ? 4 - column % 4 : 1
            at += 1
        }
        if at == line.count { return [] }
        if column >= min(contentColumn, markerColumn + 2) {
            return Array(repeating: " ", count: max(0, column - contentColumn)) + line[at...]
        }
        guard let last = inside.last, !last.isEmpty, continuesParagraph(last), continuesParagraph(line) else {
            return nil
        }
        return line
    }

    private struct Fence {
        let character: Unicode.Scalar
        let length: Int
        let indent: Int
    }

    private mutating func code(_ lines: [[Unicode.Scalar]], after open: Int, _ fence: Fence, _ language: String) -> Int
    {
        var code: [[Unicode.Scalar]] = []
        var at = open + 1
        while at < lines.count {
            let bare = lines[at].drop { $0 == " " }
            let run = bare.prefix { $0 == fence.character }.count
            if run >= fence.length, lines[at].count - bare.count <= fence.indent + 3,
                bare.dropFirst(run).allSatisfy({ $0 == " " || $0 == "\t" })
            {
                at += 1
                break
            }
            var line = lines[at][...]
            for _ in 0..<fence.indent where line.first == " " { line.removeFirst() }
            code.append(Array(line))
            at += 1
        }
        write(code: code, language: language)
        return at
    }

    private mutating func indentedCode(_ lines: [[Unicode.Scalar]], from start: Int) -> Int {
        var code: [[Unicode.Scalar]] = []
        var at = start
        while at < lines.count {
            guard case .text(let indent)? = MarkdownLineStart.read(lines[at], column: 0, isWhole: true)?.start,
                indent >= 4
            else { break }
            code.append(lines[at].first == "\t" ? Array(lines[at].dropFirst()) : Array(lines[at].dropFirst(4)))
            at += 1
        }
        write(code: code, language: "")
        return at
    }

    private mutating func write(code lines: [[Unicode.Scalar]], language: String) {
        let text = Array(lines.joined(separator: ["\n"]))
        let name = language.filter { $0.isLetter || $0.isNumber || "+#-_.".contains($0) }
        html += name.isEmpty ? "<pre dir=\"ltr\">" : "<pre dir=\"ltr\" data-language=\"\(HTMLText.escaped(name))\">"
        html += "<code>\(CodeHighlighter.html(of: text, language: name.lowercased()))\n</code></pre>\n"
    }

    private mutating func table(_ lines: [[Unicode.Scalar]], from start: Int) -> Int {
        var at = start
        var rows: [[Unicode.Scalar]] = []
        while at < lines.count, MarkdownLineStart.read(lines[at], column: 0, isWhole: true)?.start == .tableRow {
            rows.append(lines[at])
            at += 1
        }
        guard let table = MarkdownRows(lines: rows) else {
            html += "<p\(direction)>\(rows.map { inline($0) }.joined(separator: "<br>\n"))</p>\n"
            return at
        }
        // The frame has the direction: a table that is narrower stands on the side where its words begin.
        html += "<div class=\"table\"\(direction)><table>\n"
        for (number, row) in table.rows.enumerated() {
            let tag = number == 0 ? "th" : "td"
            html += "<tr>"
            for (cell, alignment) in zip(row, table.alignments) {
                let style =
                    switch alignment {
                    case .leading: ""
                    case .center: " class=\"center\""
                    case .trailing: " class=\"end\""
                    }
                html += "<\(tag)\(style)>\(inline(cell))</\(tag)>"
            }
            html += "</tr>\n"
        }
        html += "</table></div>\n"
        return at
    }

    // MARK: Inside a line

    private func inline(_ line: [Unicode.Scalar]) -> String {
        var html = ""
        var open: (link: MarkdownSpan.Link, label: String)?
        func close() {
            guard let (link, label) = open else { return }
            open = nil
            let address = String(String.UnicodeScalarView(link.url))
            let shown = label.isEmpty ? HTMLText.escaped(address) : label
            if let url = HTMLText.link(link.url) {
                // A picture elsewhere is led to, not fetched: a page that is read tells nobody.
                html += "<a href=\"\(url)\" rel=\"noopener noreferrer\">\(link.isImage ? "🖼 " : "")\(shown)</a>"
            } else {
                html += label.isEmpty || address.isEmpty ? shown : "\(shown) (\(HTMLText.escaped(address)))"
            }
        }
        for span in spans.spans(of: line) {
            if open?.link != span.link { close() }
            if let link = span.link {
                open = (link, (open?.label ?? "") + Self.styled(HTMLText.escaped(span.scalars), span.style))
            } else if span.style.contains(.code) {
                html += Self.styled(HTMLText.escaped(span.scalars), span.style)
            } else {
                html += Self.styled(BareLinks.html(of: span.scalars), span.style)
            }
        }
        close()
        return html
    }

    private static func styled(_ text: String, _ style: MarkdownSpan.Style) -> String {
        guard !text.isEmpty else { return "" }
        var text = text.replacing("\n", with: "<br>")
        if style.contains(.code) { text = "<code dir=\"ltr\">\(text)</code>" }
        if style.contains(.struckOut) { text = "<del>\(text)</del>" }
        if style.contains(.emphasis) { text = "<em>\(text)</em>" }
        if style.contains(.strong) { text = "<strong>\(text)</strong>" }
        return text
    }
}

extension [Unicode.Scalar] {
    /// Without the hashes that may close a heading.
    fileprivate var trimmingHashes: [Unicode.Scalar] {
        var text = self[...]
        while text.last == " " { text.removeLast() }
        let hashes = text.reversed().prefix { $0 == "#" }.count
        if hashes > 0, hashes < text.count, text.dropLast(hashes).last == " " { text = text.dropLast(hashes) }
        while text.last == " " { text.removeLast() }
        return Array(text)
    }
}
