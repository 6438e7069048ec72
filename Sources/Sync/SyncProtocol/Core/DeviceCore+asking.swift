import Conversations
import FoundationEssentials
import SwiftProtobuf

extension DeviceCore {
    /// The next request: where this device stands, and what the hub has not.
    mutating func request<Journal: DeviceJournal>(
        in draft: JournalDraft<Journal>, _ journal: Journal, using random: inout some RandomNumberGenerator
    ) throws(SyncError) -> Effect {
        let state = draft.state
        var request = WireSyncRequest()
        request.version = SyncLimits.version
        request.account = Data(state.account.bytes)
        request.request = random.next()
        request.hubEpoch = Data(state.hubEpoch?.bytes ?? [])
        request.answerByteLimit = UInt64(SyncLimits.answerBytes)
        request.rosterLength = UInt64(roster.entries.count)
        request.rosterHead = Data(roster.head)
        request.purgeCount = state.purgeCount
        if state.rosterAcknowledged < UInt64(roster.entries.count) {
            request.roster = Array(roster.entries.dropFirst(Int(state.rosterAcknowledged)))
        }
        var have: [LogID: LogPosition] = [:]
        for (log, head) in draft.heads where head.sequence > 0 {
            have[log] = head.position
            if let place = steppedBack[log] {
                have[log] = draft.hash(of: log, at: place).map { LogPosition(sequence: place, hash: $0.prefix) }
            }
        }
        request.have = Vector(have).wire
        var budget = SyncLimits.requestBytes / 2
        var pushed: [LogID: LogPosition] = [:]
        for log in draft.heads.keys.sorted(by: { $0.bytes.lexicographicallyPrecedes($1.bytes) }) {
            guard budget > 0, let batch = try batch(of: log, in: draft, journal, byteLimit: budget) else { continue }
            let wire = batch.wire
            budget -= wire.records.count + wire.head.statement.count
            request.push.append(wire)
            pushed[log] = LogPosition(sequence: batch.lastSequence, hash: batch.head.hash.prefix)
            if request.push.count == SyncLimits.batchesInRequest { break }
        }
        request.purges = Array(state.purgesToPush.prefix(256))
        outstanding = Outstanding(
            request: request.request, have: have, pushed: pushed)
        guard let bytes: [UInt8] = try? request.serializedBytes() else { throw .cutShort }
        return .send(
            try WireSigned(signing: bytes, for: .request, in: state.account, by: keys), request: request.request)
    }

    /// What of a log the hub has not, up to a place that its writer signed.
    private func batch<Journal: DeviceJournal>(
        of log: LogID, in draft: JournalDraft<Journal>, _ journal: Journal, byteLimit: Int
    ) throws(SyncError) -> LogBatch? {
        guard steppedBack[log] == nil, let from = draft.state.acknowledged[log], let head = draft.heads[log],
            from < head.sequence
        else { return nil }
        let records = journal.records(
            of: log, after: from, limit: SyncLimits.recordsInBatch, byteLimit: min(byteLimit, SyncLimits.answerBytes))
        guard !records.isEmpty else { return nil }
        let last = from + UInt64(records.count)
        if head.owner == keys.key {
            guard let hash = draft.hash(of: log, at: last) else { return nil }
            let signed = try Head(
                log: log, sequence: last, hash: hash, hubEpoch: draft.state.hubEpoch, vector: confirmed(in: draft),
                rosterLength: draft.state.rosterAcknowledged, in: draft.state.account, signedBy: keys)
            return LogBatch(log: log, firstSequence: from + 1, records: records, head: signed)
        }
        // Another device's records, that a hub lost: they go as far as that device signed.
        var furthest: Head?
        for signed in journal.signedHeads(of: log, after: from) {
            let head = try Head(trusting: signed)
            if head.sequence <= last { furthest = head }
        }
        guard let furthest, furthest.sequence > from else { return nil }
        return LogBatch(
            log: log, firstSequence: from + 1, records: Array(records.prefix(Int(furthest.sequence - from))),
            head: furthest)
    }

    /// What the hub was seen to hold in this life of its storage.
    private func confirmed(in draft: JournalDraft<some DeviceJournal>) -> Vector {
        var vector = Vector()
        guard draft.state.hubEpoch != nil else { return vector }
        for (log, sequence) in draft.state.acknowledged where sequence > 0 {
            if let hash = draft.hash(of: log, at: sequence) {
                vector[log] = LogPosition(sequence: sequence, hash: hash.prefix)
            }
        }
        return vector
    }
}
