import Conversations
import FoundationEssentials
import SwiftProtobuf
import SyncProtocol

/// Devices and a hub, run by the code that production runs, on one thread and in a time of their own.
struct World {
    struct Device {
        let keys: DeviceKeys
        var core: DeviceCore
        /// What it has written to its disk, the newest last; a crash may lose some of the last.
        var disk: [MemoryJournal]
        /// How far its clock is off.
        var clockOffset: Int64 = 0
        /// A process's number: what was meant for one that is gone does not arrive.
        var process = 0
        var outgoing: (signed: WireSigned, request: UInt64)?
        var lastRequest: UInt64?
        var wakeAt: Timestamp?
        var isInSync = false
        var journal: MemoryJournal { disk[disk.count - 1] }
    }

    var random: SeededRandom
    var now = Timestamp(milliseconds: 1_763_900_000_000)
    let account: AccountID
    var hub: MemoryHub
    var hubCore = HubCore()
    var devices: [Device] = []
    /// Every record that was ever written, also by a disk that lost it.
    var everWritten: Set<MemoryJournal.Said> = []
    /// How many effects are carried out before a process dies, on average; 0: none dies.
    var crashOnceIn = 0

    /// Accounts of so many devices, made once: their keys are what costs most.
    private static let founded: [(keys: [DeviceKeys], roster: Roster, key: EpochKey)] = (0...4).map { count in
        var random = SeededRandom(UInt64(count))
        let keys = (0..<max(1, count)).map { _ in DeviceKeys(seed: [UInt8](random: 64, using: &random))! }
        guard let (entry, key) = try? Roster.found(by: keys[0], using: &random),
            var roster = try? Roster(founding: entry)
        else { fatalError("no account could be founded") }
        for device in keys.dropFirst() {
            guard let entry = try? roster.admitting(device.device(), holding: [key], by: keys[0]),
                (try? roster.append(entry)) != nil
            else { fatalError("no device could be admitted") }
        }
        return (keys, roster, key)
    }

    init(seed: UInt64, devices count: Int) throws {
        var random = SeededRandom(seed)
        let founded = Self.founded[count]
        let roster = founded.roster
        account = roster.account
        hub = MemoryHub(epoch: HubEpoch(bytes: [UInt8](random: 16, using: &random))!)
        for key in founded.keys {
            let log = LogID(bytes: [UInt8](random: 16, using: &random))!
            let state = DeviceState(account: account, ownLog: log, roster: roster.entries)
            devices.append(
                Device(
                    keys: key, core: try DeviceCore(keys: key, state: state, holding: [1: founded.key]),
                    disk: [MemoryJournal(state: state)]))
        }
        self.random = random
    }

    /// Gives a device an event and carries out what it leads to, unless the process dies on the way.
    mutating func give(_ event: DeviceCore.Event, to index: Int) throws {
        let effects = try devices[index].core.handle(
            event, at: time(of: index), in: devices[index].journal, using: &random)
        for effect in effects {
            if crashOnceIn > 0, random.chance(1, in: crashOnceIn) {
                try crash(index, losing: Int.random(in: 0...2, using: &random))
                return
            }
            switch effect {
            case .commit(let change):
                var journal = devices[index].journal
                journal.write(change)
                everWritten.formUnion(journal.wrote)
                devices[index].disk = Array((devices[index].disk + [journal]).suffix(4))
            case .send(let signed, let request):
                devices[index].outgoing = (signed, request)
                devices[index].lastRequest = request
            case .wake(let moment):
                devices[index].wakeAt = Timestamp(milliseconds: moment.milliseconds - devices[index].clockOffset)
            case .inSync: devices[index].isInSync = true
            case .alarm: break
            }
        }
    }

    /// A process dies, and its disk has lost its last writes.
    mutating func crash(_ index: Int, losing commits: Int) throws {
        devices[index].disk.removeLast(min(commits, devices[index].disk.count - 1))
        devices[index].core = try DeviceCore(
            keys: devices[index].keys, state: devices[index].journal.state, holding: devices[index].core.epochKeys)
        devices[index].process += 1
        devices[index].outgoing = nil
        devices[index].wakeAt = now
    }

    func time(of index: Int) -> Timestamp {
        Timestamp(milliseconds: now.milliseconds + devices[index].clockOffset)
    }

