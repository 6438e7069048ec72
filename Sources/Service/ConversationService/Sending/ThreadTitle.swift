package import Conversations

/// The title a thread has until someone names it: the first line of its first question.
package enum ThreadTitle {
    /// As many characters as fit a line of a list.
    static let longest = 60

    package static func of(_ parts: [MessagePart]) -> String? {
        // No further than the title goes: a question may be a book.
        var title: [Character] = []
        var isAfterBlank = false
        for character in parts.text {
            if character.isLineEnd {
                if title.isEmpty { continue }
                break
            }
            if character.isBlank {
                isAfterBlank = !title.isEmpty
                continue
            }
            if isAfterBlank { title.append(" ") }
            isAfterBlank = false
            title.append(character)
            if title.count > longest { return String(title.prefix(longest - 1)) + "…" }
        }
        return title.isEmpty ? nil : String(title)
    }
}

// ASCII is known without asking Unicode's tables.
extension Character {
    fileprivate var isLineEnd: Bool {
        guard let byte = asciiValue else { return isNewline }
        return (0x0A...0x0D).contains(byte)
    }

    fileprivate var isBlank: Bool {
        guard let byte = asciiValue else { return isWhitespace }
        return byte == 0x20 || (0x09...0x0D).contains(byte)
    }
}
