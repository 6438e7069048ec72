package import Conversations

/// What a device keeps of the logs it knows, its own among them.
///
/// The core reads it and never writes: what is to be written comes back as a ``JournalChange``. In production it stands on
/// tables in the vault's own file, so that a change of the journal and what it does to conversations commit together; in the
/// simulator on memory that can lose its last commits.
package protocol DeviceJournal {
    var state: DeviceState { get }
    /// Where each log ends.
    var heads: [LogID: LogHead] { get }
    /// The chain's hash at a record that is held; nil beyond the end and before 1.
    func hash(of log: LogID, at sequence: UInt64) -> ChainHash?
    /// Records after a place, in order: at most so many, and at most so many bytes but at least one.
    func records(of log: LogID, after sequence: UInt64, limit: Int, byteLimit: Int) -> [SealedRecord]
    /// The heads that came with another device's batches, at places after this one, in order.
    func signedHeads(of log: LogID, after sequence: UInt64) -> [WireSigned]
}

/// Where a log ends and whose it is.
package struct LogHead: Hashable, Sendable {
    package let sequence: UInt64
    package let hash: ChainHash
    package let owner: DeviceKey

    package init(sequence: UInt64, hash: ChainHash, owner: DeviceKey) {
        self.sequence = sequence
        self.hash = hash
        self.owner = owner
    }

    package var position: LogPosition {
        LogPosition(sequence: sequence, hash: sequence == 0 ? [] : hash.prefix)
    }
}

/// What a device remembers of a sync besides the logs.
package struct DeviceState: Hashable, Sendable {
    package let account: AccountID
    /// The log it writes; another after a fork.
    package var ownLog: LogID
    package var roster: [WireSigned]
    /// The life of the hub that ``acknowledged`` and ``pinned`` are about.
    package var hubEpoch: HubEpoch?
    /// How far the hub holds each log just as this device does. Nothing: not known yet.
    package var acknowledged: [LogID: UInt64] = [:]
    /// The furthest that another device has signed to have seen at the hub.
    package var pinned: [LogID: LogPosition] = [:]
    /// How many entries of the roster the hub was seen to hold.
    package var rosterAcknowledged: UInt64 = 0
    /// Purge orders, in the order they were learnt of.
    package var purges: [WireSigned] = []
    /// How many of its own the hub was seen to hold, and which of ``purges`` those are not.
    package var purgeCount: UInt64 = 0
    package var purgesToPush: [WireSigned] = []
    /// The latest reading of any clock that was seen.
    package var clock = HybridTime(rawValue: 0)
    package var alarms: Set<SyncAlarm> = []

    package init(account: AccountID, ownLog: LogID, roster: [WireSigned]) {
        self.account = account
        self.ownLog = ownLog
        self.roster = roster
    }
}

/// What is to be written, whole or not at all, in this order: truncations, appends, purges, the state.
package struct JournalChange: Sendable {
    /// Records that continue a log.
    package struct Append: Sendable {
        package let log: LogID
        package let owner: DeviceKey
        package let firstSequence: UInt64
        package let records: [SealedRecord]
        package let hashes: [ChainHash]
        /// Their writer's word for the last of them; nil in this device's own log.
        package let head: WireSigned?
        /// What the records say, to be merged; nil where one was purged or cannot be read.
        package let opened: [Record?]
    }

    /// Logs to cut after a place. What was cut has been written again elsewhere in the same change; conversations keep it.
    package internal(set) var truncations: [(log: LogID, through: UInt64)] = []
    package internal(set) var appends: [Append] = []
    /// Bodies to put digests in the place of, and never to bring back.
    package internal(set) var purges: [(log: LogID, sequences: [UInt64])] = []
    package internal(set) var state: DeviceState
}
