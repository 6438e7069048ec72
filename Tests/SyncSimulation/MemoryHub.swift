import Conversations
import FoundationEssentials
import SwiftProtobuf
import SyncProtocol

/// A hub's disk, for one account.
struct MemoryHub: HubStorage {
    struct Log {
        var head: LogHead
        var hashes: [ChainHash] = []
        var extents: [LogBatch] = []
    }

    var epoch: HubEpoch
    var entries: [WireSigned] = []
    var logs: [LogID: Log] = [:]
    var orders: [PurgeOrder] = []

    func roster(of account: AccountID) -> [WireSigned] { entries }
    func heads(of account: AccountID) -> [LogID: LogHead] { logs.mapValues(\.head) }

    func hash(of log: LogID, in account: AccountID, at sequence: UInt64) -> ChainHash? {
        guard let log = logs[log], sequence > 0, sequence <= log.hashes.count else { return nil }
        return log.hashes[Int(sequence) - 1]
    }

    func extent(of log: LogID, in account: AccountID, after sequence: UInt64) -> WireBatch? {
        logs[log]?.extents.first { $0.lastSequence > sequence }?.wire
    }

    func purges(of account: AccountID, after count: Int, limit: Int) -> [WireSigned] {
        orders.dropFirst(count).prefix(limit).map(\.signed)
    }

    func purgeCount(of account: AccountID) -> Int { orders.count }
    func byteCount(of account: AccountID) -> Int { 0 }

    mutating func append(
        _ batch: LogBatch, _ hashes: [ChainHash], to account: AccountID, expecting head: LogHead?
    ) -> Bool {
        guard logs[batch.log]?.head == head, let last = hashes.last else { return false }
        let next = LogHead(sequence: batch.lastSequence, hash: last, owner: batch.head.device)
        var log = logs[batch.log] ?? Log(head: next)
        log.head = next
        log.hashes += hashes
        log.extents.append(batch)
        logs[batch.log] = log
        drop()
        return true
    }

    mutating func append(_ entry: WireSigned, toRosterOf account: AccountID, expecting length: Int) -> Bool {
        guard entries.count == length else { return false }
        entries.append(entry)
        return true
    }

    mutating func purge(_ order: PurgeOrder, in account: AccountID) {
        guard !orders.contains(where: { $0.signed.statement == order.signed.statement }) else { return }
        orders.append(order)
        drop()
    }

    /// Merges neighbouring extents, as a hub does when it has time.
    mutating func merge() {
        for name in logs.keys {
            guard let extents = logs[name]?.extents, let first = extents.first, let last = extents.last,
                extents.count > 1
            else { continue }
            logs[name]?.extents = [
                LogBatch(
                    log: name, firstSequence: first.firstSequence, records: extents.flatMap(\.records), head: last.head)
            ]
        }
    }

    private mutating func drop() {
        for order in orders {
            guard let extents = logs[order.log]?.extents else { continue }
            logs[order.log]?.extents = extents.map { extent in
                let records = extent.records.enumerated().map { index, record in
                    order.names(record, at: extent.firstSequence + UInt64(index)) ? record.purged : record
                }
                return LogBatch(
                    log: extent.log, firstSequence: extent.firstSequence, records: records, head: extent.head)
            }
        }
    }

    /// Whether a word of what was ordered to go is held.
    var holdsPurged: Bool {
        orders.contains { order in
            logs[order.log]?.extents.contains { extent in
                extent.records.enumerated().contains { index, record in
                    !record.isPurged && order.names(record, at: extent.firstSequence + UInt64(index))
                }
            } ?? false
        }
    }
}
