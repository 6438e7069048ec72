import Conversations

/// A journal as it will be once a change is written.
struct JournalDraft<Journal: DeviceJournal> {
    private let journal: Journal
    private(set) var heads: [LogID: LogHead]
    private var hashes: [LogID: [UInt64: ChainHash]] = [:]
    var change: JournalChange
    private(set) var isChanged = false

    init(_ journal: Journal) {
        self.journal = journal
        heads = journal.heads
        change = JournalChange(state: journal.state)
    }

    var state: DeviceState {
        get { change.state }
        set {
            if change.state != newValue { isChanged = true }
            change.state = newValue
        }
    }

    func hash(of log: LogID, at sequence: UInt64) -> ChainHash? {
        guard sequence > 0, let head = heads[log], sequence <= head.sequence else { return nil }
        if sequence == head.sequence { return head.hash }
        return hashes[log]?[sequence] ?? journal.hash(of: log, at: sequence)
    }

    /// The hash that the record after a place hangs on.
    func hash(of log: LogID, before next: UInt64, ownedBy owner: DeviceKey) -> ChainHash? {
        next == 1
            ? ChainHash(beginningOf: log, in: state.account, ownedBy: owner) : hash(of: log, at: next - 1)
    }

    /// A record as the journal has it, before the change.
    func record(of log: LogID, at sequence: UInt64) -> SealedRecord? {
        sequence == 0 ? nil : journal.records(of: log, after: sequence - 1, limit: 1, byteLimit: 1).first
    }

    mutating func truncate(_ log: LogID, through sequence: UInt64) {
        guard let head = heads[log], let hash = hash(of: log, before: sequence + 1, ownedBy: head.owner) else { return }
        heads[log] = LogHead(sequence: sequence, hash: hash, owner: head.owner)
        change.truncations.append((log, sequence))
        isChanged = true
    }

    mutating func append(_ append: JournalChange.Append) {
        guard let hash = append.hashes.last else { return }
        for (index, hash) in append.hashes.enumerated() {
            hashes[append.log, default: [:]][append.firstSequence + UInt64(index)] = hash
        }
        heads[append.log] = LogHead(
            sequence: append.firstSequence + UInt64(append.records.count) - 1, hash: hash, owner: append.owner)
        change.appends.append(append)
        isChanged = true
    }

    mutating func purge(_ log: LogID, _ sequences: [UInt64]) {
        guard !sequences.isEmpty else { return }
        change.purges.append((log, sequences))
        isChanged = true
    }
}
