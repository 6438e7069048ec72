import ConversationStorage
import Synchronization

/// The vaults this process has open, to be closed before it ends: `exit` runs no deinitializer. The process's end closes
/// what was only read: nothing of it is still to be written.
enum OpenVaults {
    private static let open = Mutex<[Vault]>([])

    static func note(_ vault: Vault) {
        open.withLock { $0.append(vault) }
    }

    static func closeAll() {
        for vault in open.withLock({ $0 }) where vault.access == .writing { vault.close() }
    }
}
