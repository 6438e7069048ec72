/// HTML as Markdown, for the elements that answers are made of: paragraphs, headings, lists, tables, code, quotes, links,
/// emphasis.
///
/// Other elements lose their tags and keep their words. Nothing is escaped: an asterisk in the text stays one.
struct MarkdownFromHTML {
    /// The Markdown of a piece of HTML.
    static func text(of html: String) -> String { text(of: HTMLNode.nodes(of: Array(html.utf8))) }

    static func text(of nodes: [HTMLNode]) -> String { blocks(nodes).joined(separator: "\n\n") }

    // MARK: - Blocks

    private static let blockNames: Set = [
        "p", "div", "ul", "ol", "li", "pre", "table", "thead", "tbody", "tr", "blockquote", "h1", "h2", "h3", "h4",
        "h5",
        "h6", "hr", "section", "article", "body", "html", "head", "figure", "details", "summary", "dl", "dt", "dd",
        "response-element", "code-block", "center",
    ]

    private static func isBlock(_ node: HTMLNode) -> Bool { node.name.map { blockNames.contains($0) } ?? false }

    /// What stands one below the other, a blank line apart.
    private static func blocks(_ nodes: [HTMLNode]) -> [String] {
        var blocks: [String] = []
        var line = ""
        func endLine() {
            let text = line.trimmingLines()
            if !text.isEmpty { blocks.append(text) }
            line = ""
        }
        for node in nodes {
            if isBlock(node) {
                endLine()
                blocks += block(node)
            } else if containsBlock(node) {
                // An inline element around blocks: its words matter more than its kind.
                endLine()
                blocks += Self.blocks(node.children)
            } else {
                line.append(inline: inline(node))
            }
        }
        endLine()
        return blocks
    }

    private static func containsBlock(_ node: HTMLNode) -> Bool {
        node.children.contains { isBlock($0) || containsBlock($0) }
    }

    private static func block(_ node: HTMLNode) -> [String] {
        switch node.name {
        case "ul", "ol": return [list(node)].filter { !$0.isEmpty }
        case "pre": return [code(node)]
        case "table": return [table(node)].filter { !$0.isEmpty }
        case "hr": return ["---"]
        case "blockquote":
            let text = blocks(node.children).joined(separator: "\n\n")
            return text.isEmpty ? [] : [text.indented(first: "> ", others: "> ")]
        case "h1", "h2", "h3", "h4", "h5", "h6":
            let text = node.children.map(inline).joined().trimmingLines().replacing("\n", with: " ")
            let level = node.name?.last?.wholeNumberValue ?? 1
            return text.isEmpty ? [] : [String(repeating: "#", count: level) + " " + text]
        default: return blocks(node.children)
        }
    }

    private static func list(_ node: HTMLNode) -> String {
        var number = node.attribute("start").flatMap { Int($0) } ?? 1
        var items: [String] = []
        for child in node.children {
            // What stands in a list without being an item is one of its own.
            let content = blocks(child.name == "li" ? child.children : [child])
            if content.isEmpty { continue }
            let marker = node.name == "ol" ? "\(number). " : "- "
            let isLoose = content.count > 1 && !content.dropFirst().allSatisfy(\.isListed)
            items.append(
                content.joined(separator: isLoose ? "\n\n" : "\n")
                    .indented(first: marker, others: String(repeating: " ", count: marker.count)))
            number = number == Int.max ? number : number + 1
        }
        return items.joined(separator: "\n")
    }

    private static func code(_ node: HTMLNode) -> String {
        let inner = node.elements { $0.name == "code" }.first
        let classes = (inner ?? node).attribute("class") ?? node.attribute("class") ?? ""
        let language = classes.split(separator: " ").first { $0.hasPrefix("language-") }?.dropFirst("language-".count)
        var text = node.plainText
        if text.hasPrefix("\n") { text.removeFirst() }
        if !text.hasSuffix("\n") { text += "\n" }
        let fence = text.backticks(longerThan: 3)
        return "\(fence)\(language ?? "")\n\(text)\(fence)"
    }

