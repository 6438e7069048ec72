import Conversations
import FoundationEssentials
import Testing

@testable import SyncProtocol

@Suite struct ChainTests {
    @Test func `a batch that was tampered with does not lead to what its writer signed`() throws {
        var writer = Writer()
        let batch = try writer.batch(["a", "b", "c"])
        #expect(try batch.hashes(after: writer.beginning).count == 3)
        func tampered(_ records: [SealedRecord]) -> LogBatch {
            LogBatch(log: batch.log, firstSequence: 1, records: records, head: batch.head)
        }
        var flipped = batch.records
        var body = try #require(flipped[1].body)
        body[20] ^= 1
        flipped[1] = SealedRecord(flags: flipped[1].flags, epoch: 1, body: body)
        var swapped = batch.records
        swapped.swapAt(0, 1)
        let reflagged = batch.records.map { SealedRecord(flags: .packed, epoch: $0.epoch, body: $0.body!) }
        let redated = batch.records.map { SealedRecord(flags: $0.flags, epoch: 2, body: $0.body!) }
        for records in [flipped, swapped, reflagged, redated] {
            #expect(thrown { _ = try tampered(records).hashes(after: writer.beginning) } == .brokenChain)
        }
        #expect(thrown { _ = try batch.hashes(after: Writer(2).beginning) } == .brokenChain)
    }

    @Test func `a log begins with its account, its name and its device`() {
        let (one, other) = (Writer(1), Writer(2))
        let begin = one.beginning
        #expect(begin != ChainHash(beginningOf: other.log, in: one.account, ownedBy: one.keys.key))
        #expect(begin != ChainHash(beginningOf: one.log, in: other.account, ownedBy: one.keys.key))
        #expect(begin != ChainHash(beginningOf: one.log, in: one.account, ownedBy: other.keys.key))
    }

    @Test func `the same record at another place has another hash`() throws {
        var writer = Writer()
        let sealed = try writer.seal(writer.message("a"), at: 1)
        #expect(writer.beginning.following(sealed, at: 1) != writer.beginning.following(sealed, at: 2))
    }

    @Test func `a purged record keeps its place in the chain and on the wire`() throws {
        var writer = Writer()
        let batch = try writer.batch(["a", "b", "c"])
        let without = LogBatch(
            log: batch.log, firstSequence: 1, records: [batch.records[0], batch.records[1].purged, batch.records[2]],
            head: batch.head)
        let again = try LogBatch(verifying: without.wire, in: writer.account)
        #expect(again.records[1].isPurged)
        #expect(try again.hashes(after: writer.beginning) == batch.hashes(after: writer.beginning))
    }

    @Test func `a head is its signer's, for its account, as it was signed`() throws {
        var writer = Writer()
        let batch = try writer.batch(["a"])
        let signed = batch.head.signed
        #expect(try Head(verifying: signed, in: writer.account) == batch.head)
        var changed = signed
        changed.statement[changed.statement.count - 1] ^= 1
        var other = signed
        other.signer = Data(Writer(2).keys.key.bytes)
        #expect(thrown { _ = try Head(verifying: changed, in: writer.account) } == .badSignature)
        #expect(thrown { _ = try Head(verifying: other, in: writer.account) } == .badSignature)
        #expect(thrown { _ = try Head(verifying: signed, in: Writer(2).account) } == .badSignature)
        #expect(thrown { _ = try signed.verified(for: .purge, in: writer.account) } == .badSignature)
    }

    @Test func `the digest of a set does not know an order, and every record counts`() throws {
        var writer = Writer()
        let hashes = try writer.batch(["a", "b", "c", "d"]).hashes(after: writer.beginning)
        var (forth, back) = (RecordSetDigest(), RecordSetDigest())
        for (index, hash) in hashes.enumerated() { forth.insert(hash, at: UInt64(index + 1), of: writer.log) }
        for (index, hash) in hashes.enumerated().reversed() { back.insert(hash, at: UInt64(index + 1), of: writer.log) }
        #expect(forth == back && forth != RecordSetDigest())
        #expect(RecordSetDigest(bytes: forth.bytes) == forth)
        back.remove(hashes[2], at: 3, of: writer.log)
        #expect(forth != back)
    }
}
