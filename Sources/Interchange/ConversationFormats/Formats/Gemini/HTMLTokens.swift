/// A piece of an HTML document.
enum HTMLToken: Equatable {
    case text(String)
    case open(String, attributes: [String: String])
    case close(String)
}

/// The pieces of HTML, read from its bytes without ever refusing: what is no tag is text, what is never closed ends at the
/// end. Comments, declarations, scripts and styles are left out; names of tags and attributes are in lower case.
struct HTMLTokens {
    private let bytes: [UInt8]
    private var place = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    init(_ text: String) { self.init(Array(text.utf8)) }

    mutating func next() -> HTMLToken? {
        while place < bytes.count {
            guard bytes[place] == UInt8(ascii: "<") else { return text() }
            if let skipped = skipDeclaration() {
                place = skipped
                continue
            }
            let start = place
            if let token = tag() {
                if case .open(let name, _) = token, Self.hidden.contains(name) {
                    skip(to: "</\(name)")
                    continue
                }
                return token
            }
            // A lone "<" is text.
            place = start
            return text(withFirst: true)
        }
        return nil
    }

    private static let hidden: Set = ["script", "style", "template", "noscript"]

    // MARK: - Text

    private mutating func text(withFirst: Bool = false) -> HTMLToken {
        let start = place
        if withFirst { place += 1 }
        while place < bytes.count, bytes[place] != UInt8(ascii: "<") { place += 1 }
        return .text(HTMLEntities.decoded(bytes[start..<place]))
    }

    // MARK: - Tags

    private mutating func tag() -> HTMLToken? {
        place += 1
        let isClosing = take("/")
        guard let first = peek, first.isLetter else { return nil }
        let name = word { $0.isLetter || $0.isDigit || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ":") }
        var attributes: [String: String] = [:]
        while let byte = peek, byte != UInt8(ascii: ">") {
            if byte.isSpace || byte == UInt8(ascii: "/") {
                place += 1
                continue
            }
            let key = word {
                !$0.isSpace && $0 != UInt8(ascii: "=") && $0 != UInt8(ascii: ">") && $0 != UInt8(ascii: "/")
            }
            skipSpace()
            var value = ""
            if take("=") {
                skipSpace()
                value = attributeValue()
            } else if key.isEmpty {
                place += 1
            }
            if attributes[key] == nil { attributes[key] = value }
        }
        guard take(">") else { return nil }
        return isClosing ? .close(name) : .open(name, attributes: attributes)
    }

    private mutating func attributeValue() -> String {
        guard let quote = peek, quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else {
            let start = place
            while let byte = peek, !byte.isSpace, byte != UInt8(ascii: ">") { place += 1 }
            return HTMLEntities.decoded(bytes[start..<place])
        }
        place += 1
        let start = place
        while let byte = peek, byte != quote { place += 1 }
        defer { if place < bytes.count { place += 1 } }
        return HTMLEntities.decoded(bytes[start..<place])
    }

    private mutating func word(while belongs: (UInt8) -> Bool) -> String {
        let start = place
        while let byte = peek, belongs(byte) { place += 1 }
        return String(decoding: bytes[start..<place], as: UTF8.self).lowercased()
    }

    // MARK: - Bytes

    private var peek: UInt8? { place < bytes.count ? bytes[place] : nil }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard let byte = peek, UInt32(byte) == character.value else { return false }
        place += 1
        return true
    }

    private mutating func skipSpace() {
        while let byte = peek, byte.isSpace { place += 1 }
    }

    /// Where a comment or a declaration that begins here ends.
    private func skipDeclaration() -> Int? {
        let rest = bytes[place...]
        if rest.starts(with: "<!--".utf8) {
            return rest.dropFirst(4).firstRange(of: Array("-->".utf8))?.upperBound ?? bytes.count
        }
        guard rest.starts(with: "<!".utf8) || rest.starts(with: "<?".utf8) else { return nil }
        return rest.firstIndex(of: UInt8(ascii: ">")).map { $0 + 1 } ?? bytes.count
    }

    /// Goes on behind the tag that begins with `end`, whatever the case of its letters; else to the end.
    private mutating func skip(to end: String) {
        let wanted = Array(end.utf8)
        while place < bytes.count {
            if bytes[place] == UInt8(ascii: "<"),
                bytes[place...].prefix(wanted.count).elementsEqual(wanted, by: { $0.lowered == $1 })
            {
                while let byte = peek, byte != UInt8(ascii: ">") { place += 1 }
                if place < bytes.count { place += 1 }
                return
            }
            place += 1
        }
    }
}

extension UInt8 {
    fileprivate var isSpace: Bool { self == 0x20 || (0x09...0x0D).contains(self) }
    fileprivate var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
    fileprivate var isLetter: Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(lowered) }
    fileprivate var lowered: UInt8 { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self) ? self | 0x20 : self }
}
