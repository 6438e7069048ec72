package import Conversations
import SwiftProtobuf

/// What a set of records comes to: the rules of ``MergeRules`` and nothing else, kept in memory.
///
/// It is the model that a vault's merge is held against, and small enough to be believed. Two of them that were given the
/// same records are equal, whatever the order and however often.
package struct MergedState: Hashable, Sendable {
    /// A register's value with its stamp.
    package struct Register: Hashable, Sendable {
        package let stamp: Stamp
        package let value: WireRegisterPayload
    }

    /// What a message, a call or a blob says, without when which device wrote it down.
    package struct Thing: Hashable, Sendable {
        package let content: Record.Content
        private let bytes: [UInt8]

        fileprivate init?(_ record: Record) {
            switch record.content {
            case .message(var message):
                // Two vaults that were one before they were synced write the same message down at different times.
                message.createdOffsetMs &+= record.time.moment.milliseconds
                content = .message(message)
                bytes = (try? message.serializedBytes()) ?? []
            case .call(let call):
                content = record.content
                bytes = (try? call.serializedBytes()) ?? []
            case .blob(let blob):
                content = record.content
                bytes = (try? blob.serializedBytes()) ?? []
            default: return nil
            }
        }

        // By bytes: Swift takes two spellings of one letter for the same.
        package static func == (left: Thing, right: Thing) -> Bool { left.bytes == right.bytes }
        package func hash(into hasher: inout Hasher) { hasher.combine(bytes) }
    }

    /// Messages, calls and blobs by what they are named, with when each was first written down; more than one where the
    /// same name came with other content, both kept.
    package private(set) var things: [[UInt8]: [Thing: HybridTime]] = [:]
    package private(set) var registers: [RegisterName: Register] = [:]
    /// Records of kinds that this version does not know.
    package private(set) var unknown: Set<[UInt8]> = []
    /// What is purged, closed under descent as far as what it descends from was seen.
    package private(set) var purged: Set<[UInt8]> = []

    package init() {}

    /// Takes in one record of a log.
    ///
    /// - Returns: whether it says something that this version cannot place.
    @discardableResult
    package mutating func insert(_ record: Record, of log: LogID) -> Bool {
        guard let (record, log) = try? MergeRules.original(of: record, in: log) else { return false }
        switch record.content {
        case .message(let message):
            if MergeRules.isPurged(
                uid: record.entity, thread: Array(message.thread),
                parent: message.hasParent ? Array(message.parent) : nil,
                gone: purged.contains)
            {
                purge([record.entity])
            } else {
                keep(record)
            }
        case .call(let call):
            if MergeRules.isPurged(
                uid: record.entity, thread: Array(call.thread), parent: call.hasQuestion ? Array(call.question) : nil,
                gone: purged.contains)
            {
                purge([record.entity])
            } else {
                keep(record)
            }
        case .blob:
            if !purged.contains(record.entity) { keep(record) }
        case .register(let payload):
            guard !purged.contains(record.entity) else { return true }
            let name = RegisterName(entity: record.entity, field: payload.field, item: payload.item)
            let stamp = Stamp(time: record.time, log: log)
            if MergeRules.replaces(stamp, registers[name]?.stamp) {
                registers[name] = Register(stamp: stamp, value: payload)
            }
        case .purge(let payload):
            purge([record.entity] + payload.below.map { Array($0) })
        case .unknown:
            unknown.insert(record.encoded)
            return false
        case .republish:
            return false
        }
        return true
    }

    /// Whether a thread is out of sight: its trash's stamp against the last message said in it.
    package func isOutOfSight(thread: [UInt8]) -> Bool {
        let trash = registers[RegisterName(entity: thread, field: RegisterField.trashed)]
        let last = things.values.lazy.flatMap { $0 }.filter { thing, _ in
            if case .message(let message) = thing.content { Array(message.thread) == thread } else { false }
        }.map(\.value).max()
        return MergeRules.isOutOfSight(
            trashedAt: trash.flatMap { $0.value.value == nil ? nil : $0.stamp.time }, lastActivity: last)
    }

    private mutating func keep(_ record: Record) {
        guard let thing = Thing(record) else { return }
        let known = things[record.entity]?[thing]
        things[record.entity, default: [:]][thing] = known.map { min($0, record.time) } ?? record.time
    }

    private mutating func purge(_ named: [[UInt8]]) {
        let held = things.flatMap { uid, things in
            things.keys.compactMap { thing -> PurgeCandidate? in
                switch thing.content {
                case .message(let message):
                    PurgeCandidate(
                        uid: uid, thread: Array(message.thread),
                        parent: message.hasParent ? Array(message.parent) : nil)
                case .call(let call):
                    PurgeCandidate(
                        uid: uid, thread: Array(call.thread), parent: call.hasQuestion ? Array(call.question) : nil)
                default: nil
                }
            }
        }
        purged = MergeRules.closure(of: purged.union(named), over: held)
        for uid in purged { things[uid] = nil }
        registers = registers.filter { !purged.contains($0.key.entity) }
    }
}
