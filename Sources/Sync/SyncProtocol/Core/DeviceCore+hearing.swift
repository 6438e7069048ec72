import Conversations
import FoundationEssentials
import SwiftProtobuf

extension DeviceCore {
    /// What an answer leaves to do.
    struct Heard {
        var more = false
        var isRefused = false
        var didStepBack = false
    }

    /// Takes in an answer: nothing of it is believed that is not signed, chained and sealed.
    mutating func received<Journal: DeviceJournal>(
        _ answer: WireSyncAnswer, to sent: Outstanding, in draft: inout JournalDraft<Journal>,
        using random: inout some RandomNumberGenerator
    ) throws(SyncError) -> Heard {
        guard answer.version == SyncLimits.version, let epoch = HubEpoch(bytes: answer.hubEpoch) else {
            return Heard(isRefused: true)
        }
        var heard = Heard(more: answer.more)
        let isNewLife = draft.state.hubEpoch != epoch
        if isNewLife { begin(epoch, in: &draft) }
        hearRoster(answer, in: &draft)
        if answer.refusal != .none {
            if answer.refusal == .overQuota { draft.state.alarms.insert(.overQuota) }
            return Heard(isRefused: true)
        }
        hearPurges(answer, in: &draft)
        // The count that was asked from was another life's.
        if isNewLife { draft.state.purgeCount = 0 }
        // Only a hub says where it stands; where it says nothing it stands where this device said it does.
        guard let said = try? hubPositions(answer, sent) else {
            draft.state.alarms.insert(.forged(nil))
            return Heard(isRefused: true)
        }
        var mine = sent.have
        for result in answer.results where result.outcome == .ok || result.outcome == .dup {
            if let log = LogID(bytes: result.log), let pushed = sent.pushed[log] { mine[log] = pushed }
        }
        let nowhere = LogPosition(sequence: 0, hash: [])
        let logs = Set(mine.keys).union(said.keys).union(steppedBack.keys)
        for log in logs.sorted(by: { $0.bytes.lexicographicallyPrecedes($1.bytes) }) {
            compare(
                log, mine: mine[log] ?? nowhere, hub: said[log]?.position ?? mine[log] ?? nowhere,
                isForked: said[log]?.isForked ?? false, in: &draft, heard: &heard, using: &random)
        }
        for result in answer.results { hear(result, sent, in: &draft, heard: &heard, using: &random) }
        var heads: [Head] = []
        for wire in answer.batches {
            do {
                let batch = try LogBatch(verifying: wire, in: draft.state.account)
                if try accept(batch, in: &draft, using: &random) { heads.append(batch.head) }
            } catch {
                switch error.code {
                case .missingKey: break  // a rotation that this device has yet to hear of
                case .notAllowed:
                    // The order may be on its way, from a device that heals a hub that was restored.
                    guard let log = LogID(bytes: wire.log) else { break }
                    unexplained[log, default: 0] += 1
                    if unexplained[log] == 3 { draft.state.alarms.insert(.forgedPurge(log)) }
                default: draft.state.alarms.insert(.forged(LogID(bytes: wire.log)))
                }
            }
        }
        for head in heads { crossCheck(head, answer, said, sent, in: &draft) }
        checkPins(in: &draft)
        return heard
    }

    /// Another life of the hub's storage: what it was known to hold is not known any more.
    private func begin(_ epoch: HubEpoch, in draft: inout JournalDraft<some DeviceJournal>) {
        if draft.state.hubEpoch != nil { draft.state.alarms.insert(.hubReplaced) }
        draft.state.hubEpoch = epoch
        draft.state.acknowledged = [:]
        draft.state.pinned = [:]
        draft.state.rosterAcknowledged = 0
        draft.state.purgeCount = 0
        draft.state.purgesToPush = draft.state.purges
    }

    private mutating func hearRoster(_ answer: WireSyncAnswer, in draft: inout JournalDraft<some DeviceJournal>) {
        for signed in answer.roster.prefix(SyncLimits.rosterEntries) {
            if roster.entries.contains(where: { $0.statement == signed.statement && $0.signer == signed.signer }) {
                continue
            }
            do { try roster.append(signed) } catch { draft.state.alarms.insert(.forgedRoster) }
        }
        if draft.state.roster != roster.entries {
            draft.state.roster = roster.entries
            do { epochKeys = try roster.epochKeys(for: keys, beside: epochKeys) } catch {
                draft.state.alarms.insert(.forgedRoster)
            }
        }
        let length = min(answer.rosterLength, UInt64(roster.entries.count))
        if length < draft.state.rosterAcknowledged { draft.state.alarms.insert(.withheldRoster) }
        draft.state.rosterAcknowledged = length
        if roster.devices[keys.key]?.isActive != true { draft.state.alarms.insert(.revoked) }
    }

