import OrderedJSON

/// What divides a document into turns, and how words that look like it are told apart from it.
///
/// A turn begins with a comment that carries what a reader does not need to see, and a heading:
///
///     <!-- diwan:message {"id":"0193…","role":"user","created_at":"2026-03-01T09:30:00.250Z"} -->
///     ## User
///
/// or, where a person adds one, with the heading alone. Of a text's own lines those that would be taken for either get
/// one backslash before them, which Markdown shows as nothing, and one that has backslashes already gets one more.
enum MarkdownMarks {
    /// The kinds of comment.
    enum Kind: String {
        case message, part, call, instructions, branches
    }

    /// A comment of ours, on a line of its own.
    static func comment(_ kind: Kind, _ attributes: JSONObject = [:]) -> String {
        let json = attributes.isEmpty ? "" : " " + JSON.object(attributes).text()
        // Two hyphens would end the comment; they only ever stand inside of strings.
        return "<!-- diwan:\(kind.rawValue)\(json.replacing("--", with: "-\\u002d")) -->"
    }

    /// A line as a comment of ours; nil where it is none. The attributes are nil where they cannot be read.
    static func comment(_ line: String) -> (kind: Kind, attributes: JSONObject?)? {
        guard line.utf8.starts(with: opening.utf8) else { return nil }
        var rest = line.utf8.dropFirst(opening.utf8.count)
        let name = rest.prefix { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) }
        guard let kind = Kind(rawValue: String(Substring(name))) else { return nil }
        rest = rest.dropFirst(name.count)
        while let last = rest.last, last == UInt8(ascii: " ") || last == UInt8(ascii: "\r") { rest.removeLast() }
        guard rest.suffix(3).elementsEqual("-->".utf8) else { return (kind, nil) }
        rest.removeLast(3)
        let json = Array(rest)
        if json.allSatisfy({ $0 == UInt8(ascii: " ") }) { return (kind, [:]) }
        return (kind, try? JSON(parsing: json).object)
    }

    /// The role that a heading of a turn names; nil where the line is none.
    static func role(ofHeading line: String) -> String? {
        guard line.utf8.starts(with: "## ".utf8) else { return nil }
        var rest = line.utf8.dropFirst(3)
        while let last = rest.last, last == UInt8(ascii: " ") || last == UInt8(ascii: "\r") { rest.removeLast() }
        let word = rest.prefix { ($0 | 0x20) >= UInt8(ascii: "a") && ($0 | 0x20) <= UInt8(ascii: "z") }
        rest = rest.dropFirst(word.count)
        guard rest.isEmpty || rest.starts(with: " · ".utf8) || rest.elementsEqual(":".utf8) else { return nil }
        let role = String(Substring(word)).lowercased()
        return roles.contains(role) ? role : nil
    }

    /// Words with a backslash before every line that would be taken for a mark.
    static func escaped(_ text: String) -> String {
        text.markdownLines.map { isMark($0) ? "\\" + $0 : $0 }.joined(separator: "\n")
    }

    /// The words that ``escaped(_:)`` was given.
    static func unescaped(_ lines: some Sequence<String>) -> String {
        lines.map { $0.utf8.first == UInt8(ascii: "\\") && isMark($0) ? String(Substring($0.utf8.dropFirst())) : $0 }
            .joined(separator: "\n")
    }

    /// Whether a line is a mark, or one behind backslashes.
    private static func isMark(_ line: String) -> Bool {
        let bare = String(Substring(line.utf8.drop { $0 == UInt8(ascii: "\\") }))
        return bare.utf8.starts(with: opening.utf8) || role(ofHeading: bare) != nil
    }

    private static let opening = "<!-- diwan:"
    private static let roles: Set<String> = ["user", "assistant", "system", "developer", "tool"]
}

/// Characters that editors and version control change or refuse: everything below the space but line feed and tab.
/// Where words hold one, it stands as HTML's character reference, and so does every `&#`; the comment says `escaped`.
enum ControlCharacters {
    static func areIn(_ text: String) -> Bool { text.utf8.contains(where: isOne) }

    static func escaped(_ text: String) -> String {
        var bytes: [UInt8] = []
        var units = text.utf8[...]
        while let unit = units.popFirst() {
            if isOne(unit) {
                bytes += Array("&#\(unit);".utf8)
            } else if unit == UInt8(ascii: "&"), units.first == UInt8(ascii: "#") {
                bytes += Array("&#38;".utf8)
            } else {
                bytes.append(unit)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    static func unescaped(_ text: String) -> String {
        var bytes: [UInt8] = []
        var units = text.utf8[...]
        while let unit = units.popFirst() {
            if unit == UInt8(ascii: "&"), units.first == UInt8(ascii: "#") {
                let digits = units.dropFirst().prefix(4).prefix { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
                let after = units.dropFirst(1 + digits.count)
                if let code = UInt8(String(Substring(digits))), code < 0x80, after.first == UInt8(ascii: ";") {
                    bytes.append(code)
                    units = after.dropFirst()
                    continue
                }
            }
            bytes.append(unit)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func isOne(_ unit: UInt8) -> Bool {
        (unit < 0x20 && unit != UInt8(ascii: "\n") && unit != UInt8(ascii: "\t")) || unit == 0x7F
    }
}

extension String {
    /// The text's lines, ended by line feeds alone.
    var markdownLines: [String] {
        utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map { String(Substring($0)) }
    }
}
