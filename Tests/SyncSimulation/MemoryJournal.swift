import Conversations
import SyncProtocol

/// A device's disk: its journal and what its records came to, written together.
struct MemoryJournal: DeviceJournal {
    struct Log {
        var owner: DeviceKey
        var records: [SealedRecord] = []
        var hashes: [ChainHash] = []
        var heads: [(sequence: UInt64, signed: WireSigned)] = []
        /// What each record is about; empty where that is not known.
        var about: [[UInt8]] = []
    }

    /// A record by who wrote it first, wherever it was handed on.
    struct Said: Hashable {
        let log: LogID
        let bytes: [UInt8]
    }

    var state: DeviceState
    var logs: [LogID: Log] = [:]
    var merged = MergedState()
    /// Everything that was merged.
    var said: Set<Said> = []
    /// What this device wrote itself.
    var wrote: Set<Said> = []

    init(state: DeviceState) { self.state = state }

    var heads: [LogID: LogHead] {
        logs.compactMapValues { log in
            log.hashes.last.map { LogHead(sequence: UInt64(log.records.count), hash: $0, owner: log.owner) }
        }
    }

    func hash(of log: LogID, at sequence: UInt64) -> ChainHash? {
        guard let log = logs[log], sequence > 0, sequence <= log.hashes.count else { return nil }
        return log.hashes[Int(sequence) - 1]
    }

    func records(of log: LogID, after sequence: UInt64, limit: Int, byteLimit: Int) -> [SealedRecord] {
        guard let log = logs[log], sequence < log.records.count else { return [] }
        return Array(log.records[Int(sequence)...].prefix(limit))
    }

    func signedHeads(of log: LogID, after sequence: UInt64) -> [WireSigned] {
        logs[log]?.heads.filter { $0.sequence > sequence }.map(\.signed) ?? []
    }

    mutating func write(_ change: JournalChange) {
        for (log, sequence) in change.truncations {
            guard var cut = logs[log] else { continue }
            let count = cut.records.count - Int(sequence)
            cut.records.removeLast(count)
            cut.hashes.removeLast(count)
            cut.about.removeLast(count)
            cut.heads.removeAll { $0.sequence > sequence }
            logs[log] = cut
        }
        for append in change.appends {
            var log = logs[append.log] ?? Log(owner: append.owner)
            precondition(append.firstSequence == log.records.count + 1, "a gap in a log")
            log.records += append.records
            log.hashes += append.hashes
            if let head = append.head { log.heads.append((UInt64(log.records.count), head)) }
            log.about += append.opened.map { record in
                record.flatMap { try? MergeRules.original(of: $0, in: append.log).record.entity } ?? []
            }
            logs[append.log] = log
            for case let record? in append.opened {
                merged.insert(record, of: append.log)
                guard let (original, origin) = try? MergeRules.original(of: record, in: append.log) else { continue }
                said.insert(Said(log: origin, bytes: original.encoded))
                if append.head == nil, record.kind != .republish {
                    wrote.insert(Said(log: origin, bytes: original.encoded))
                }
            }
        }
        for (log, sequences) in change.purges {
            for sequence in sequences where sequence > 0 && sequence <= logs[log]?.records.count ?? 0 {
                guard let record = logs[log]?.records[Int(sequence) - 1] else { continue }
                logs[log]?.records[Int(sequence) - 1] = record.purged
            }
        }
        state = change.state
    }

    /// The digest over the records that are held.
    var digest: RecordSetDigest {
        var digest = RecordSetDigest()
        for (name, log) in logs {
            for (index, hash) in log.hashes.enumerated() { digest.insert(hash, at: UInt64(index + 1), of: name) }
        }
        return digest
    }
}
