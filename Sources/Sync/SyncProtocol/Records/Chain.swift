package import Conversations
import Crypto

/// The hash of a log up to a record: whoever knows it knows that every record before it is the one its writer wrote.
///
/// `h_i = SHA-256(1 ‖ h_{i-1} ‖ sequence ‖ flags ‖ epoch ‖ SHA-256(body))`, numbers in 8, 1 and 4 bytes, big-endian. A body
/// that was purged leaves its digest behind, so the chain outlives what it was made of.
package struct ChainHash: Hashable, Sendable {
    /// The 32 bytes.
    package let bytes: [UInt8]

    private init(_ digest: SHA256.Digest) { bytes = Array(digest) }

    /// A hash read back; nil unless there are 32 bytes.
    package init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 32 else { return nil }
        self.bytes = Array(bytes)
    }

    /// `h_0`: before the first record of a log, bound to the account, the log and the key of the device that owns it.
    package init(beginningOf log: LogID, in account: AccountID, ownedBy device: DeviceKey) {
        var hash = SHA256()
        hash.update(data: Array("diwan log 1".utf8))
        hash.update(data: account.bytes)
        hash.update(data: log.bytes)
        hash.update(data: device.bytes)
        self.init(hash.finalize())
    }

    /// The hash after one more record.
    package func following(_ record: SealedRecord, at sequence: UInt64) -> ChainHash {
        var input: [UInt8] = [1]
        input.reserveCapacity(80)
        input.append(contentsOf: bytes)
        input.append(bigEndian: sequence)
        input.append(record.flags.rawValue)
        input.append(bigEndian: record.epoch)
        input.append(contentsOf: record.bodyDigest)
        return ChainHash(SHA256.hash(data: input))
    }

    /// As much of it as a vector says: enough that no two are taken for each other by accident or by design.
    package var prefix: [UInt8] { Array(bytes.prefix(16)) }
}
