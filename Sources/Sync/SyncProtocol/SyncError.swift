/// What is wrong with something that another machine sent, and so what may be done about it.
///
/// Everything that decodes throws this and nothing else, whatever bytes it is given.
package struct SyncError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kinds of failure, each a short word fit for a counter's label.
    package struct Code: Hashable, Sendable, CustomStringConvertible {
        private let name: String
        private init(_ name: String) { self.name = name }

        /// The bytes are no such thing: cut short, absurd lengths, fields that are missing.
        package static let malformed = Code("malformed")
        /// Larger than the protocol allows.
        package static let tooLarge = Code("too_large")
        /// Sealed under an epoch whose key this device does not hold.
        package static let missingKey = Code("missing_key")
        /// The seal does not open: other bytes, another place, another account.
        package static let notAuthentic = Code("not_authentic")
        /// The records do not follow the ones before them.
        package static let brokenChain = Code("broken_chain")
        /// The signature is not the signer's.
        package static let badSignature = Code("bad_signature")
        /// The signer is no device of the account, or was revoked before that place.
        package static let notADevice = Code("not_a_device")
        /// A step that the roster's rules do not allow.
        package static let notAllowed = Code("not_allowed")
        /// Made by a newer version.
        package static let newerVersion = Code("newer_version")
        /// A code or phrase that a person typed is not right.
        package static let mistyped = Code("mistyped")

        package var description: String { name }
    }

    package let code: Code
    /// For a person: what happened and what to do next, without a word of a conversation or a key.
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }
}