    private static func table(_ node: HTMLNode) -> String {
        let rows = node.elements { $0.name == "tr" }.map { row in
            row.elements { $0.name == "td" || $0.name == "th" }.map { cell in
                blocks(cell.children).joined(separator: " ").replacing("\n", with: " ").replacing("|", with: "\\|")
            }
        }.filter { !$0.isEmpty }
        let width = rows.map(\.count).max() ?? 0
        let outside = node.children.filter { !["thead", "tbody", "tfoot", "tr", "colgroup"].contains($0.name) }
        let words = blocks(outside)
        guard width > 0 else { return words.joined(separator: "\n\n") }
        func line(_ cells: [String]) -> String {
            "| " + (cells + Array(repeating: "", count: width - cells.count)).joined(separator: " | ") + " |"
        }
        let rule = "|" + String(repeating: " --- |", count: width)
        let lines = rows.enumerated().flatMap { $0 == 0 ? [line($1), rule] : [line($1)] }
        return (words + [lines.joined(separator: "\n")]).joined(separator: "\n\n")
    }

    // MARK: - Inside a line

    private static func inline(_ node: HTMLNode) -> String {
        guard case .element(let name, _, let children) = node else {
            return node.plainText.collapsingSpace()
        }
        let inner = { children.map(inline).joined() }
        switch name {
        case "br": return "\n"
        case "img": return node.attribute("alt")?.collapsingSpace() ?? ""
        case "strong", "b": return inner().wrapped(in: "**")
        case "em", "i": return inner().wrapped(in: "*")
        case "del", "s", "strike": return inner().wrapped(in: "~~")
        case "code", "tt", "kbd", "samp":
            let text = node.plainText
            if text.isEmpty { return "" }
            let ticks = text.backticks(longerThan: 1)
            let padding = text.hasPrefix("`") || text.hasSuffix("`") ? " " : ""
            return ticks + padding + text + padding + ticks
        case "a":
            let text = inner()
            guard let address = node.attribute("href"), !address.isEmpty, address != text else { return text }
            return text.isEmpty ? address : "[\(text)](\(address))"
        default: return inner()
        }
    }
}

extension String {
    /// Appends to a line: of white space on both sides of the seam, one blank stays.
    fileprivate mutating func append(inline text: String) {
        let endsWithSpace = utf8.last.map { $0 == 0x20 || $0 == 0x0A } ?? true
        append(contentsOf: endsWithSpace ? text[(text.utf8.firstIndex { $0 != 0x20 } ?? text.endIndex)...] : text[...])
    }

    /// Every run of HTML's white space as one blank. No-break spaces are characters.
    fileprivate func collapsingSpace() -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(utf8.count)
        for byte in utf8 {
            let isSpace = byte == 0x20 || (0x09...0x0D).contains(byte)
            if !isSpace { bytes.append(byte) } else if bytes.last != 0x20 { bytes.append(0x20) }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Without blanks at the ends of lines, and without empty lines at both ends.
    fileprivate func trimmingLines() -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(utf8.count)
        for byte in utf8 {
            if byte == 0x20, bytes.isEmpty || bytes.last == 0x0A { continue }
            if byte == 0x0A {
                while bytes.last == 0x20 { bytes.removeLast() }
                if bytes.isEmpty { continue }
            }
            bytes.append(byte)
        }
        while let last = bytes.last, last == 0x20 || last == 0x0A { bytes.removeLast() }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Between two marks, white space outside of them: Markdown knows none inside.
    fileprivate func wrapped(in mark: String) -> String {
        guard let first = utf8.firstIndex(where: { $0 != 0x20 && $0 != 0x0A }),
            let last = utf8.lastIndex(where: { $0 != 0x20 && $0 != 0x0A })
        else { return self }
        let end = utf8.index(after: last)
        return self[..<first] + mark + self[first..<end] + mark + self[end...]
    }

    /// The lines with something before each; empty lines get it without blanks at their end.
    fileprivate func indented(first: String, others: String) -> String {
        let lines = split(separator: "\n", omittingEmptySubsequences: false)
        return lines.enumerated().map { index, line in
            let margin = index == 0 ? first : others
            if !line.isEmpty || index == 0 { return margin + line }
            return margin.allSatisfy { $0 == " " } ? "" : String(margin.prefix { $0 != " " })
        }.joined(separator: "\n")
    }

    /// At least `count` backticks, and more than stand together anywhere in the text.
    fileprivate func backticks(longerThan count: Int) -> String {
        var longest = 0
        var run = 0
        for byte in utf8 {
            run = byte == UInt8(ascii: "`") ? run + 1 : 0
            longest = max(longest, run)
        }
        return String(repeating: "`", count: max(count, longest + 1))
    }

    /// Whether a block is a list.
    fileprivate var isListed: Bool {
        hasPrefix("- ") || prefix { $0.isNumber }.count > 0 && drop { $0.isNumber }.hasPrefix(". ")
    }
}
