package import Conversations

/// The title a thread has until someone names it: the first line of its first question.
package enum ThreadTitle {
    /// As many characters as fit a line of a list.
    static let longest = 60

    package static func of(_ parts: [MessagePart]) -> String? {
        let line = parts.text
            .split(whereSeparator: \.isNewline)
            .lazy.map { $0.split(whereSeparator: \.isWhitespace).joined(separator: " ") }
            .first { !$0.isEmpty }
        guard let line else { return nil }
        return line.count <= longest ? line : line.prefix(longest - 1) + "…"
    }
}
