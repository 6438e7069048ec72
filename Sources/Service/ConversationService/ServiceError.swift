package import ConversationStorage
package import ModelUpstream

/// Why something that was asked of the service did not come about.
package enum ServiceError: Error, Sendable {
    /// The vault says why.
    case storage(StorageError)
    /// The upstream says why. The question is saved under this handle of its call's thread, unless nothing was written.
    case upstream(UpstreamError, savedAs: SavedQuestion?)
    /// What was asked for makes no sense; the message says what would.
    case usage(String)
    /// There is no such thread, message or call; or several, which the message lists.
    case noSuch(String)
}

/// Where a question is that got no answer.
package struct SavedQuestion: Sendable, Hashable {
    /// The handle of its thread.
    package let threadHandle: String
    /// The handle of its call.
    package let callHandle: String
    /// Who was asked.
    package let upstream: String
}

extension ServiceError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .storage(let error): error.message
        case .upstream(let error, _): error.message
        case .usage(let message), .noSuch(let message): message
        }
    }
}

extension ServiceError {
    /// What a caller can do about an error of the vault.
    package enum StorageKind: Sendable {
        case notFound, tryAgain, refused, cannotStore, failed
    }

    /// Nil for an error that is not the vault's.
    package var storageKind: StorageKind? {
        guard case .storage(let error) = self else { return nil }
        return switch error.code {
        case .notFound: .notFound
        case .busy, .stopped: .tryAgain
        case .refused, .callIsOver: .refused
        case .diskFull, .cannotWrite, .cannotOpen: .cannotStore
        default: .failed
        }
    }
}
