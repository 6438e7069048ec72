import Conversations
import GRDB

/// What went wrong with a vault, and so what a caller can do about it.
package struct StorageError: Error, Sendable {
    /// The kinds of failure, each one a different thing to do next.
    package struct Code: Hashable, Sendable, CustomStringConvertible {
        private let name: String
        private init(_ name: String) { self.name = name }

        /// No such thread, message, call or label.
        package static let notFound = Code("not_found")
        /// The vault was written by a newer version.
        package static let newerVault = Code("newer_vault")
        /// The file is not a vault.
        package static let notAVault = Code("not_a_vault")
        /// The file cannot be opened or may not be written.
        package static let cannotOpen = Code("cannot_open")
        /// The disk is full.
        package static let diskFull = Code("disk_full")
        /// Reading or writing the disk failed.
        package static let cannotWrite = Code("cannot_write")
        /// Another process kept the vault to itself for too long.
        package static let busy = Code("busy")
        /// What is in the file contradicts itself.
        package static let damaged = Code("damaged")
        /// The call is over, or is not there.
        package static let callIsOver = Code("call_is_over")
        /// The task that asked was cancelled before anything was done.
        package static let stopped = Code("stopped")
        /// What was asked for breaks a rule of the store.
        package static let refused = Code("refused")

        package var description: String { name }
    }

    /// What a caller can do about it.
    package let code: Code
    /// For a person: what happened and what to do next, without any word of a conversation.
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}

extension StorageError: CustomStringConvertible {
    package var description: String { message }
}

extension StorageError {
    /// An error of SQLite's, told apart by its result code (https://www.sqlite.org/rescode.html).
    init(_ error: any Error, file: String) {
        if let error = error as? StorageError {
            self = error
            return
        }
        if error is CancellationError {
            self.init(.stopped, "stopped; what was done before is kept.")
            return
        }
        guard let error = error as? DatabaseError else {
            self.init(.damaged, "the vault \(file) could not be used. Look with: diwan doctor")
            return
        }
        switch error.resultCode {
        case .SQLITE_FULL:
            self.init(.diskFull, "the disk is full. Free some space and try again; nothing that was saved is lost.")
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            self.init(.busy, "another process is keeping the vault \(file) to itself. Try again in a moment.")
        case .SQLITE_READONLY, .SQLITE_PERM:
            self.init(.cannotOpen, "the vault \(file) may not be written. Check its permissions: ls -l \(file)")
        case .SQLITE_CANTOPEN:
            self.init(.cannotOpen, "the vault \(file) cannot be opened. Check that its folder exists and is yours.")
        case .SQLITE_NOTADB:
            self.init(.notAVault, "\(file) is not a Diwan vault. Name another with --vault FILE.")
        case .SQLITE_CORRUPT:
            self.init(.damaged, "the vault \(file) is damaged. Look with: diwan doctor")
        case .SQLITE_IOERR:
            self.init(
                .cannotWrite,
                "reading or writing \(file) failed (\(error.extendedResultCode.rawValue)). Check the disk.")
        default:
            self.init(
                .damaged,
                "the vault \(file) answered \(error.resultCode.rawValue) to one of our statements. Try: diwan doctor")
        }
    }
}
