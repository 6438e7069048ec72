/// A text cut into what a reader sees change: words, signs, and the white space between them.
///
/// Joined, the tokens are the text, byte for byte. A word is a run of letters and digits of any script with its marks; of
/// scripts that write without spaces (Chinese, Japanese, Thai, …) each character is one. What a reader takes for one
/// character is never cut. Texts are told apart by their bytes: the two spellings of "é" are two tokens.
package struct TextTokens: Sendable {
    package enum Kind: Sendable, Hashable {
        case word
        /// Punctuation, a symbol, an emoji.
        case sign
        case space
    }

    /// The text in UTF-8.
    let bytes: [UInt8]
    /// Where each token ends in ``bytes``.
    private(set) var ends: [Int] = []
    private(set) var kinds: [Kind] = []

    package init(_ text: String) {
        bytes = Array(text.utf8)
        var end = 0
        var before = CharacterClass.none
        var characters = text.makeIterator()
        var next = characters.next()
        while let character = next {
            next = characters.next()
            var kind = CharacterClass(character)
            // What stands inside a word or a number and does not end it: don't, l’été, 3.14, 1,000.
            if kind == .sign, before.joins, let after = next.map({ CharacterClass($0) }),
                CharacterClass.isInside(character, before: before, after: after)
            {
                kind = before
            }
            let length = character.utf8.count
            if !ends.isEmpty, kind.joins, kind.kind == before.kind, before.joins {
                ends[ends.count - 1] += length
            } else {
                ends.append(end + length)
                kinds.append(kind.kind)
            }
            end += length
            before = kind
        }
    }

    package var count: Int { ends.count }

    /// How many words the text has.
    package var wordCount: Int { kinds.count { $0 == .word } }

    /// The tokens, each as text.
    package var texts: [String] { ends.indices.map { text($0..<($0 + 1)) } }

    func start(of token: Int) -> Int { token == 0 ? 0 : ends[token - 1] }

    func bytes(of token: Int) -> ArraySlice<UInt8> { bytes[start(of: token)..<ends[token]] }

    /// Some tokens that follow each other, joined.
    func text(_ tokens: Range<Int>) -> String {
        guard !tokens.isEmpty else { return "" }
        return String(decoding: bytes[start(of: tokens.lowerBound)..<ends[tokens.upperBound - 1]], as: UTF8.self)
    }
}

/// What a character does to the token before it.
private enum CharacterClass {
    case none, space, letter, digit, sign
    /// A word by itself.
    case ideograph

    init(_ character: Character) {
        let scalars = character.unicodeScalars
        guard let first = scalars.first else {
            self = .none
            return
        }
        if first.isASCII {
            switch first.value {
            case 0x30...0x39: self = .digit
            case 0x41...0x5A, 0x61...0x7A, 0x5F: self = .letter
            case 0x20, 0x09...0x0D: self = .space
            default: self = .sign
            }
            return
        }
        let properties = first.properties
        if Self.isWrittenWithoutSpaces(first.value) {
            self = properties.isAlphabetic || properties.isIdeographic ? .ideograph : .sign
        } else if properties.isWhitespace {
            self = .space
        } else if properties.isAlphabetic {
            self = .letter
        } else {
            switch properties.generalCategory {
            case .decimalNumber: self = .digit
            case .letterNumber, .otherNumber, .nonspacingMark, .spacingMark, .enclosingMark: self = .letter
            default: self = .sign
            }
        }
    }

    /// Whether the next character of its kind belongs to the same token.
    var joins: Bool { self == .space || self == .letter || self == .digit }

    var kind: TextTokens.Kind {
        switch self {
        case .space: .space
        case .letter, .digit, .ideograph: .word
        case .none, .sign: .sign
        }
    }

    static func isInside(_ sign: Character, before: CharacterClass, after: CharacterClass) -> Bool {
        switch sign {
        case "'", "’": before == .letter && after == .letter
        case ".", ",": before == .digit && after == .digit
        default: false
        }
    }

    private static func isWrittenWithoutSpaces(_ value: UInt32) -> Bool {
        switch value {
        case ..<0x0E00: false
        case 0x0E00...0x0EFF, 0x1000...0x109F, 0x1780...0x17FF, 0x1950...0x19DF, 0x1A20...0x1AAF: true
        case 0x2E80...0x2FDF, 0x3005...0x3007, 0x3021...0x3029, 0x3031...0x312F, 0x31A0...0x31FF: true
        case 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xA9E0...0xA9FF, 0xAA60...0xAADF, 0xF900...0xFAFF: true
        case 0xFF66...0xFF9F, 0x1AFF0...0x1B16F, 0x20000...0x3FFFF: true
        default: false
        }
    }
}
