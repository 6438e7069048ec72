import Conversations
import Crypto

/// The key that an account's records are sealed under in one epoch: 256 random bits that the hub never sees.
package struct EpochKey: Hashable, Sendable {
    package let epoch: UInt32
    /// The 32 bytes.
    package let bytes: [UInt8]

    /// A key read back; nil unless there are 32 bytes.
    package init?(epoch: UInt32, bytes: some Collection<UInt8>) {
        guard bytes.count == 32 else { return nil }
        self.epoch = epoch
        self.bytes = Array(bytes)
    }

    /// A new key.
    package init(epoch: UInt32, using randomness: inout some RandomNumberGenerator) {
        self.epoch = epoch
        bytes = [UInt8](random: 32, using: &randomness)
    }

    /// The key of one log: devices that write at the same time never share one, so neither do their nonces.
    func logKey(_ log: LogID, in account: AccountID) -> SymmetricKey {
        var info = Array("diwan log key 1".utf8)
        info.append(contentsOf: log.bytes)
        info.append(bigEndian: epoch)
        return HKDF<SHA256>.deriveKey(
            inputKeyMaterial: SymmetricKey(data: bytes), salt: account.bytes, info: info, outputByteCount: 32)
    }
}

extension EpochKey: CustomStringConvertible {
    /// Never the key.
    package var description: String { "key of epoch \(epoch)" }
}

extension [UInt8] {
    /// So many random bytes.
    package init(random count: Int, using randomness: inout some RandomNumberGenerator) {
        self = (0..<count).map { _ in UInt8(truncatingIfNeeded: randomness.next()) }
    }
}
