import Conversations
import FoundationEssentials
import SwiftProtobuf
import SyncProtocol

/// A run of a world in which everything goes wrong that can: messages dropped, late, twice, out of order, cut; answers lost
/// after the hub has committed; processes that die between any two effects and lose their last writes; a hub restored from
/// an older copy; clocks ten years off; and, where it is to lie, a hub that does.
struct FaultySchedule {
    private enum Event {
        case act(Int)
        case wake(Int, process: Int)
        case request(Int, process: Int, WireSigned, UInt64)
        case answer(Int, process: Int, WireSyncAnswer)
        case timeout(Int, process: Int, UInt64)
        case hubCopies
        case hubRestored
    }

    var world: World
    private let liar: Bool
    private var queue: [(at: Int64, order: Int, event: Event)] = []
    private var order = 0
    private var copy: MemoryHub
    private let threads: [[UInt8]]
    private(set) var lies = 0

    init(seed: UInt64, liar: Bool) throws {
        var random = SeededRandom(seed ^ 0xD1_7A)
        var world = try World(seed: seed, devices: [2, 2, 3, 3, 4].randomElement(using: &random)!)
        threads = [world.uid(), world.uid(), world.uid()]
        self.world = world
        self.liar = liar
        copy = world.hub
        self.world.crashOnceIn = random.chance(2, in: 3) ? 40 : 0
        for index in world.devices.indices {
            if random.chance(1, in: 4) {
                self.world.devices[index].clockOffset = random.chance(1, in: 2) ? 315_360_000_000 : -315_360_000_000
            }
            for _ in 0..<Int.random(in: 2...6, using: &random) {
                put(.act(index), after: Int64.random(in: 0...30_000, using: &random))
            }
            put(.wake(index, process: 0), after: Int64.random(in: 0...2_000, using: &random))
        }
        put(.hubCopies, after: Int64.random(in: 0...15_000, using: &random))
        if !liar, random.chance(1, in: 3) {
            put(.hubRestored, after: Int64.random(in: 15_000...30_000, using: &random))
        }
    }

    /// Runs to the end of the faults, then lets everybody talk.
    mutating func run() throws {
        let end = world.now.milliseconds + 40_000
        while let index = queue.indices.min(by: { (queue[$0].at, queue[$0].order) < (queue[$1].at, queue[$1].order) }) {
            let next = queue.remove(at: index)
            guard next.at < end else { break }
            world.now = Timestamp(milliseconds: next.at)
            try happen(next.event)
            for index in world.devices.indices { collect(index) }
        }
        try world.settle()
    }

    private mutating func put(_ event: Event, after delay: Int64) {
        order += 1
        queue.append((world.now.milliseconds + delay, order, event))
    }

    /// Puts on its way what a device wants sent, and its wish to be woken.
    private mutating func collect(_ index: Int) {
        let process = world.devices[index].process
        if let (signed, request) = world.devices[index].outgoing {
            world.devices[index].outgoing = nil
            put(.timeout(index, process: process, request), after: 3_000)
            for _ in 0..<(world.random.chance(1, in: 10) ? 2 : 1) where !world.random.chance(1, in: 10) {
                put(.request(index, process: process, signed, request), after: delay())
            }
        }
        if let moment = world.devices[index].wakeAt {
            world.devices[index].wakeAt = nil
            put(.wake(index, process: process), after: max(0, moment.milliseconds - world.now.milliseconds))
        }
    }

    private mutating func delay() -> Int64 {
        world.random.chance(1, in: 8)
            ? Int64.random(in: 500...8_000, using: &world.random) : Int64.random(in: 1...200, using: &world.random)
    }

    private mutating func happen(_ event: Event) throws {
        switch event {
        case .act(let index): try act(index)
        case .wake(let index, let process):
            if world.devices[index].process == process { try world.give(.wake, to: index) }
        case .timeout(let index, let process, let request):
            if world.devices[index].process == process { try world.give(.failed(request: request), to: index) }
        case .request(let index, let process, let signed, _):
            var answer = world.answer(signed)
            if world.random.chance(1, in: 6) { world.hub.merge() }
            if liar, world.random.chance(1, in: 2), Lie.tell(in: &answer, using: &world.random) { lies += 1 }
            for _ in 0..<(world.random.chance(1, in: 10) ? 2 : 1) where !world.random.chance(1, in: 8) {
                put(.answer(index, process: process, answer), after: delay())
            }
        case .answer(let index, let process, let answer):
            if world.devices[index].process == process { try world.give(.answered(answer), to: index) }
        case .hubCopies: copy = world.hub
        case .hubRestored:
            copy.epoch = HubEpoch(bytes: world.uid())!
            // A list of devices that went two ways is for people to mend; see Roster.
            copy.entries = world.hub.entries
            world.hub = copy
        }
    }

    private mutating func act(_ index: Int) throws {
        let merged = world.devices[index].journal.merged
        let thread = threads.randomElement(using: &world.random)!
        let known = merged.things.keys.sorted { $0.lexicographicallyPrecedes($1) }
        switch Int.random(in: 0..<20, using: &world.random) {
        case 0..<10:
            let number = world.random.next() % 1_000
            try world.say(
                "words \(number)", in: thread, after: known.randomElement(using: &world.random), on: index)
        case 10..<13:
            try world.set(RegisterField.title, of: thread, to: "title \(world.random.next() % 100)", on: index)
        case 13:
            try world.set(
                RegisterField.tag, "tag", of: thread, to: Bool.random(using: &world.random) ? "" : nil, on: index)
        case 14: try world.set(RegisterField.trashed, of: thread, to: "now", on: index)
        case 15:
            try world.write([(world.uid(), .unknown([UInt8](random: 9, using: &world.random)))], on: index, kind: 77)
        case 16: if let uid = known.randomElement(using: &world.random) { try world.purge(uid, on: index) }
        case 17: try world.rotate(on: index)
        case 18:
            if world.crashOnceIn > 0 { try world.crash(index, losing: Int.random(in: 0...3, using: &world.random)) }
        default:
            for number in 0..<3 { try world.say("burst \(number)", in: thread, on: index) }
        }
    }
}
