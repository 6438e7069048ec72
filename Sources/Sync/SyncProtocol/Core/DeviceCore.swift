package import Conversations
import FoundationEssentials

/// A device's side of sync: events in, effects out. It does no I/O, knows no clock and makes no random numbers of its own,
/// so what the simulator runs is what production runs.
///
/// Whoever drives it carries out the effects of one event in their order, and does not carry out the next of them before a
/// commit has succeeded. Anything may be lost at any point: a new core on what the journal holds goes on.
///
/// In production the driver is a loop that holds the vault's journal, a transport and a timer; `written` is called inside
/// the transaction that appends to a thread, so a message and its record commit together.
package struct DeviceCore: Sendable {
    package enum Event: Sendable {
        /// Something was written here: records to put in this device's log.
        case written([Record])
        /// Something was erased here: the record that says so, and the places of the records that held its words.
        case erased(Record, places: [LogID: [UInt64]])
        /// A change of the roster that this device signed.
        case rosterChanged(WireSigned)
        /// The time that was asked for has come, a person asks, or the hub says that there is something.
        case wake
        case answered(WireSyncAnswer)
        /// A request found no answer in time, or the way to the hub broke.
        case failed(request: UInt64)
    }

    package enum Effect: Sendable {
        /// Write this, whole, before anything else is done.
        case commit(JournalChange)
        /// Send this; its answer or its failure is the next event about it.
        case send(WireSigned, request: UInt64)
        /// Wake no later than this.
        case wake(at: Timestamp)
        /// Tell a person. It is in the journal's state too.
        case alarm(SyncAlarm)
        /// The hub and this device hold the same.
        case inSync
    }

    struct Outstanding {
        let request: UInt64
        let have: [LogID: LogPosition]
        let pushed: [LogID: LogPosition]
    }

    static let idle: Int64 = 30_000
    static let longestRetry: Int64 = 60_000

    let keys: DeviceKeys
    var roster: Roster
    /// The account's keys, of the epochs that were left for this device.
    package internal(set) var epochKeys: [UInt32: EpochKey]
    var outstanding: Outstanding?
    /// Logs that went two ways, and the place from which this device now asks for the hub's.
    var steppedBack: [LogID: UInt64] = [:]
    private(set) var failures: Int64 = 0
    /// How often in a row the hub gave a log with a record missing that nobody, as far as is known here, asked to purge.
    var unexplained: [LogID: Int] = [:]
    /// What purge orders name, by log.
    var orders: [LogID: [PurgeOrder]] = [:]

    /// A core for a device, on what its journal holds.
    ///
    /// - Parameter held: the epochs' keys that were opened before, where somebody kept them.
    /// - Throws: where the journal's roster is damaged.
    package init(keys: DeviceKeys, state: DeviceState, holding held: [UInt32: EpochKey] = [:]) throws(SyncError) {
        self.keys = keys
        roster = try Roster(trusting: state.roster, of: state.account)
        epochKeys = try roster.epochKeys(for: keys, beside: held)
        for signed in state.purges {
            let order = try PurgeOrder(trusting: signed)
            orders[order.log, default: []].append(order)
        }
    }

    /// Whether a device asked to purge what stands in a place.
    func isOrderedToGo(_ record: SealedRecord, at sequence: UInt64, of log: LogID) -> Bool {
        orders[log]?.contains { $0.names(record, at: sequence) } ?? false
    }

    /// What an event leads to.
    ///
    /// - Throws: only where what was written here cannot be sealed.
    package mutating func handle(
        _ event: Event, at now: Timestamp, in journal: some DeviceJournal,
        using random: inout some RandomNumberGenerator
    ) throws(SyncError) -> [Effect] {
        var draft = JournalDraft(journal)
        let alarmsBefore = draft.state.alarms
        var after: [Effect] = []
        switch event {
        case .written(let records):
            try write(records, in: &draft, using: &random)
            if outstanding == nil { after.append(.wake(at: now)) }
        case .erased(let record, let places):
            try write([record], in: &draft, using: &random)
            for (log, sequences) in places.sorted(by: { $0.key.bytes.lexicographicallyPrecedes($1.key.bytes) }) {
                try orderPurge(log, sequences, in: &draft)
            }
            if outstanding == nil { after.append(.wake(at: now)) }
        case .rosterChanged(let entry):
            try roster.append(entry)
            epochKeys = try roster.epochKeys(for: keys, beside: epochKeys)
            draft.state.roster = roster.entries
            if outstanding == nil { after.append(.wake(at: now)) }
        case .wake:
            if outstanding == nil { after.append(try request(in: draft, journal, using: &random)) }
        case .failed(let request):
            guard outstanding?.request == request else { return [] }
            outstanding = nil
            after.append(retry(at: now, using: &random))
        case .answered(let answer):
            guard let sent = outstanding, sent.request == answer.request else { return [] }
            outstanding = nil
            let before = Progress(draft)
            let said = try received(answer, to: sent, in: &draft, using: &random)
            let isDone = !said.more && !hasMore(to: draft)
            if said.isRefused || (!isDone && Progress(draft) == before && !said.didStepBack) {
                after.append(retry(at: now, using: &random))
            } else {
                failures = 0
                after += isDone ? [.inSync, .wake(at: now.later(by: Self.idle))] : [.wake(at: now)]
            }
        }
        var effects: [Effect] = draft.isChanged ? [.commit(draft.change)] : []
        effects += draft.state.alarms.subtracting(alarmsBefore).map { .alarm($0) }
        return effects + after
    }

    /// What would be pushed, and how far things are: a round that moves none of it is not followed by another at once.
    private struct Progress: Equatable {
        let heads: [LogID: LogHead]
        let state: DeviceState
        init(_ draft: JournalDraft<some DeviceJournal>) { (heads, state) = (draft.heads, draft.state) }
    }

    private mutating func retry(at now: Timestamp, using random: inout some RandomNumberGenerator) -> Effect {
        failures = min(failures + 1, 16)
        let longest = min(Self.longestRetry, 500 << failures)
        return .wake(at: now.later(by: Int64.random(in: longest / 2...longest, using: &random)))
    }

    private func hasMore(to draft: JournalDraft<some DeviceJournal>) -> Bool {
        let state = draft.state
        return !steppedBack.isEmpty || !state.purgesToPush.isEmpty
            || state.rosterAcknowledged < UInt64(roster.entries.count)
            || draft.heads.contains { $0.value.sequence > state.acknowledged[$0.key] ?? 0 }
    }
}

extension Timestamp {
    fileprivate func later(by milliseconds: Int64) -> Timestamp {
        Timestamp(milliseconds: self.milliseconds + milliseconds)
    }
}
