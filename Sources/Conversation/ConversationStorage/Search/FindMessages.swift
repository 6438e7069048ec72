package import Conversations
import GRDB

extension Vault {
    /// Finds messages and titles.
    ///
    /// What is in the trash is not found. Where more match than are weighed, the newest are, and ``SearchPage/ranked``
    /// says so. Where too little holds everything asked for, the best of any of the words follow.
    ///
    /// The time it takes is bounded whatever the vault's size, as ``SearchBounds`` says. Where the bounds end it before it
    /// found enough, ``SearchPage/lookedBackTo`` says how far it came; asked for what was written before that, it goes on
    /// from there.
    package func search(
        _ query: SearchQuery, order: SearchOrder = .relevance, limit: Int = 20, now: Timestamp
    ) async throws(StorageError) -> SearchPage {
        try await read { database in
            var search = MessageSearch(database: database, query: query, order: order, limit: limit, now: now)
            return try search.run()
        }
    }
}
