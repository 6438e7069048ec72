/// Text on its way into a page: nothing of it is ever taken for markup.
package enum HTMLText {
    /// The text with every character that means something to HTML written as a reference. What a page may not hold
    /// (U+0000) or would be read as something else (other control characters) comes out as U+FFFD.
    package static func escaped(_ text: some Sequence<Unicode.Scalar>) -> String {
        var escaped = String.UnicodeScalarView()
        for scalar in text {
            switch scalar {
            case "&": escaped.append(contentsOf: "&amp;".unicodeScalars)
            case "<": escaped.append(contentsOf: "&lt;".unicodeScalars)
            case ">": escaped.append(contentsOf: "&gt;".unicodeScalars)
            case "\"": escaped.append(contentsOf: "&quot;".unicodeScalars)
            case "'": escaped.append(contentsOf: "&#39;".unicodeScalars)
            case "\n", "\t": escaped.append(scalar)
            case "\r": break
            case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}": escaped.append("\u{FFFD}")
            default: escaped.append(scalar)
            }
        }
        return String(escaped)
    }

    package static func escaped(_ text: String) -> String { escaped(text.unicodeScalars) }

    /// The address as it may stand in a link: of the web or of a mailbox, nothing that a click would run.
    static func link(_ url: some Collection<Unicode.Scalar>) -> String? {
        let text = String(String.UnicodeScalarView(url))
        guard let scheme = text.split(separator: ":", maxSplits: 1).first?.lowercased(),
            ["http", "https", "mailto"].contains(scheme), text.utf8.count > scheme.utf8.count + 1,
            !url.contains(where: { $0.value <= 0x20 || $0.value == 0x7F })
        else { return nil }
        return escaped(text)
    }
}
