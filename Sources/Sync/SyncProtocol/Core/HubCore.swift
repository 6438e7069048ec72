import Conversations
import FoundationEssentials
import SwiftProtobuf

/// A hub's side of sync: one request in, one answer out. It checks what it can without a key (signatures, chains, sizes) so
/// that what it hands on is what devices accept; they believe none of it.
package struct HubCore: Sendable {
    /// What an account may take up.
    package struct Quota: Sendable {
        package var bytes: Int
        /// Whether a device that nobody invited may found an account.
        package var isOpen: Bool

        package init(bytes: Int = .max, isOpen: Bool = true) {
            self.bytes = bytes
            self.isOpen = isOpen
        }
    }

    private let quota: Quota
    /// Rosters that were verified, by account; checked against the storage at each request.
    private var rosters: [AccountID: Roster] = [:]

    package init(quota: Quota = Quota()) { self.quota = quota }

    /// Answers a request.
    package mutating func answer(_ signed: WireSigned, in storage: inout some HubStorage) -> WireSyncAnswer {
        var answer = WireSyncAnswer()
        answer.version = SyncLimits.version
        answer.hubEpoch = Data(storage.epoch.bytes)
        guard signed.statement.count <= SyncLimits.requestBytes,
            let request = try? WireSyncRequest(serializedBytes: signed.statement),
            let account = AccountID(bytes: request.account), request.push.count <= SyncLimits.batchesInRequest,
            let have = try? Vector(request.have)
        else { return answer.refusing(.malformed) }
        answer.request = request.request
        guard request.version == SyncLimits.version else { return answer.refusing(.newerVersion) }
        guard let device = try? signed.verified(for: .request, in: account) else { return answer.refusing(.notADevice) }
        guard let roster = roster(of: account, extendedBy: request.roster, in: &storage) else {
            return answer.refusing(.unknownAccount)
        }
        answer.rosterLength = UInt64(roster.entries.count)
        let known = Int(clamping: request.rosterLength)
        if known > 0, known <= roster.entries.count, Roster.hash(of: roster.entries[known - 1]) == Array(request.rosterHead) {
            answer.roster = Array(roster.entries.dropFirst(known))
        } else if known < roster.entries.count {
            answer.roster = roster.entries
        }
        guard roster.devices[device]?.isActive == true else { return answer.refusing(.notADevice) }

        var positions = have.positions
        for wire in request.push {
            let result = push(wire, account, roster, in: &storage)
            answer.results.append(result.wire)
            if let reached = result.reached { positions[reached.log] = reached.position }
        }
        // Bodies go only once the records that say why are here.
        for signed in request.purges.prefix(256)
        where answer.results.allSatisfy({ $0.outcome == .ok || $0.outcome == .dup }) {
            guard let order = try? PurgeOrder(verifying: signed, in: account, roster) else { continue }
            storage.purge(order, in: account)
        }
        hand(out: &answer, to: positions, request, account, storage)
        return answer
    }

    /// The roster with the entries that follow its last.
    private mutating func roster(
        of account: AccountID, extendedBy entries: [WireSigned], in storage: inout some HubStorage
    ) -> Roster? {
        let stored = storage.roster(of: account)
        var roster = rosters[account]
        if roster?.entries != stored { roster = stored.isEmpty ? nil : try? Roster(stored, of: account) }
        if roster == nil, stored.isEmpty, quota.isOpen, let first = entries.first,
            Roster.account(foundedBy: first) == account, let founded = try? Roster(founding: first),
            storage.append(first, toRosterOf: account, expecting: 0)
        {
            roster = founded
        }
        for entry in entries.prefix(SyncLimits.rosterEntries) {
            guard var next = roster, (try? next.append(entry)) != nil else { continue }
            if storage.append(entry, toRosterOf: account, expecting: next.entries.count - 1) { roster = next }
        }
        rosters[account] = roster
        return roster
    }

    /// Appends by compare-and-set on the head: ok, or it was here already, or something before it is missing, or the log
    /// went another way.
    private func push(_ wire: WireBatch, _ account: AccountID, _ roster: Roster, in storage: inout some HubStorage)
        -> (wire: WirePushResult, reached: (log: LogID, position: LogPosition)?)
    {
        var result = WirePushResult()
        result.log = wire.log
        result.outcome = .refused
        guard let batch = try? LogBatch(verifying: wire, in: account),
            roster.mayWrite(batch.head.device, batch.log, at: batch.lastSequence),
            storage.byteCount(of: account) + wire.records.count <= quota.bytes
        else { return (result, nil) }
        let head = storage.heads(of: account)[batch.log]
        if let head { result.head = WirePosition(batch.log, head.position) }
        let end = head?.sequence ?? 0
        guard batch.firstSequence <= end + 1 else {
            result.outcome = .gap
            return (result, nil)
        }
        let previous =
            batch.firstSequence == 1
            ? ChainHash(beginningOf: batch.log, in: account, ownedBy: batch.head.device)
            : storage.hash(of: batch.log, in: account, at: batch.firstSequence - 1)
        guard head == nil || head?.owner == batch.head.device, let previous,
            let hashes = try? batch.hashes(after: previous),
            end < batch.firstSequence
                || hashes[Int(min(end, batch.lastSequence) - batch.firstSequence)]
                    == storage.hash(of: batch.log, in: account, at: min(end, batch.lastSequence))
        else {
            result.outcome = .fork
            return (result, nil)
        }
        if batch.lastSequence <= end {
            result.outcome = .dup
        } else {
            let new = batch.dropping(through: end)
            guard storage.append(new, Array(hashes.suffix(new.records.count)), to: account, expecting: head) else {
                result.outcome = .gap
                return (result, nil)
            }
            result.outcome = .ok
        }
        return (result, (batch.log, LogPosition(sequence: batch.lastSequence, hash: batch.head.hash.prefix)))
    }

    /// Where the hub stands elsewhere than the device, and what the device has not, within what it asked for.
    private func hand(
        out answer: inout WireSyncAnswer, to positions: [LogID: LogPosition], _ request: WireSyncRequest,
        _ account: AccountID, _ storage: some HubStorage
    ) {
        let heads = storage.heads(of: account)
        var budget = Int(clamping: min(request.answerByteLimit, UInt64(SyncLimits.requestBytes / 2)))
        let logs = Set(heads.keys).union(positions.keys)
        for log in logs.sorted(by: { $0.bytes.lexicographicallyPrecedes($1.bytes) }) {
            let mine = heads[log]?.position ?? LogPosition(sequence: 0, hash: [])
            let theirs = positions[log] ?? LogPosition(sequence: 0, hash: [])
            guard mine != theirs else { continue }
            var position = WirePosition(log, mine)
            if theirs.sequence > 0, theirs.sequence <= mine.sequence {
                position.forked = storage.hash(of: log, in: account, at: theirs.sequence)?.prefix != theirs.hash
            }
            answer.heads.append(position)
            guard !position.forked else { continue }
            var place = theirs.sequence
            while place < mine.sequence, let extent = storage.extent(of: log, in: account, after: place) {
                guard budget > 0 else {
                    answer.more = true
                    break
                }
                budget -= extent.records.count + extent.head.statement.count
                answer.batches.append(extent)
                guard let last = try? WireHeadStatement(serializedBytes: extent.head.statement).sequence, last > place
                else { break }
                place = last
            }
        }
        let count = Int(clamping: request.purgeCount)
        answer.purges = storage.purges(of: account, after: count, limit: SyncLimits.purgesInAnswer)
        answer.purgeCount = UInt64(min(count, storage.purgeCount(of: account)) + answer.purges.count)
    }
}

extension WireSyncAnswer {
    fileprivate func refusing(_ refusal: WireRefusal) -> WireSyncAnswer {
        var answer = self
        answer.refusal = refusal
        return answer
    }
}