    private mutating func hearPurges(_ answer: WireSyncAnswer, in draft: inout JournalDraft<some DeviceJournal>) {
        for signed in answer.purges.prefix(SyncLimits.purgesInAnswer) {
            draft.state.purgesToPush.removeAll { $0.statement == signed.statement }
            if draft.state.purges.contains(where: { $0.statement == signed.statement }) { continue }
            guard let order = try? PurgeOrder(verifying: signed, in: draft.state.account, roster) else {
                draft.state.alarms.insert(.forgedPurge(nil))
                continue
            }
            draft.state.purges.append(signed)
            orders[order.log, default: []].append(order)
            draft.purge(
                order.log,
                order.bodies.keys.sorted().filter { sequence in
                    draft.record(of: order.log, at: sequence).map { order.names($0, at: sequence) } ?? false
                })
        }
        draft.state.purgeCount = answer.purgeCount
    }

    private func hubPositions(
        _ answer: WireSyncAnswer, _ sent: Outstanding
    ) throws(SyncError)
        -> [LogID: (position: LogPosition, isForked: Bool)]
    {
        var said: [LogID: (position: LogPosition, isForked: Bool)] = [:]
        guard answer.heads.count <= SyncLimits.logsInVector else { throw .cutShort }
        for wire in answer.heads {
            let (log, position) = try wire.parsed()
            said[log] = (position, wire.forked)
        }
        return said
    }

    /// One log: where this device said it stands, and where the hub does.
    private mutating func compare(
        _ log: LogID, mine: LogPosition, hub: LogPosition, isForked: Bool,
        in draft: inout JournalDraft<some DeviceJournal>, heard: inout Heard,
        using random: inout some RandomNumberGenerator
    ) {
        let shared = hub.sequence < mine.sequence ? draft.hash(of: log, at: hub.sequence)?.prefix ?? [] : hub.hash
        if isForked || (hub.sequence < mine.sequence && shared != hub.hash) {
            stepBack(log, from: min(mine.sequence, hub.sequence), in: &draft, using: &random)
            heard.didStepBack = true
            return
        }
        if hub.sequence < draft.state.acknowledged[log] ?? 0 { draft.state.alarms.insert(.rolledBack(log)) }
        if steppedBack[log] != nil {
            if hub.sequence <= mine.sequence { steppedBack[log] = nil } else { return }
        }
        draft.state.acknowledged[log] = min(hub.sequence, mine.sequence)
    }

    private mutating func hear(
        _ result: WirePushResult, _ sent: Outstanding, in draft: inout JournalDraft<some DeviceJournal>,
        heard: inout Heard, using random: inout some RandomNumberGenerator
    ) {
        guard let log = LogID(bytes: result.log), let pushed = sent.pushed[log] else { return }
        switch result.outcome {
        case .fork:
            if steppedBack[log] == nil {
                stepBack(log, from: pushed.sequence, in: &draft, using: &random)
                heard.didStepBack = true
            }
        case .refused: draft.state.alarms.insert(.overQuota)
        case .ok, .dup, .gap, .unspecified, .UNRECOGNIZED: break
        }
    }

    /// Two records stand in one place of a log. This device goes back until it and the hub agree, takes what the hub has
    /// from there, and writes what it alone has again, in its own log; where that is the log in question it opens another.
    mutating func stepBack(
        _ log: LogID, from sequence: UInt64, in draft: inout JournalDraft<some DeviceJournal>,
        using random: inout some RandomNumberGenerator
    ) {
        draft.state.alarms.insert(.logForked(log))
        if log == draft.state.ownLog {
            draft.state.ownLog = LogID(bytes: [UInt8](random: 16, using: &random))!
            draft.state.acknowledged[draft.state.ownLog] = 0
        }
        draft.state.acknowledged[log] = nil
        let before = steppedBack[log] ?? sequence
        let end = draft.heads[log]?.sequence ?? 0
        let distance = max(1, 2 * (end - min(before, end)))
        steppedBack[log] = min(before, sequence) > distance ? min(before, sequence) - distance : 0
    }
}
