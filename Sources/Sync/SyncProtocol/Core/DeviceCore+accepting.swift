import Conversations
import FoundationEssentials

extension DeviceCore {
    /// What a batch's records say.
    private func openable(_ batch: LogBatch, in draft: JournalDraft<some DeviceJournal>) throws(SyncError) -> [Record?] {
        var opened: [Record?] = []
        for (index, record) in batch.records.enumerated() {
            let sequence = batch.firstSequence + UInt64(index)
            let isOrdered = isOrderedToGo(record, at: sequence, of: batch.log)
            if record.isPurged {
                guard isOrdered else {
                    throw SyncError(.notAllowed, "a record is missing that no device asked to purge.")
                }
                opened.append(nil)
                continue
            }
            guard let key = epochKeys[record.epoch] else {
                throw SyncError(.missingKey, "records came that are sealed under a key this machine does not hold yet.")
            }
            do {
                let bytes = try record.open(at: sequence, of: batch.log, in: draft.state.account, with: key)
                // What this version cannot read is kept and handed on all the same.
                opened.append(isOrdered ? nil : try? Record(encoded: bytes))
            } catch {
                guard error.code == .newerVersion else { throw error }
                opened.append(nil)
            }
        }
        return opened
    }

    /// Takes in a batch that follows the place asked for, if it is what its writer wrote and signed, whole.
    ///
    /// - Returns: whether anything of it was new.
    mutating func accept<Journal: DeviceJournal>(
        _ batch: LogBatch, in draft: inout JournalDraft<Journal>, using random: inout some RandomNumberGenerator
    ) throws(SyncError) -> Bool {
        let log = batch.log
        guard roster.mayWrite(batch.head.device, log, at: batch.lastSequence) else {
            throw SyncError(.notADevice, "records came from a machine that is not one of the account's.")
        }
        let held = draft.heads[log]
        if let held, held.owner != batch.head.device {
            throw SyncError(.notADevice, "records came for a log that is another machine's.")
        }
        let end = steppedBack[log] ?? held?.sequence ?? 0
        guard batch.firstSequence <= end + 1, batch.lastSequence > end else { return false }
        guard let previous = draft.hash(of: log, before: batch.firstSequence, ownedBy: batch.head.device) else {
            return false
        }
        let all = try batch.hashes(after: previous)
        if batch.firstSequence <= end, all[Int(end - batch.firstSequence)] != draft.hash(of: log, at: end) {
            // Something was written here while the answer was on its way, in a place that was taken.
            stepBack(log, from: end, in: &draft, using: &random)
            return false
        }
        let new = batch.dropping(through: end)
        let hashes = Array(all.suffix(new.records.count))
        let opened = try openable(new, in: draft)
        let kept = new.records.enumerated().map { index, record in
            isOrderedToGo(record, at: new.firstSequence + UInt64(index), of: log) ? record.purged : record
        }
        if let held, end < held.sequence {
            let lost = try unshared(log, after: end, with: hashes, in: draft)
            draft.truncate(log, through: end)
            try republish(lost, of: log, in: &draft, using: &random)
            steppedBack[log] = nil
        }
        draft.append(
            JournalChange.Append(
                log: log, owner: batch.head.device, firstSequence: new.firstSequence, records: kept, hashes: hashes,
                head: batch.head.signed, opened: opened))
        steppedBack[log] = nil
        unexplained[log] = nil
        draft.state.acknowledged[log] = batch.lastSequence
        for record in opened { draft.state.clock = max(draft.state.clock, record?.time ?? draft.state.clock) }
        return true
    }

    /// What this device holds of a log beyond a place and the hub does not.
    private func unshared<Journal: DeviceJournal>(
        _ log: LogID, after place: UInt64, with hashes: [ChainHash], in draft: JournalDraft<Journal>
    ) throws(SyncError) -> [(sequence: UInt64, record: Record)] {
        var lost: [(sequence: UInt64, record: Record)] = []
        var sequence = place
        while let record = draft.record(of: log, at: sequence + 1) {
            sequence += 1
            let index = Int(sequence - place) - 1
            if index < hashes.count, hashes[index] == draft.hash(of: log, at: sequence) { continue }
            guard !record.isPurged, let key = epochKeys[record.epoch],
                let bytes = try? record.open(at: sequence, of: log, in: draft.state.account, with: key)
            else { continue }
            lost.append((sequence, try Record(encoded: bytes)))
        }
        return lost
    }

    /// A signed head against what the hub says: whoever signed saw the hub hold these.
    func crossCheck(
        _ head: Head, _ answer: WireSyncAnswer, _ said: [LogID: (position: LogPosition, isForked: Bool)],
        _ sent: Outstanding, in draft: inout JournalDraft<some DeviceJournal>
    ) {
        guard let epoch = head.hubEpoch, epoch == draft.state.hubEpoch else { return }
        if head.rosterLength > answer.rosterLength { draft.state.alarms.insert(.withheldRoster) }
        for (log, position) in head.vector.positions {
            let hub = max(said[log]?.position.sequence ?? 0, sent.have[log]?.sequence ?? 0, sent.pushed[log]?.sequence ?? 0)
            if hub < position.sequence { draft.state.alarms.insert(.withheld(log)) }
            if draft.state.pinned[log].map({ $0.sequence < position.sequence }) ?? true {
                draft.state.pinned[log] = position
            }
            contradict(log, position, in: &draft)
        }
    }

    /// What was signed about places that this device has come to since.
    func checkPins(in draft: inout JournalDraft<some DeviceJournal>) {
        for (log, position) in draft.state.pinned { contradict(log, position, in: &draft) }
    }

    private func contradict(_ log: LogID, _ position: LogPosition, in draft: inout JournalDraft<some DeviceJournal>) {
        guard draft.state.acknowledged[log] ?? 0 >= position.sequence,
            let hash = draft.hash(of: log, at: position.sequence), hash.prefix != position.hash
        else { return }
        draft.state.alarms.insert(.contradicted(log))
    }
}
