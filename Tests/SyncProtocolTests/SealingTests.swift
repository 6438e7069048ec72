import Conversations
import FoundationEssentials
import Testing

@testable import SyncProtocol

@Suite struct SealingTests {
    @Test func `what is sealed opens in its place and says the same`() throws {
        var writer = Writer()
        let record = try writer.message("the quick brown fox")
        let sealed = try writer.seal(record, at: 7)
        let opened = try sealed.open(at: 7, of: writer.log, in: writer.account, with: writer.key)
        #expect(opened == record.encoded)
        #expect(try Record(encoded: opened) == record)
    }

    @Test func `a record opens in no other place, log, account, epoch, packing`() throws {
        var writer = Writer()
        let sealed = try writer.seal(writer.message("the quick brown fox"), at: 7)
        let other = Writer(2)
        let epoch = try #require(EpochKey(epoch: 2, bytes: writer.key.bytes))
        let repacked = SealedRecord(flags: .packed, epoch: 1, body: try #require(sealed.body))
        let later = SealedRecord(flags: sealed.flags, epoch: 2, body: try #require(sealed.body))
        let (log, account, key) = (writer.log, writer.account, writer.key)
        #expect(thrown { _ = try sealed.open(at: 8, of: log, in: account, with: key) } == .notAuthentic)
        #expect(thrown { _ = try sealed.open(at: 7, of: other.log, in: account, with: key) } == .notAuthentic)
        #expect(thrown { _ = try sealed.open(at: 7, of: log, in: other.account, with: key) } == .notAuthentic)
        #expect(thrown { _ = try sealed.open(at: 7, of: log, in: account, with: epoch) } == .notAuthentic)
        #expect(thrown { _ = try repacked.open(at: 7, of: log, in: account, with: key) } == .notAuthentic)
        #expect(thrown { _ = try later.open(at: 7, of: log, in: account, with: key) } == .notAuthentic)
    }

    /// Each part of the associated data by itself: with a key that is bound to nothing, nothing else could refuse.
    @Test func `the seal itself is bound to sequence, flags and epoch`() throws {
        var writer = Writer()
        let sealed = try writer.seal(writer.message("yes"), at: 1)
        let body = try #require(sealed.body)
        for place in [2, 1 << 40] as [UInt64] {
            #expect(
                thrown { _ = try sealed.open(at: place, of: writer.log, in: writer.account, with: writer.key) }
                    == .notAuthentic)
        }
        let flagged = SealedRecord(flags: .packed, epoch: 1, body: body)
        #expect(
            thrown { _ = try flagged.open(at: 1, of: writer.log, in: writer.account, with: writer.key) }
                == .notAuthentic)
    }

    @Test func `a changed bit anywhere in the body does not open`() throws {
        var writer = Writer()
        let sealed = try writer.seal(writer.message("yes"), at: 1)
        for index in try #require(sealed.body).indices {
            var body = try #require(sealed.body)
            body[index] ^= 1
            let changed = SealedRecord(flags: sealed.flags, epoch: sealed.epoch, body: body)
            #expect(
                thrown { _ = try changed.open(at: 1, of: writer.log, in: writer.account, with: writer.key) }
                    == .notAuthentic)
        }
    }

    @Test func `two devices' logs have different keys in one epoch`() {
        let writer = Writer()
        let other = Writer(2, account: writer.account, key: writer.key)
        #expect(writer.key.logKey(writer.log, in: writer.account) != writer.key.logKey(other.log, in: writer.account))
    }

    @Test func `a short message costs about a hundred bytes over its words`() throws {
        var writer = Writer()
        let words = "Yes, please do that."
        let record = try writer.message(words, parent: writer.uid())
        let sealed = try writer.seal(record, at: 1)
        #expect(sealed.byteCount - words.utf8.count <= 106)
    }

    @Test func `a kilobyte of prose travels in two thirds of one`() throws {
        let prose = """
            Keeping a journal is one of the simplest habits that a person can take up, and one of the hardest to keep. The \
            trick that worked for my grandmother was to write a single line each evening, about nothing in particular: the \
            weather over the harbour, what the baker had told her, how many of the pears were ripe. After forty years she \
            had four shelves of notebooks, and when we read them aloud last winter the whole street seemed to be in the \
            room. If you would like to start, do not buy an expensive notebook. Take whatever paper is nearest, write the \
            date at the top, and put down one thing you noticed today that you would not have noticed a year ago. Tomorrow \
            do the same. If you miss a day, leave no gap and make no apology; the page does not mind. What matters is that \
            the distance between living and writing stays short, so that the small things are caught before they go. In a \
            month you will find that you walk more slowly, because part of you is already looking for the sentence.
            """
        var writer = Writer()
        let words = String(prose.prefix(1_000))
        let sealed = try writer.seal(writer.message(words, parent: writer.uid()), at: 1)
        #expect(sealed.byteCount <= 667, "\(sealed.byteCount) bytes")
    }

    @Test(arguments: [0, 1, 47, 48, 1_000, 20_000, 300_000])
    func `records of any length come back, packed where that helps`(count: Int) throws {
        var writer = Writer()
        let record = try writer.message(String(repeating: "abcdefghij ", count: count / 11 + 1))
        let sealed = try writer.seal(record, at: 3)
        #expect(try sealed.open(at: 3, of: writer.log, in: writer.account, with: writer.key) == record.encoded)
        #expect(sealed.byteCount < record.encoded.count + 40)
    }

    @Test func `noise is not packed`() throws {
        var writer = Writer()
        let noise = [UInt8](random: 5_000, using: &writer.random)
        let sealed = try writer.seal(
            Record(at: HybridTime(rawValue: 1), about: writer.uid(), .unknown(noise), ofUnknownKind: 99), at: 1)
        #expect(sealed.flags == .plain)
    }

    @Test func `a packed record that claims to unfold without end is refused`() throws {
        var writer = Writer()
        let big = [UInt8](repeating: 7, count: SyncLimits.unpackedBytes + 1)
        let sealed = try SealedRecord(
            sealing: big, at: 1, of: writer.log, in: writer.account, with: writer.key,
            nonce: [UInt8](random: 12, using: &writer.random))
        #expect(
            thrown { _ = try sealed.open(at: 1, of: writer.log, in: writer.account, with: writer.key) } == .malformed)
    }

    @Test func `what is too long to send is refused with words`() throws {
        var writer = Writer()
        let noise = [UInt8](random: 1 << 20, using: &writer.random)
        let error = thrown {
            _ = try SealedRecord(
                sealing: noise, at: 1, of: writer.log, in: writer.account, with: writer.key,
                nonce: [UInt8](repeating: 0, count: 12))
        }
        #expect(error == .tooLarge)
    }
}
