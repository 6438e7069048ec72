import Conversations
import FoundationEssentials
import SwiftProtobuf
import Testing

@testable import SyncProtocol

@Suite struct MergeTests {
    private static func log(_ number: UInt8) -> LogID { LogID(bytes: [UInt8](repeating: number, count: 16))! }
    private static func uid(_ number: Int) -> [UInt8] { [UInt8](repeating: 0, count: 15) + [UInt8(number)] }

    /// Records that contradict each other in every way there is, few enough names that they meet.
    private static func records(_ random: inout SeededRandom) throws -> [(Record, LogID)] {
        try (0..<40).map { index in
            let log = log(UInt8.random(in: 1...3, using: &random))
            let time = HybridTime(rawValue: UInt64.random(in: 0...20, using: &random) << 16)
            let about = uid(Int.random(in: 10...24, using: &random))
            let content: Record.Content
            switch Int.random(in: 0..<20, using: &random) {
            case 0..<9:
                var payload = WireMessagePayload()
                payload.thread = Data(uid(Int.random(in: 1...3, using: &random)))
                if Bool.random(using: &random) { payload.parent = Data(uid(Int.random(in: 10...24, using: &random))) }
                payload.text = "\(Int.random(in: 0...2, using: &random))"
                content = .message(payload)
            case 9..<17:
                var payload = WireRegisterPayload()
                payload.field = Bool.random(using: &random) ? RegisterField.label : RegisterField.trashed
                if Bool.random(using: &random) { payload.value = .integer(Int64(index)) }
                content = .register(payload)
            case 17:
                content = .purge(WirePurgePayload())
            case 18:
                content = .call(
                    WireCallPayload.with { $0.question = Data(uid(Int.random(in: 10...24, using: &random))) })
            default:
                return (try Record(at: time, about: about, .unknown([UInt8(index)]), ofUnknownKind: 99), log)
            }
            return (try Record(at: time, about: about, content), log)
        }
    }

    @Test(arguments: 0..<60)
    func `the same records come to the same state, in any order and however often`(seed: UInt64) throws {
        var random = SeededRandom(seed)
        // A log writes a time once; the records of one stamp are one writing.
        var stamps: Set<Stamp> = []
        let records = try Self.records(&random).filter { stamps.insert(Stamp(time: $0.0.time, log: $0.1)).inserted }
        var first = MergedState()
        for (record, log) in records { first.insert(record, of: log) }
        for _ in 0..<6 {
            var other = MergedState()
            let again = records.shuffled(using: &random) + records.shuffled(using: &random).prefix(10)
            for (record, log) in again.shuffled(using: &random) { other.insert(record, of: log) }
            #expect(other == first)
        }
    }

    @Test func `what was handed on is its first writer's`() throws {
        let (low, high) = (Self.log(1), Self.log(9))
        func title(_ text: String, _ time: UInt64) throws -> Record {
            let payload = WireRegisterPayload.with {
                $0.field = RegisterField.title
                $0.value = .text(text)
            }
            return try Record(at: HybridTime(rawValue: time), about: Self.uid(1), .register(payload))
        }
        let old = try title("old", 5)
        let handedOn = try Record(
            at: HybridTime(rawValue: 900), about: Self.uid(1),
            .republish(
                .with {
                    $0.log = Data(low.bytes)
                    $0.sequence = 1
                    $0.record = Data(old.encoded)
                }))
        var state = MergedState()
        state.insert(try title("new", 6), of: low)
        state.insert(handedOn, of: high)
        let name = RegisterName(entity: Self.uid(1), field: RegisterField.title)
        #expect(state.registers[name]?.value.value == .text("new"))
        var alone = MergedState()
        alone.insert(handedOn, of: high)
        #expect(alone.registers[name]?.stamp == Stamp(time: HybridTime(rawValue: 5), log: low))
    }

    @Test func `a writing after what was seen wins, whatever the clocks say`() {
        let from2040 = HybridTime(at: Timestamp(milliseconds: 2_208_988_800_000))
        let now = MergeRules.time(after: from2040, at: Timestamp(milliseconds: 1_763_900_000_000))
        #expect(MergeRules.replaces(Stamp(time: now, log: Self.log(1)), Stamp(time: from2040, log: Self.log(9))))
        let stamp = Stamp(time: now, log: Self.log(1))
        #expect(!MergeRules.replaces(stamp, stamp))
        #expect(MergeRules.replaces(stamp, nil))
    }

    @Test func `the same name with other content keeps both, with the same content one`() throws {
        func message(_ text: String, _ time: UInt64, _ created: Int64) throws -> Record {
            let time = HybridTime(rawValue: time << 16)
            let payload = WireMessagePayload.with {
                $0.text = text
                $0.createdOffsetMs = created - time.moment.milliseconds
            }
            return try Record(at: time, about: Self.uid(5), .message(payload))
        }
        var state = MergedState()
        state.insert(try message("a", 100, 90), of: Self.log(1))
        state.insert(try message("a", 200, 90), of: Self.log(2))
        #expect(state.things[Self.uid(5)]?.count == 1)
        state.insert(try message("b", 300, 90), of: Self.log(2))
        #expect(state.things[Self.uid(5)]?.count == 2)
    }

    @Test func `activity beats trash, and what was trashed after it stays trashed`() {
        let (before, after) = (HybridTime(rawValue: 1), HybridTime(rawValue: 3))
        let trash = HybridTime(rawValue: 2)
        #expect(MergeRules.isOutOfSight(trashedAt: trash, lastActivity: before))
        #expect(!MergeRules.isOutOfSight(trashedAt: trash, lastActivity: after))
        #expect(MergeRules.isOutOfSight(trashedAt: trash, lastActivity: nil))
        #expect(!MergeRules.isOutOfSight(trashedAt: nil, lastActivity: nil))
    }

    @Test func `a purge takes what continues what it takes, whenever it comes`() {
        let held = [(1, 0), (2, 1), (3, 2), (4, 0)].map { uid, parent in
            PurgeCandidate(uid: Self.uid(uid), thread: Self.uid(100), parent: parent == 0 ? nil : Self.uid(parent))
        }
        let gone = MergeRules.closure(of: [Self.uid(2)], over: held)
        #expect(gone == [Self.uid(2), Self.uid(3)])
        #expect(MergeRules.closure(of: [Self.uid(100)], over: held).count == 5)
        #expect(MergeRules.isPurged(uid: Self.uid(9), thread: nil, parent: Self.uid(3), gone: gone.contains))
        #expect(!MergeRules.isPurged(uid: Self.uid(9), thread: Self.uid(100), parent: Self.uid(1), gone: gone.contains))
    }
}
