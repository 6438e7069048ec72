import Crypto
import FoundationEssentials
import SwiftProtobuf

/// What a new device shows and an old one is told: where they meet, whose key is expected, and a secret that only they know.
///
/// `HUB#` and ten words: 64 bits of the key's hash, 80 of the secret, 16 of a checksum. The hub sees neither word nor secret,
/// only an address and a proof that are made from it, so it cannot put a key of its own in the offer's place.
package struct PairingCode: Hashable, Sendable {
    package static let lifetime: Duration = .seconds(600)
    package static let tries = 5

    package let hub: String
    let keyHash: [UInt8]
    let secret: [UInt8]

    /// A code for a device that wants in.
    package init(hub: String, for keys: DeviceKeys, using randomness: inout some RandomNumberGenerator) {
        self.hub = hub
        keyHash = Self.hash(keys.device())
        secret = [UInt8](random: 10, using: &randomness)
    }

    /// What a person typed.
    ///
    /// - Throws: `mistyped`.
    package init(_ text: String) throws(SyncError) {
        let wrong = SyncError(.mistyped, "this is not a pairing code. Copy it whole from: diwan sync join")
        guard let mark = text.lastIndex(of: "#") else { throw wrong }
        let words = text[text.index(after: mark)...].lowercased().split { !$0.isLetter }.map(String.init)
        guard words.count == 10, mark > text.startIndex else { throw wrong }
        var bytes: [UInt8] = []
        for word in words {
            guard let value = Proquint.value(of: word) else { throw wrong }
            bytes.append(bigEndian: value)
        }
        hub = text[..<mark].trimmingPrefix { $0 == " " }.description
        keyHash = Array(bytes[0..<8])
        secret = Array(bytes[8..<18])
        guard Array(bytes[18...]) == check else { throw wrong }
    }

    /// As it is shown.
    package var text: String {
        let bytes = keyHash + secret + check
        let words = stride(from: 0, to: bytes.count, by: 2).map {
            Proquint.word(of: UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1]))
        }
        return hub + "#" + words.joined(separator: "-")
    }

    private var check: [UInt8] {
        Array(SHA256.hash(data: Array("diwan pairing check 1".utf8) + keyHash + secret + Array(hub.utf8)).prefix(2))
    }

    /// Where the hub keeps the offer.
    package var address: [UInt8] { derived("address", 16) }
    /// What shows the hub that the code is known; it keeps the digest.
    package var claim: [UInt8] { derived("claim", 32) }
    package var claimDigest: [UInt8] { Array(SHA256.hash(data: claim)) }

    private func derived(_ name: String, _ count: Int) -> [UInt8] {
        HKDF<SHA256>.deriveKey(
            inputKeyMaterial: SymmetricKey(data: secret), salt: keyHash, info: Array("diwan pairing \(name) 1".utf8),
            outputByteCount: count
        ).withUnsafeBytes { Array($0) }
    }

    private static func hash(_ device: WireRosterDevice) -> [UInt8] {
        Array(
            SHA256.hash(data: Array("diwan device 1".utf8) + device.signingKey + device.agreementKey)
                .prefix(8))
    }
}

extension PairingCode {
    /// What the new device leaves at the hub: its public keys, sealed by the secret.
    package func offer(of keys: DeviceKeys, name: [UInt8] = []) throws(SyncError) -> [UInt8] {
        guard let bytes: Data = try? keys.device(sealedName: name).serializedBytes() else { throw .cutShort }
        return try seal(Array(bytes), "offer")
    }

    /// The device that a code is for, on the machine that lets it in.
    ///
    /// - Throws: `notAuthentic` where the offer is another's than the code's.
    package func device(offered offer: [UInt8]) throws(SyncError) -> WireRosterDevice {
        let bytes = try open(offer, "offer")
        guard let device = try? WireRosterDevice(serializedBytes: bytes), Self.hash(device) == keyHash,
            !device.isRecovery
        else { throw Self.notTheCodes }
        return device
    }

    /// What the old device answers: which account, and the roster's head, which the new device is in.
    package func reply(_ grant: WirePairingGrant) throws(SyncError) -> [UInt8] {
        guard let bytes: [UInt8] = try? grant.serializedBytes() else { throw .cutShort }
        return try seal(bytes, "reply")
    }

    package func grant(replied reply: [UInt8]) throws(SyncError) -> WirePairingGrant {
        guard let grant = try? WirePairingGrant(serializedBytes: try open(reply, "reply")) else {
            throw Self.notTheCodes
        }
        return grant
    }

    private static let notTheCodes = SyncError(
        .notAuthentic, "what the hub gave is not from the machine whose code this is. Make a new code and try again.")

    private func seal(_ bytes: [UInt8], _ name: String) throws(SyncError) -> [UInt8] {
        let key = SymmetricKey(data: derived(name, 32))
        guard let box = try? AES.GCM.seal(bytes, using: key, authenticating: address), let combined = box.combined
        else {
            throw Self.notTheCodes
        }
        return Array(combined)
    }

    private func open(_ bytes: [UInt8], _ name: String) throws(SyncError) -> [UInt8] {
        guard bytes.count <= 1 << 16, let box = try? AES.GCM.SealedBox(combined: bytes),
            let opened = try? AES.GCM.open(box, using: SymmetricKey(data: derived(name, 32)), authenticating: address)
        else { throw Self.notTheCodes }
        return Array(opened)
    }
}
