/// How much a search may look at.
enum SearchBounds {
    /// More matches than these are not weighed: the newest are.
    static let ranked = 500
    /// Of any of the words, so many matches are weighed.
    static let relaxed = 500
    /// As many titles are weighed.
    static let titles = 100
    /// The lengths of so many of the best are read, for each hit that is shown.
    static let weighedForEachHit = 3
    /// So many that a filter lets through are enough to choose from.
    static let filtered = 200
    /// So many are held against a filter before what came through is taken for enough,
    static let examined = 4_000
    /// and so many before nothing is.
    static let examinedForAny = 24_000
    /// Where two words have to meet, at four times as few places of the rarer the other is looked for, and where n have
    /// to, at n² times as few: at first,
    static let lookedFirst = 24_000
    /// where the best of any of them would follow,
    static let looked = 40_000
    /// and where nothing else is tried.
    static let lookedAtLast = 1_000_000
    /// In so many of the newest messages it is looked for however many the words are.
    static let lookedAnyway: Int64 = 1_000
    /// Titles are asked for more words than this only of so many of the newest threads.
    static let wordsInEveryTitle = 3
    static let titlesOfMoreWords = 8_192
    /// In how many rows a word is, is counted up to here and estimated beyond.
    static let counted = 32
    /// With fewer hits than these the best of any of the words follow.
    static let enough = 5
    /// For the beginning of a word, as many of the newest messages' own words are looked at, in steps.
    static let recent = 1_000
    static let recentAtOnce = 100
    /// A filter that picks no more threads than these is looked at in their messages alone.
    static let threads = 64
    /// Of a filter that picks more threads, the messages of so many of the newest are looked at.
    static let threadsInTurn = 512
    /// As many messages of an index that a filter has are looked at alone.
    static let selected = 1_000
}