    mutating func answer(_ signed: WireSigned) -> WireSyncAnswer { hubCore.answer(signed, in: &hub) }

    /// Records, written on a device, with a time that is after all it has seen.
    mutating func write(
        _ contents: [(about: [UInt8], content: Record.Content)], on index: Int, kind: UInt32 = 99
    ) throws {
        var clock = devices[index].journal.state.clock
        let records = try contents.map { about, content in
            clock = MergeRules.time(after: clock, at: time(of: index))
            return try Record(at: clock, about: about, content, ofUnknownKind: kind)
        }
        try give(.written(records), to: index)
    }

    mutating func uid() -> [UInt8] { [UInt8](random: 16, using: &random) }

    @discardableResult
    mutating func say(_ text: String, in thread: [UInt8], after parent: [UInt8]? = nil, on index: Int) throws -> [UInt8]
    {
        let uid = uid()
        let payload = WireMessagePayload.with {
            $0.thread = Data(thread)
            if let parent { $0.parent = Data(parent) }
            $0.role = .user
            $0.text = text
        }
        try write([(uid, .message(payload))], on: index)
        return uid
    }

    mutating func set(_ field: String, _ item: String = "", of entity: [UInt8], to text: String?, on index: Int) throws
    {
        let payload = WireRegisterPayload.with {
            $0.field = field
            $0.item = item
            if let text { $0.value = .text(text) }
        }
        try write([(entity, .register(payload))], on: index)
    }

    /// Erases something and all that continues it, here and, as far as is known here, from every log.
    mutating func purge(_ uid: [UInt8], on index: Int) throws {
        var after = devices[index].journal.merged
        let probe = try Record(at: HybridTime(rawValue: 0), about: uid, .purge(WirePurgePayload()))
        let before = after.purged
        after.insert(probe, of: devices[index].journal.state.ownLog)
        let gone = after.purged.subtracting(before)
        let payload = WirePurgePayload.with {
            $0.below = gone.sorted { $0.lexicographicallyPrecedes($1) }.map { Data($0) }
        }
        let places = devices[index].journal.logs.mapValues { log -> [UInt64] in
            log.about.indices.filter { gone.contains(log.about[$0]) && !log.records[$0].isPurged }.map {
                UInt64($0 + 1)
            }
        }
        let clock = MergeRules.time(after: devices[index].journal.state.clock, at: time(of: index))
        try give(.erased(Record(at: clock, about: uid, .purge(payload)), places: places), to: index)
    }

    /// Begins an epoch, where the hub takes it.
    mutating func rotate(on index: Int) throws {
        let state = devices[index].journal.state
        let roster = try Roster(trusting: state.roster, of: account)
        guard hub.entries.last == roster.entries.last else { return }
        let entry = try roster.rotating(by: devices[index].keys, using: &random).entry
        guard hub.append(entry, toRosterOf: account, expecting: roster.entries.count) else { return }
        try give(.rosterChanged(entry), to: index)
    }

    /// One request of a device's and its answer, which `lie` may change; false where it had nothing to send.
    @discardableResult
    mutating func exchange(_ index: Int, lie: (inout WireSyncAnswer) -> Void = { _ in }) throws -> Bool {
        if devices[index].outgoing == nil { try give(.wake, to: index) }
        guard let outgoing = devices[index].outgoing else { return false }
        devices[index].outgoing = nil
        var answer = answer(outgoing.signed)
        lie(&answer)
        try give(.answered(answer), to: index)
        return true
    }

    /// Everybody syncs, nothing is lost, nobody dies, until nothing changes any more.
    mutating func settle(rounds: Int = 60) throws {
        crashOnceIn = 0
        // What is still under way never arrives.
        for index in devices.indices {
            devices[index].outgoing = nil
            if let request = devices[index].lastRequest { try give(.failed(request: request), to: index) }
        }
        var last: [RecordSetDigest] = []
        var still = 0
        for _ in 0..<rounds {
            for index in devices.indices {
                try exchange(index)
            }
            let digests = devices.map(\.journal.digest)
            still = digests == last && devices.allSatisfy { $0.journal.state.purgesToPush.isEmpty } ? still + 1 : 0
            if still == 2 { return }
            last = digests
        }
    }
}
