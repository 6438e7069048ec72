import Conversations
import FoundationEssentials
import SyncProtocol
import Testing

/// Each lie by itself, so that each check by itself is what finds it.
@Suite struct LyingHubTests {
    private func alarms(_ world: World, _ index: Int) -> Set<SyncAlarm> { world.devices[index].journal.state.alarms }

    /// Three devices that are in sync, with some words of each.
    private func world() throws -> World {
        var world = try World(seed: 42, devices: 3)
        let thread = world.uid()
        for index in 0..<3 { try world.say("hello", in: thread, on: index) }
        try world.settle()
        return world
    }

    @Test func `honest, nobody is alarmed`() throws {
        let world = try world()
        #expect(Oracle.check(world, isHonest: true) == [])
        for index in 0..<3 { #expect(alarms(world, index).isEmpty) }
    }

    @Test(arguments: [Lie.flip, .swap, .splice, .truncate, .dropBody, .forgePurge, .absurd])
    func `what the hub changed is not taken, and found`(lie: Lie) throws {
        var world = try world()
        let thread = world.uid()
        for index in 0..<2 {
            for number in 0..<3 { try world.say("\(number)", in: thread, on: index) }
            try world.exchange(index)
            try world.exchange(index)
        }
        let before = world.devices[2].journal.said
        var told = false
        var random = SeededRandom(7)
        for _ in 0..<4 {
            try world.exchange(2) { if lie.tell(in: &$0, using: &random) { told = true } }
        }
        #expect(told)
        #expect(alarms(world, 2).contains { $0.isLie })
        #expect(world.devices[2].journal.said.isSubset(of: world.everWritten))
        #expect(lie == .forgePurge || lie == .absurd || world.devices[2].journal.said.count < before.count + 6)
        try world.settle()
        #expect(Oracle.check(world, isHonest: false) == [])
    }

    @Test func `a hub that goes back in one life is found, and gets back what it lost`() throws {
        var world = try world()
        let old = world.hub
        try world.say("more", in: world.uid(), on: 0)
        try world.settle()
        world.hub = old
        try world.settle()
        let log = world.devices[0].journal.state.ownLog
        #expect(alarms(world, 0).contains(.rolledBack(log)))
        #expect(Oracle.check(world, isHonest: false) == [])
    }

    @Test func `a hub that was restored says so, heals, and is no liar`() throws {
        var world = try world()
        var old = world.hub
        try world.say("more", in: world.uid(), on: 0)
        try world.settle()
        old.epoch = try #require(HubEpoch(bytes: world.uid()))
        world.hub = old
        try world.settle()
        for index in 0..<3 { #expect(alarms(world, index) == [.hubReplaced]) }
        #expect(Oracle.check(world, isHonest: true) == [])
    }

    @Test func `a log that is withheld is missed once another device has seen it`() throws {
        var world = try world()
        let thread = world.uid()
        let log = world.devices[0].journal.state.ownLog
        try world.say("seen by one", in: thread, on: 0)
        for _ in 0..<3 { try world.exchange(0) }
        for _ in 0..<3 { try world.exchange(1) }
        try world.say("after it", in: thread, on: 1)
        for _ in 0..<3 { try world.exchange(1) }
        for _ in 0..<3 {
            try world.exchange(2) { answer in
                answer.batches.removeAll { Array($0.log) == log.bytes }
                answer.heads.removeAll { Array($0.log) == log.bytes }
            }
        }
        #expect(alarms(world, 2).contains(.withheld(log)))
    }

    @Test func `a hub that shows two devices two logs is found when one hears of the other`() throws {
        var world = try world()
        let thread = world.uid()
        // The first device writes one thing, is put back, and writes another: the hub keeps both, for one device each.
        let log = world.devices[0].journal.state.ownLog
        let before = world.hub
        let disk = world.devices[0].disk
        try world.say("for one", in: thread, on: 0)
        for _ in 0..<2 { try world.exchange(0) }
        for _ in 0..<2 { try world.exchange(1) }
        try world.say("has seen one", in: thread, on: 1)
        for _ in 0..<2 { try world.exchange(1) }
        let one = world.hub
        world.hub = before
        world.devices[0].disk = disk
        try world.crash(0, losing: 0)
        try world.say("for the other", in: thread, on: 0)
        for _ in 0..<2 { try world.exchange(0) }
        for _ in 0..<2 { try world.exchange(2) }
        // The other device is shown what the one has signed meanwhile.
        let signed = try #require(one.logs[world.devices[1].journal.state.ownLog])
        world.hub.logs[world.devices[1].journal.state.ownLog] = signed
        for _ in 0..<2 { try world.exchange(2) }
        #expect(alarms(world, 2).contains(.contradicted(log)))
    }

    @Test func `records of a machine that is not of the account are not taken`() throws {
        var world = try world()
        var stranger = try World(seed: 43, devices: 3)
        stranger.hub.entries = []
        let thread = stranger.uid()
        try stranger.say("from elsewhere", in: thread, on: 0)
        for _ in 0..<3 { try stranger.exchange(0) }
        // Founded alike, so that only the keys tell them apart.
        let before = world.devices[1].journal.said
        let theirs = try #require(stranger.hub.logs.values.first?.extents.first)
        try world.exchange(1) { answer in
            var batch = theirs.wire
            batch.head.signer = Data(repeating: 5, count: 32)
            answer.batches.append(batch)
        }
        #expect(world.devices[1].journal.said == before)
        #expect(alarms(world, 1).contains(.forged(theirs.log)))
    }

    @Test func `a home folder that was copied becomes two logs, and nothing is lost`() throws {
        var world = try world()
        let thread = world.uid()
        let copy = world.devices[0]
        try world.say("on the first", in: thread, on: 0)
        try world.settle()
        let first = world.devices[0]
        world.devices[0] = copy
        try world.crash(0, losing: 0)
        try world.say("on the copy", in: thread, on: 0)
        try world.settle()
        #expect(world.devices[0].journal.state.ownLog != first.journal.state.ownLog)
        #expect(Oracle.check(world, isHonest: true) == [])
        #expect(first.journal.wrote.isSubset(of: world.devices[0].journal.said))
    }

    @Test func `a clock ten years ahead does not win over who wrote after it was seen`() throws {
        var world = try world()
        let thread = world.uid()
        world.devices[0].clockOffset = 315_360_000_000
        try world.set(RegisterField.title, of: thread, to: "from 2035", on: 0)
        try world.settle()
        try world.set(RegisterField.title, of: thread, to: "from today", on: 1)
        try world.settle()
        let name = RegisterName(entity: thread, field: RegisterField.title)
        for index in 0..<3 {
            #expect(world.devices[index].journal.merged.registers[name]?.value.value == .text("from today"))
        }
    }

    @Test func `what is purged leaves the hub and every device, also a device that was away`() throws {
        var world = try world()
        let thread = world.uid()
        let question = try world.say("the words", in: thread, on: 0)
        try world.settle()
        // The third continues it while it is away.
        try world.say("an answer to the words", in: thread, after: question, on: 2)
        try world.purge(question, on: 1)
        for _ in 0..<4 {
            try world.exchange(1)
            try world.exchange(0)
        }
        try world.settle()
        #expect(Oracle.check(world, isHonest: true) == [])
        #expect(!world.hub.holdsPurged)
        for index in 0..<3 {
            #expect(world.devices[index].journal.merged.things[question] == nil)
            let log = world.devices[0].journal.state.ownLog
            #expect(world.devices[index].journal.logs[log]?.records.contains { $0.isPurged } == true)
        }
    }
}
