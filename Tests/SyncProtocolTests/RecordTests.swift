import Conversations
import FoundationEssentials
import SwiftProtobuf
import Testing

@testable import SyncProtocol

@Suite struct RecordTests {
    @Test func `a kind that is not known goes through byte for byte`() throws {
        var writer = Writer()
        let record = try Record(
            at: HybridTime(rawValue: 77), about: [1, 2, 3], .unknown([0xFF, 0, 0x80]), ofUnknownKind: 4_711)
        let sealed = try writer.seal(record, at: 1)
        let again = try Record(
            encoded: sealed.open(at: 1, of: writer.log, in: writer.account, with: writer.key))
        #expect(again.encoded == record.encoded)
        #expect(again.kind.rawValue == 4_711 && again.content == .unknown([0xFF, 0, 0x80]))
    }

    @Test func `fields that are not known stay in a record and in its payload`() throws {
        // Field 900, a text, after a message's own fields and after a record's.
        let unknown: [UInt8] = [0xA2, 0x38, 0x02, 0x68, 0x69]
        var wire = WireRecord()
        wire.kind = 1
        wire.entity = Data(repeating: 9, count: 16)
        wire.payload = Data(unknown)
        let bytes = try wire.serializedBytes() as [UInt8] + unknown
        let record = try Record(encoded: bytes)
        #expect(record.encoded == bytes)
        guard case .message(let message) = record.content else {
            Issue.record("not a message")
            return
        }
        #expect(try message.serializedBytes() == unknown)
        let republished = WireRepublishPayload.with { $0.record = Data(record.encoded) }
        #expect(Array(republished.record) == bytes)
    }

    @Test func `a register that was cleared is not one that is empty`() throws {
        var empty = WireRegisterPayload()
        empty.value = .text("")
        let cleared = try Record(
            at: HybridTime(rawValue: 1), about: [UInt8](repeating: 1, count: 16), .register(.init()))
        let blank = try Record(at: HybridTime(rawValue: 1), about: [UInt8](repeating: 1, count: 16), .register(empty))
        guard case .register(let one) = try Record(encoded: cleared.encoded).content,
            case .register(let other) = try Record(encoded: blank.encoded).content
        else {
            Issue.record("not registers")
            return
        }
        #expect(one.value == nil && other.value == .text(""))
    }

    @Test func `what a record says can be read as JSON`() throws {
        var writer = Writer()
        let record = try writer.message("hello")
        guard case .message(let message) = record.content else { return }
        #expect(try message.jsonString().contains(#""text":"hello""#))
        let answer = WireSyncAnswer.with { $0.version = 1 }
        #expect(try WireSyncAnswer(jsonString: answer.jsonString()) == answer)
    }

    @Test func `whatever bytes come, a decoder answers or throws`() throws {
        var writer = Writer(5)
        let batch = try writer.batch(["a", "b", "c"])
        let whole: [UInt8] = try batch.wire.serializedBytes()
        let record = try writer.message("hello").encoded
        for round in 0..<3_000 {
            var bytes = round % 2 == 0 ? whole : record
            switch round % 3 {
            case 0: bytes = Array(bytes.prefix(Int.random(in: 0..<bytes.count, using: &writer.random)))
            case 1:
                for _ in 0..<4 {
                    bytes[Int.random(in: 0..<bytes.count, using: &writer.random)] = UInt8.random(
                        in: 0...255, using: &writer.random)
                }
            default: bytes = [UInt8](random: round % 200, using: &writer.random)
            }
            if let wire = try? WireBatch(serializedBytes: bytes),
                let got = try? LogBatch(verifying: wire, in: writer.account)
            {
                if (try? got.hashes(after: writer.beginning)) != nil { #expect(got.records == batch.records) }
            }
            if let record = try? Record(encoded: bytes) { #expect(record.encoded == bytes) }
            if let records = try? SealedRecord.records(in: bytes) { #expect(records.count <= bytes.count) }
        }
    }

    @Test func `absurd lengths are refused before anything is made of them`() {
        let long: [UInt8] = [0, 1, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F]
        #expect(thrown { _ = try SealedRecord.records(in: long) } == .tooLarge)
        let padded: [UInt8] = [0, 0x81, 0x00]
        #expect(thrown { _ = try SealedRecord.records(in: padded) } == .malformed)
        let short: [UInt8] = [0, 1, 40] + [UInt8](repeating: 0, count: 39)
        #expect(thrown { _ = try SealedRecord.records(in: short) } == .malformed)
        let stub: [UInt8] = [0x80, 1, 31] + [UInt8](repeating: 0, count: 31)
        #expect(thrown { _ = try SealedRecord.records(in: stub) } == .malformed)
    }
}
