import ConversationService
import Synchronization

/// The service on each caller's vault: one vault a file, opened when somebody first writes to it.
final class CallerVaults: Sendable {
    private let own: ThreadService
    private let open: @Sendable (String) async throws -> ThreadService
    private let opened = Mutex<[String: Task<ThreadService, any Error>]>([:])

    /// - Parameters:
    ///   - own: the service on the service's own vault.
    ///   - open: opens another person's.
    init(own: ThreadService, open: @escaping @Sendable (String) async throws -> ThreadService) {
        self.own = own
        self.open = open
    }

    func service(for caller: Caller) async throws -> ThreadService {
        guard let file = caller.vaultFile else { return own }
        let open = open
        let task = opened.withLock { opened in
            if let task = opened[file] { return task }
            let task = Task { try await open(file) }
            opened[file] = task
            return task
        }
        do {
            return try await task.value
        } catch {
            // The next one tries again.
            opened.withLock { $0[file] = nil }
            throw error
        }
    }
}
