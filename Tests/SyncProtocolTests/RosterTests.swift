import Conversations
import FoundationEssentials
import SwiftProtobuf
import Testing

@testable import SyncProtocol

@Suite struct RosterTests {
    var random = SeededRandom(11)
    let founder: DeviceKeys
    let second: DeviceKeys
    let stranger: DeviceKeys
    var roster: Roster
    let key: EpochKey

    init() throws {
        founder = DeviceKeys(seed: [UInt8](random: 64, using: &random))!
        second = DeviceKeys(seed: [UInt8](random: 64, using: &random))!
        stranger = DeviceKeys(seed: [UInt8](random: 64, using: &random))!
        let (entry, key) = try Roster.found(by: founder, using: &random)
        roster = try Roster(founding: entry)
        self.key = key
        try roster.append(roster.admitting(second.device(), holding: [key], by: founder))
    }

    @Test func `a device that was admitted opens the key that was left for it, and nobody else does`() throws {
        #expect(try roster.epochKeys(for: second) == [1: key])
        #expect(try roster.epochKeys(for: founder) == [1: key])
        #expect(try roster.epochKeys(for: stranger).isEmpty)
        let again = try Roster(roster.entries, of: roster.account)
        #expect(again.head == roster.head && again.activeDevices.count == 2)
    }

    @Test func `revoking begins an epoch that the revoked device cannot read`() throws {
        var (roster, random) = (roster, random)
        let log = LogID(bytes: [UInt8](repeating: 3, count: 16))!
        let cuts = Vector([log: LogPosition(sequence: 5, hash: [UInt8](repeating: 0, count: 16))])
        let (entry, next) = try roster.revoking(second.key, cuts: cuts, by: founder, using: &random)
        try roster.append(entry)
        #expect(roster.epoch == 2)
        #expect(try roster.epochKeys(for: founder) == [1: key, 2: next])
        #expect(try roster.epochKeys(for: second) == [1: key])
        #expect(roster.mayWrite(second.key, log, at: 5))
        #expect(!roster.mayWrite(second.key, log, at: 6))
        #expect(!roster.mayWrite(second.key, LogID(bytes: [UInt8](repeating: 4, count: 16))!, at: 1))
        let more = try roster.admitting(stranger.device(), holding: [next], by: second)
        #expect(thrown { try roster.append(more) } == .notADevice)
    }

    @Test func `only a device of the roster changes it, and only after the last change`() throws {
        var (roster, random) = (roster, random)
        let forged = try roster.admitting(stranger.device(), holding: [key], by: stranger)
        #expect(thrown { try roster.append(forged) } == .notADevice)
        let one = try roster.rotating(by: founder, using: &random).entry
        let other = try roster.rotating(by: second, using: &random).entry
        try roster.append(one)
        #expect(thrown { try roster.append(other) } == .brokenChain)
        var changed = one
        changed.signature[3] ^= 1
        var before = self.roster
        #expect(thrown { try before.append(changed) } == .badSignature)
        #expect(before.head == self.roster.head)
    }

    @Test func `a new epoch is left for every device or is none`() throws {
        var (roster, random) = (roster, random)
        let (whole, key) = try roster.rotating(by: founder, using: &random)
        var entry = try WireRosterEntry(serializedBytes: whole.statement)
        entry.keys.removeLast()
        let partial = try WireSigned(signing: entry.serializedBytes(), for: .roster, in: roster.account, by: founder)
        #expect(thrown { try roster.append(partial) } == .notAllowed)
        entry.keys = [try WireWrappedKey(key, for: stranger.device())]
        let elsewhere = try WireSigned(signing: entry.serializedBytes(), for: .roster, in: roster.account, by: founder)
        #expect(thrown { try roster.append(elsewhere) } == .notAllowed)
        try roster.append(whole)
    }

    @Test func `an account is named by who founded it`() throws {
        var random = random
        let (entry, _) = try Roster.found(by: stranger, using: &random)
        #expect(thrown { _ = try Roster([entry], of: roster.account) } == .notAllowed)
        #expect(Roster.account(foundedBy: entry) != roster.account)
    }

    @Test func `the words on paper read everything and let a new device in`() throws {
        var (roster, random) = (roster, random)
        let phrase = RecoveryPhrase(using: &random)
        try roster.append(roster.admitting(phrase.keys.device(isRecovery: true), holding: [key], by: founder))
        let rotated = try roster.rotating(by: founder, using: &random)
        try roster.append(rotated.entry)
        let typed = try RecoveryPhrase(phrase.words.joined(separator: " "))
        #expect(try roster.epochKeys(for: typed.keys) == [1: key, 2: rotated.key])
        let keys = try roster.epochKeys(for: typed.keys).values
        try roster.append(roster.admitting(stranger.device(), holding: Array(keys), by: typed.keys))
        #expect(try roster.epochKeys(for: stranger) == [1: key, 2: rotated.key])
    }

    @Test func `a device takes itself out`() throws {
        var roster = roster
        try roster.append(roster.leaving(cuts: Vector(), by: second))
        #expect(roster.activeDevices == [founder.key] && roster.epoch == 1)
    }
}
