import Crypto
import FoundationEssentials

/// A device's public Ed25519 key: what it is known by.
package struct DeviceKey: Hashable, Sendable {
    /// The 32 bytes.
    package let bytes: [UInt8]

    /// A key read back; nil unless there are 32 bytes.
    package init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 32 else { return nil }
        self.bytes = Array(bytes)
    }
}

/// What a device alone holds: one key to sign with, one by which keys are sent to it.
package struct DeviceKeys: Sendable {
    let signing: Curve25519.Signing.PrivateKey
    let agreement: Curve25519.KeyAgreement.PrivateKey

    /// Keys from 64 bytes: random ones for a device, derived ones for a recovery phrase; nil unless there are 64.
    package init?(seed: some Collection<UInt8>) {
        guard seed.count == 64,
            let signing = try? Curve25519.Signing.PrivateKey(rawRepresentation: Data(seed.prefix(32))),
            let agreement = try? Curve25519.KeyAgreement.PrivateKey(rawRepresentation: Data(seed.suffix(32)))
        else { return nil }
        self.signing = signing
        self.agreement = agreement
    }

    /// What ``init(seed:)`` makes them from again.
    package var seed: [UInt8] { Array(signing.rawRepresentation) + Array(agreement.rawRepresentation) }

    package var key: DeviceKey { DeviceKey(bytes: signing.publicKey.rawRepresentation)! }

    /// What the roster says of this device.
    package func device(sealedName: [UInt8] = [], isRecovery: Bool = false) -> WireRosterDevice {
        var device = WireRosterDevice()
        device.signingKey = signing.publicKey.rawRepresentation
        device.agreementKey = agreement.publicKey.rawRepresentation
        device.sealedName = Data(sealedName)
        device.isRecovery = isRecovery
        return device
    }
}
