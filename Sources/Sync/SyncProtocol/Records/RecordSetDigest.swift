package import Conversations
import Crypto

/// One number for a set of records: two devices that hold the same records hold the same number, in whatever order and
/// however often they came.
///
/// It is the sum of SHA-256(log ‖ sequence ‖ chain hash) over the set, in four lanes of 64 bits, so a record is added and
/// taken away in the same few steps however many there are. It finds differences between devices that mean no harm; against
/// a hub that does stand the chains and signatures.
package struct RecordSetDigest: Hashable, Sendable, CustomStringConvertible {
    private var lanes: SIMD4<UInt64>

    /// The digest of no records.
    package init() { lanes = .zero }

    /// A digest read back; nil unless there are 32 bytes.
    package init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 32 else { return nil }
        let bytes = Array(bytes)
        lanes = .zero
        for lane in 0..<4 { lanes[lane] = bytes[lane * 8..<lane * 8 + 8].reduce(0) { $0 << 8 | UInt64($1) } }
    }

    package var bytes: [UInt8] {
        var bytes: [UInt8] = []
        for lane in 0..<4 { bytes.append(bigEndian: lanes[lane]) }
        return bytes
    }

    package mutating func insert(_ hash: ChainHash, at sequence: UInt64, of log: LogID) {
        lanes &+= Self.term(hash, sequence, log)
    }

    package mutating func remove(_ hash: ChainHash, at sequence: UInt64, of log: LogID) {
        lanes &-= Self.term(hash, sequence, log)
    }

    /// Sixteen hexadecimal digits: enough to read to each other over a telephone.
    package var description: String {
        bytes.prefix(8).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    private static func term(_ hash: ChainHash, _ sequence: UInt64, _ log: LogID) -> SIMD4<UInt64> {
        var input = log.bytes
        input.append(bigEndian: sequence)
        input.append(contentsOf: hash.bytes)
        var term = SIMD4<UInt64>.zero
        for (index, byte) in SHA256.hash(data: input).enumerated() {
            term[index / 8] = term[index / 8] << 8 | UInt64(byte)
        }
        return term
    }
}
