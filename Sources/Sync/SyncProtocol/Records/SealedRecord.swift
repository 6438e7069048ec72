import Crypto

/// A record as the hub sees it: flags, epoch, length, then nonce, ciphertext and tag.
package struct SealedRecord: Hashable, Sendable {
    /// How the content was packed before it was sealed.
    package struct Flags: RawRepresentable, Hashable, Sendable {
        package let rawValue: UInt8
        package init(rawValue: UInt8) { self.rawValue = rawValue }

        package static let plain = Flags(rawValue: 0)
        /// Packed by zstd.
        package static let packed = Flags(rawValue: 1)
        /// Packed by zstd with ``RecordDictionary``.
        package static let packedWithDictionary = Flags(rawValue: 2)
    }

    /// On the wire only, never in the chain: in the body's place stands its digest.
    private static let purgedBit: UInt8 = 0x80
    static let nonceBytes = 12
    static let tagBytes = 16

    package let flags: Flags
    /// Which of the account's keys it is sealed under.
    package let epoch: UInt32
    /// Nonce, ciphertext and tag; nil once it was purged.
    package let body: [UInt8]?
    /// The SHA-256 of the body.
    package let bodyDigest: [UInt8]

    package init(flags: Flags, epoch: UInt32, body: [UInt8]) {
        self.flags = flags
        self.epoch = epoch
        self.body = body
        bodyDigest = Array(SHA256.hash(data: body))
    }

    private init(purged flags: Flags, epoch: UInt32, bodyDigest: [UInt8]) {
        self.flags = flags
        self.epoch = epoch
        body = nil
        self.bodyDigest = bodyDigest
    }

    /// The same place in the chain without what stood there.
    package var purged: SealedRecord { SealedRecord(purged: flags, epoch: epoch, bodyDigest: bodyDigest) }

    package var isPurged: Bool { body == nil }

    /// The record as it lies in a log; several of them in a row need nothing between them.
    package func append(to bytes: inout [UInt8]) {
        bytes.append(flags.rawValue | (isPurged ? Self.purgedBit : 0))
        bytes.append(varint: epoch)
        bytes.append(varint: UInt32((body ?? bodyDigest).count))
        bytes.append(contentsOf: body ?? bodyDigest)
    }

    package var byteCount: Int {
        var bytes: [UInt8] = []
        bytes.append(varint: epoch)
        let count = (body ?? bodyDigest).count
        bytes.append(varint: UInt32(count))
        return 1 + bytes.count + count
    }

    /// Records that lie in a row.
    ///
    /// - Throws: `malformed` where they are cut short, `tooLarge` where one is, or there are too many.
    package static func records(in bytes: [UInt8]) throws(SyncError) -> [SealedRecord] {
        var reader = ByteReader(bytes[...])
        var records: [SealedRecord] = []
        while !reader.isAtEnd {
            guard records.count < SyncLimits.recordsInBatch else {
                throw SyncError(.tooLarge, "another machine sent more records at once than the protocol allows.")
            }
            let first = try reader.byte()
            let epoch = try reader.varint()
            let length = try reader.varint()
            guard length <= SyncLimits.recordBytes else {
                throw SyncError(.tooLarge, "another machine sent a record larger than the protocol allows.")
            }
            let content = Array(try reader.bytes(Int(length)))
            let flags = Flags(rawValue: first & ~purgedBit)
            if first & purgedBit != 0 {
                guard content.count == 32 else { throw .cutShort }
                records.append(SealedRecord(purged: flags, epoch: epoch, bodyDigest: content))
            } else {
                guard content.count >= nonceBytes + tagBytes else { throw .cutShort }
                records.append(SealedRecord(flags: flags, epoch: epoch, body: content))
            }
        }
        return records
    }
}
