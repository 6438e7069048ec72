import Conversations
import Crypto
import FoundationEssentials

/// What a signature is for; the same bytes signed for one thing are nothing for another.
package enum SigningPurpose: String, Sendable {
    case head = "diwan head 1"
    case purge = "diwan purge 1"
    case request = "diwan request 1"
    case roster = "diwan roster 1"
}

extension WireSigned {
    /// A statement with its signature, for an account; the entry that founds one is signed for none.
    package init(
        signing statement: [UInt8], for purpose: SigningPurpose, in account: AccountID?, by keys: DeviceKeys
    )
        throws(SyncError)
    {
        self.init()
        signer = Data(keys.key.bytes)
        self.statement = Data(statement)
        let input = Self.input(statement, purpose, account)
        guard let signature = try? keys.signing.signature(for: input) else {
            throw SyncError(.badSignature, "this machine's key cannot sign. Set sync up again: diwan sync init")
        }
        self.signature = signature
    }

    /// Who signed, once it was found true.
    ///
    /// - Throws: `badSignature` where it is not.
    package func verified(for purpose: SigningPurpose, in account: AccountID?) throws(SyncError) -> DeviceKey {
        guard let key = DeviceKey(bytes: signer), signature.count == 64,
            let publicKey = try? Curve25519.Signing.PublicKey(rawRepresentation: signer),
            publicKey.isValidSignature(signature, for: Self.input(Array(statement), purpose, account))
        else {
            throw SyncError(.badSignature, "something came signed by a device that did not sign it.")
        }
        return key
    }

    private static func input(_ statement: [UInt8], _ purpose: SigningPurpose, _ account: AccountID?) -> [UInt8] {
        Array(purpose.rawValue.utf8) + [0] + (account?.bytes ?? []) + statement
    }
}
