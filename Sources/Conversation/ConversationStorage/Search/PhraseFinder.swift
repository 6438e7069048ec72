/// Finds phrases in a text as the index would.
struct PhraseFinder: WordSink {
    struct Found {
        let phrase: Int
        let range: Range<Int>
    }

    /// A phrase as the index spells it.
    struct Wanted {
        let tokens: [[UInt8]]
        let isPrefix: Bool

        /// Whether a word is the phrase's token at a place.
        func isMet(by spelling: UnsafeBufferPointer<UInt8>, at index: Int) -> Bool {
            tokens[index].withUnsafeBufferPointer { wanted in
                guard
                    isPrefix && index == tokens.count - 1
                        ? spelling.count >= wanted.count : spelling.count == wanted.count,
                    let left = spelling.baseAddress, let right = wanted.baseAddress
                else { return false }
                return WordSegmenter.equal(left, right, wanted.count)
            }
        }
    }

    /// The phrases of an expression that are wanted.
    static func wanted(_ phrases: [MatchExpression.Phrase]) -> [Wanted] {
        phrases.filter(\.isWanted).map { Wanted(tokens: $0.tokens.map { Array($0.utf8) }, isPrefix: $0.isPrefix) }
    }

    /// More are not kept.
    static let foundLimit = 2_000

    private(set) var found: [Found] = []
    private let phrases: [Wanted]
    private let text: UnsafeBufferPointer<UInt8>
    private let limit: Int
    private var position = -1
    /// For each phrase, and each of its tokens, where it was met last and before that, with the phrase's beginning.
    private var met: [[(last: (position: Int, start: Int), before: (position: Int, start: Int))]]

    init(_ phrases: [Wanted], in text: UnsafeBufferPointer<UInt8>, upTo limit: Int = foundLimit) {
        self.limit = limit
        self.phrases = phrases
        self.text = text
        met = self.phrases.map { Array(repeating: ((-9, 0), (-9, 0)), count: $0.tokens.count) }
    }

    /// Whether a text holds a phrase.
    static func holds(
        _ phrase: [Wanted], in text: UnsafeBufferPointer<UInt8>, _ segmenter: borrowing WordSegmenter
    ) -> Bool {
        var finder = PhraseFinder(phrase, in: text, upTo: 1)
        return segmenter.segment(text, for: .index, into: &finder) != 0
    }

    mutating func take(_ token: WordToken) -> Int32 {
        if !token.isColocated { position += 1 }
        for phrase in phrases.indices {
            let count = phrases[phrase].tokens.count
            for index in (0..<count).reversed() where phrases[phrase].isMet(by: token.spelling, at: index) {
                let isLast = index == count - 1
                let wanted = phrases[phrase].tokens[index]
                let isPrefix = isLast && phrases[phrase].isPrefix
                var start = token.start
                if index > 0 {
                    let before = met[phrase][index - 1]
                    if before.last.position == position - 1 {
                        start = before.last.start
                    } else if before.before.position == position - 1 {
                        start = before.before.start
                    } else {
                        continue
                    }
                }
                if isLast {
                    // One character of a piece, not the piece.
                    let isPiece = token.kind == .piece || token.kind == .shortRun
                    let end =
                        isPrefix && isPiece && token.spelling.count > wanted.count
                        ? beginning(of: token, matching: wanted) : token.end
                    found.append(Found(phrase: phrase, range: start..<max(start, end)))
                } else if met[phrase][index].last.position != position {
                    met[phrase][index].before = met[phrase][index].last
                    met[phrase][index].last = (position, start)
                }
            }
        }
        return found.count < limit ? 0 : 1
    }

    /// Where as many characters of a piece end as were asked for.
    private func beginning(of token: WordToken, matching wanted: [UInt8]) -> Int {
        var characters = 0
        var offset = 0
        wanted.withUnsafeBufferPointer { wanted in
            while offset < wanted.count {
                let (scalar, length) = WordSegmenter.scalar(wanted, offset)
                if CharacterTable.shared.kind(scalar) != .unitMark { characters += 1 }
                offset += length
            }
        }
        var at = token.start
        while at < token.end {
            let (scalar, length) = WordSegmenter.scalar(text, at)
            let kind = CharacterTable.shared.kind(scalar)
            if kind != .unitMark && kind != .transparent && kind != .jamoVowel && kind != .jamoTrailing {
                if characters == 0 { break }
                characters -= 1
            }
            at += length
        }
        return at
    }
}
