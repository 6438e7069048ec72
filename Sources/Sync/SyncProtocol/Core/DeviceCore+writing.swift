import Conversations
import FoundationEssentials
import SwiftProtobuf

extension DeviceCore {
    /// Seals records into this device's own log.
    func write(
        _ records: [Record], in draft: inout JournalDraft<some DeviceJournal>,
        using random: inout some RandomNumberGenerator
    ) throws(SyncError) {
        guard !records.isEmpty else { return }
        guard let key = epochKeys[roster.epoch] else {
            throw SyncError(.missingKey, "this machine does not hold the account's key any more. Pair it again.")
        }
        let (log, account) = (draft.state.ownLog, draft.state.account)
        var sequence = draft.heads[log]?.sequence ?? 0
        guard var hash = draft.hash(of: log, before: sequence + 1, ownedBy: keys.key) else { throw .cutShort }
        let first = sequence + 1
        var sealed: [SealedRecord] = []
        var hashes: [ChainHash] = []
        for record in records {
            sequence += 1
            let nonce = [UInt8](random: 12, using: &random)
            let one = try SealedRecord(
                sealing: record.encoded, at: sequence, of: log, in: account, with: key, nonce: nonce)
            hash = hash.following(one, at: sequence)
            sealed.append(one)
            hashes.append(hash)
            draft.state.clock = max(draft.state.clock, record.time)
        }
        if draft.state.acknowledged[log] == nil, first == 1 { draft.state.acknowledged[log] = 0 }
        draft.append(
            JournalChange.Append(
                log: log, owner: keys.key, firstSequence: first, records: sealed, hashes: hashes, head: nil,
                opened: records))
    }

    /// Writes records of a log that went another way again, each as what it was and where it stood.
    func republish(
        _ records: [(sequence: UInt64, record: Record)], of log: LogID,
        in draft: inout JournalDraft<some DeviceJournal>, using random: inout some RandomNumberGenerator
    ) throws(SyncError) {
        var again: [Record] = []
        for (sequence, record) in records {
            guard record.kind != .republish else {
                again.append(record)
                continue
            }
            var payload = WireRepublishPayload()
            payload.log = Data(log.bytes)
            payload.sequence = sequence
            payload.record = Data(record.encoded)
            let entity = record.entity.count == 16 ? record.entity : log.bytes
            again.append(try Record(at: record.time, about: entity, .republish(payload)))
        }
        try write(again, in: &draft, using: &random)
    }

    mutating func orderPurge(_ log: LogID, _ sequences: [UInt64], in draft: inout JournalDraft<some DeviceJournal>)
        throws(SyncError)
    {
        var records: [UInt64: SealedRecord] = [:]
        for sequence in sequences where sequence > 0 && sequence <= draft.heads[log]?.sequence ?? 0 {
            records[sequence] = draft.record(of: log, at: sequence)
        }
        guard !records.isEmpty else { return }
        let order = try PurgeOrder(records, of: log, in: draft.state.account, signedBy: keys)
        draft.state.purges.append(order.signed)
        draft.state.purgesToPush.append(order.signed)
        orders[log, default: []].append(order)
        draft.purge(log, records.keys.sorted())
    }
}
