package import Conversations
import GRDB

extension Vault {
    /// Finds messages and titles.
    ///
    /// What is in the trash is not found. Where more match than are weighed, the newest are, and ``SearchPage/ranked``
    /// says so. Where too little holds everything asked for, the best of any of the words follow.
    ///
    /// The time it takes is bounded whatever the vault's size, as ``SearchBounds`` says, with one exception: where nothing
    /// was found within the bounds, it goes on to the oldest message before it says that there is nothing.
    package func search(
        _ query: SearchQuery, order: SearchOrder = .relevance, limit: Int = 20, now: Timestamp
    ) async throws(StorageError) -> SearchPage {
        try await read { database in
            var search = MessageSearch(database: database, query: query, order: order, limit: limit, now: now)
            return try search.run()
        }
    }
}

/// How much a search may look at.
enum SearchBounds {
    /// More matches than these are not weighed: the newest are.
    static let ranked = 1_000
    /// Of any of the words, so many matches are weighed.
    static let relaxed = 1_000
    /// As many titles are weighed.
    static let titles = 200
    /// Of those weighed, the rows of so many of the best are read, for each hit that is shown.
    static let readForEachHit = 3
    /// So many that a filter lets through are enough to choose from.
    static let filtered = 200
    /// So many are held against a filter before what came through is taken for enough.
    static let examined = 4_000
    /// As many places of the rarest word are looked at for the other words, before that is taken for enough.
    static let visited = 2_000
    /// In how many rows a word is, is counted up to here and estimated beyond.
    static let counted = 48
    /// With fewer hits than these the best of any of the words follow.
    static let enough = 5
    /// For the beginning of a word, as many of the newest messages' own words are looked at, in steps.
    static let recent = 1_000
    static let recentAtOnce = 100
    /// A filter that picks no more threads than these is looked at in their messages alone.
    static let threads = 64
    /// As many messages of an index that a filter has are looked at alone.
    static let selected = 1_000
}
