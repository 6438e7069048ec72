package import ConversationStorage
package import Conversations
package import Logging
package import ModelUpstream

/// What a caller may ask for: send and go on, find, read, branch, keep.
///
/// It is the one place where a question becomes a call and an answer becomes messages, for the command line as for every
/// other application.
package struct ThreadService: Sendable {
    package let vault: Vault
    let client: ModelClient
    let logger: Logger
    /// The moment it is.
    package let now: @Sendable () -> Timestamp

    package init(vault: Vault, client: ModelClient, logger: Logger, now: @escaping @Sendable () -> Timestamp) {
        self.vault = vault
        self.client = client
        self.logger = logger
        self.now = now
    }
}

extension ThreadService {
    /// Runs a piece of work with the vault's errors told as the service's.
    func stored<Value>(
        _ work: () async throws(StorageError) -> Value
    ) async throws(ServiceError) -> Value {
        do {
            return try await work()
        } catch {
            throw .storage(error)
        }
    }
}

extension ThreadService {
    /// Reads from the vault: whether it can be worked with.
    package func isReady() async throws(ServiceError) -> Bool {
        _ = try await stored { () async throws(StorageError) in try await vault.remembered("ready") }
        return true
    }
}
