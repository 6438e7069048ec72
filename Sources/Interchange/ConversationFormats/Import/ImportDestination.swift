package import ConversationStorage
package import Conversations

/// Where an import brings what it reads.
package protocol ImportDestination: Sendable {
    /// Takes threads, of which some may be known.
    func adopt(_ records: [ThreadRecord]) async throws(StorageError) -> ImportOutcome
    /// Takes an attachment's bytes; before the threads that hold it.
    func keep(_ bytes: [UInt8], mediaType: String?) async throws(StorageError) -> BlobDigest
    /// Whether an attachment's bytes are there.
    func holds(_ digest: BlobDigest) async throws(StorageError) -> Bool
    /// Takes the ids of what was erased where the threads come from.
    func adoptPurges(_ ids: [PurgedID]) async throws(StorageError)
}

/// What came of a few threads.
package struct ImportOutcome: Sendable, Hashable {
    package var newThreads = 0
    package var knownThreads = 0
    package var erasedThreads = 0
    package var newMessages = 0
    package var knownMessages = 0
    package var changedMessages = 0
    package var erasedMessages = 0
    package var newCalls = 0
    /// Threads that could not be taken, and why.
    package var refusals: [Adoption.Refusal] = []

    /// How many messages have come to something.
    var messages: Int { newMessages + knownMessages + changedMessages + erasedMessages }
}

/// A vault, and the import that is noted in it.
package struct VaultDestination: ImportDestination {
    private let vault: Vault
    private let importID: ImportID?

    package init(_ vault: Vault, for importID: ImportID?) {
        self.vault = vault
        self.importID = importID
    }

    package func adopt(_ records: [ThreadRecord]) async throws(StorageError) -> ImportOutcome {
        let adoption = try await vault.adopt(records, import: importID)
        return ImportOutcome(
            newThreads: adoption.newThreads, knownThreads: adoption.knownThreads,
            erasedThreads: adoption.erasedThreads, newMessages: adoption.newMessages,
            knownMessages: adoption.knownMessages, changedMessages: adoption.changedMessages,
            erasedMessages: adoption.erasedMessages, newCalls: adoption.newCalls, refusals: adoption.refusals)
    }

    package func keep(_ bytes: [UInt8], mediaType: String?) async throws(StorageError) -> BlobDigest {
        try await vault.keep(bytes, mediaType: mediaType)
    }

    package func holds(_ digest: BlobDigest) async throws(StorageError) -> Bool { try await vault.holds(digest) }

    package func adoptPurges(_ ids: [PurgedID]) async throws(StorageError) { _ = try await vault.adoptPurges(ids) }
}
