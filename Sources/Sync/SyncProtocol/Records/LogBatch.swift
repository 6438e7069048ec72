package import Conversations
import FoundationEssentials

/// Records of one log in a row, ending where its writer signed.
package struct LogBatch: Hashable, Sendable {
    package let log: LogID
    package let firstSequence: UInt64
    package let records: [SealedRecord]
    /// Its sequence is that of the last record.
    package let head: Head

    package var lastSequence: UInt64 { firstSequence + UInt64(records.count) - 1 }

    package init(log: LogID, firstSequence: UInt64, records: [SealedRecord], head: Head) {
        self.log = log
        self.firstSequence = firstSequence
        self.records = records
        self.head = head
    }

    package var wire: WireBatch {
        var batch = WireBatch()
        batch.log = Data(log.bytes)
        batch.firstSequence = firstSequence
        var bytes: [UInt8] = []
        for record in records { record.append(to: &bytes) }
        batch.records = Data(bytes)
        batch.head = head.signed
        return batch
    }

    /// A batch that came: whole, signed, and its head the place where it ends. What its chain hangs on is checked where
    /// the record before it is known (``hashes(after:)``).
    package init(verifying wire: WireBatch, in account: AccountID) throws(SyncError) {
        guard let log = LogID(bytes: wire.log), wire.firstSequence > 0, wire.firstSequence < 1 << 62 else {
            throw .cutShort
        }
        records = try SealedRecord.records(in: Array(wire.records))
        head = try Head(verifying: wire.head, in: account)
        (self.log, firstSequence) = (log, wire.firstSequence)
        guard !records.isEmpty, head.log == log, head.sequence == lastSequence else { throw .cutShort }
    }

    /// The chain's hash at each record.
    ///
    /// - Throws: `brokenChain` where it does not lead to what the writer signed.
    package func hashes(after previous: ChainHash) throws(SyncError) -> [ChainHash] {
        var hash = previous
        var hashes: [ChainHash] = []
        for (index, record) in records.enumerated() {
            hash = hash.following(record, at: firstSequence + UInt64(index))
            hashes.append(hash)
        }
        guard hash == head.hash else {
            throw SyncError(.brokenChain, "records that came are not the ones that their device signed.")
        }
        return hashes
    }

    /// What of it follows a place within it.
    package func dropping(through sequence: UInt64) -> LogBatch {
        guard sequence >= firstSequence else { return self }
        return LogBatch(
            log: log, firstSequence: sequence + 1, records: Array(records.dropFirst(Int(sequence - firstSequence + 1))),
            head: head)
    }
}
