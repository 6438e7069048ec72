import Conversations
import Crypto
import FoundationEssentials

// RFC 9180 with the X25519 key of the device, so that a key can be left for a machine that is switched off.
extension WireWrappedKey {
    /// An epoch's key for one device.
    package init(_ key: EpochKey, for device: WireRosterDevice) throws(SyncError) {
        self.init()
        epoch = key.epoch
        recipient = device.signingKey
        do {
            var sender = try HPKE.Sender(
                recipientKey: Curve25519.KeyAgreement.PublicKey(rawRepresentation: device.agreementKey),
                ciphersuite: .Curve25519_SHA256_ChachaPoly, info: Self.info(key.epoch, Array(device.signingKey)))
            ciphertext = try sender.seal(key.bytes)
            encapsulated = sender.encapsulatedKey
        } catch {
            throw SyncError(.malformed, "a device's key is damaged, so nothing can be sent to it. Pair it again.")
        }
    }

    /// The key, for the device it was left for.
    package func opened(by keys: DeviceKeys) throws(SyncError) -> EpochKey {
        guard Array(recipient) == keys.key.bytes, encapsulated.count == 32, ciphertext.count == 48,
            var opener = try? HPKE.Recipient(
                privateKey: keys.agreement, ciphersuite: .Curve25519_SHA256_ChachaPoly,
                info: Self.info(epoch, keys.key.bytes), encapsulatedKey: encapsulated),
            let bytes = try? opener.open(ciphertext), let key = EpochKey(epoch: epoch, bytes: bytes)
        else {
            throw SyncError(.notAuthentic, "the key that was left for this machine does not open. Pair it again.")
        }
        return key
    }

    private static func info(_ epoch: UInt32, _ recipient: [UInt8]) -> Data {
        var info = Array("diwan epoch key 1".utf8)
        info.append(bigEndian: epoch)
        return Data(info + recipient)
    }
}
