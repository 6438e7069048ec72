/// One token, valid while it is handed over.
struct WordToken {
    /// What part of the text a token stands for.
    enum Kind {
        /// A word between its boundaries.
        case word
        /// One of the words inside a `camelCase` word, or of the emoji inside a joined one.
        case inner
        /// All the words of a `snake_case`, `dotted.path` or `kebab-case` identifier, without what joins them.
        case whole
        /// An Arabic word without its article, prepositions and endings (``ArabicStem``).
        case stem
        /// An Arabic stem's consonants, after ``WordSegmenter/skeletonMark``.
        case skeleton
        /// Two or three characters of a script without spaces.
        case piece
        /// All of a run that is shorter than a piece.
        case shortRun
        /// The last characters of a run, fewer than a piece.
        case tail
        /// An emoji or sign.
        case pictograph
    }

    /// The folded spelling, in UTF-8.
    let spelling: UnsafeBufferPointer<UInt8>
    let kind: Kind
    /// The bytes of the text it stands for.
    let start: Int
    let end: Int
    /// Whether it lies at the place of the token before it.
    let isColocated: Bool
}

/// Receives the tokens of a text, in order.
protocol WordSink {
    /// Takes a token; anything but 0 ends the segmentation, which gives it back.
    mutating func take(_ token: WordToken) -> Int32
}

/// Cuts text into what is searched: the rules of Diwan's search, free of SQLite.
///
/// Words of scripts with spaces are runs of letters, digits and combining marks; scripts without spaces become
/// overlapping pieces of two or three characters. Every spelling is folded (``CharacterTable``) so that what people take
/// for the same word is the same token. For ``Purpose/index`` there are colocated tokens besides, by which parts of a
/// word are found; for ``Purpose/query`` there are none, and the tokens of a query lie as far from each other as the
/// same text's do in the index, so that phrases match. Any bytes may come: what is not UTF-8 separates words.
///
/// What it gives is part of the index. A change needs a new tokenizer name and a migration that rebuilds.
struct WordSegmenter: ~Copyable {
    enum Purpose { case index, query }

    /// Longer words are kept by their beginning.
    static let wordByteLimit = 256
    /// Longer identifiers are found by their words alone.
    static let wholeByteLimit = 128
    /// With more inner words than these it is no identifier but base 64 and the like.
    static let innerLimit = 8

    let table = CharacterTable.shared
    /// The word under way, then the identifier it belongs to, then a run's last pieces.
    let word = UnsafeMutablePointer<UInt8>.allocate(capacity: wordByteLimit + 64)
    let whole = UnsafeMutablePointer<UInt8>.allocate(capacity: wholeByteLimit)
    let run = UnsafeMutablePointer<UInt8>.allocate(capacity: runByteLimit)

    static let runByteLimit = 1024
    static let unitByteLimit = 64

    /// Before a word of a query: the word is a skeleton, to be looked up as it stands. In text it separates words.
    static let skeletonMark: UInt32 = 0xE000

    deinit {
        word.deallocate()
        whole.deallocate()
        run.deallocate()
    }

    /// Hands over the tokens of a text.
    ///
    /// - Returns: 0, or what the sink ended it with.
    func segment(
        _ text: UnsafeBufferPointer<UInt8>, for purpose: Purpose, into sink: inout some WordSink
    ) -> Int32 {
        var at = 0
        while at < text.count {
            let (scalar, length) = Self.scalar(text, at)
            let kind = table.kind(scalar)
            var status: Int32 = 0
            if kind.isOfWords {
                status = identifier(text, &at, purpose, &sink)
            } else if kind.isOfRuns {
                status = run(text, &at, purpose, &sink)
            } else if kind == .pictograph || kind == .regional || kind == .skinTone {
                status = pictograph(text, &at, purpose, &sink)
            } else if scalar == Self.skeletonMark, purpose == .query {
                at += length
                status = skeleton(text, &at, &sink)
            } else {
                at += length
            }
            if status != 0 { return status }
        }
        return 0
    }

    static func equal(_ left: UnsafePointer<UInt8>, _ right: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        for index in 0..<count where left[index] != right[index] { return false }
        return true
    }
}
