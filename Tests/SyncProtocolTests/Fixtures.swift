import Conversations
import FoundationEssentials

@testable import SyncProtocol

/// Random numbers that are the same in every run: SplitMix64.
struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64
    init(_ seed: UInt64) { state = seed }
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}

/// One device's log with everything it takes to write in it.
struct Writer {
    var random: SeededRandom
    let keys: DeviceKeys
    let log: LogID
    let account: AccountID
    let key: EpochKey

    init(_ seed: UInt64 = 1, account: AccountID? = nil, key: EpochKey? = nil) {
        random = SeededRandom(seed)
        keys = DeviceKeys(seed: [UInt8](random: 64, using: &random))!
        log = LogID(bytes: [UInt8](random: 16, using: &random))!
        self.account = account ?? AccountID(bytes: [UInt8](random: 16, using: &random))!
        self.key = key ?? EpochKey(epoch: 1, using: &random)
    }

    var beginning: ChainHash { ChainHash(beginningOf: log, in: account, ownedBy: keys.key) }

    mutating func uid() -> [UInt8] { [UInt8](random: 16, using: &random) }

    mutating func seal(_ record: Record, at sequence: UInt64) throws -> SealedRecord {
        try SealedRecord(
            sealing: record.encoded, at: sequence, of: log, in: account, with: key,
            nonce: [UInt8](random: 12, using: &random))
    }

    mutating func message(
        _ text: String, thread: [UInt8]? = nil, parent: [UInt8]? = nil, ms: Int64 = 1_763_900_000_000
    )
        throws -> Record
    {
        var payload = WireMessagePayload()
        payload.thread = Data(thread ?? uid())
        if let parent { payload.parent = Data(parent) }
        payload.role = .user
        payload.text = text
        return try Record(at: HybridTime(at: Timestamp(milliseconds: ms)), about: uid(), .message(payload))
    }

    /// A batch of these texts from a place on, signed at its end.
    mutating func batch(_ texts: [String], from first: UInt64 = 1, after previous: ChainHash? = nil) throws -> LogBatch
    {
        var hash = previous ?? beginning
        var records: [SealedRecord] = []
        for (index, text) in texts.enumerated() {
            let sequence = first + UInt64(index)
            let record = try seal(message(text), at: sequence)
            hash = hash.following(record, at: sequence)
            records.append(record)
        }
        let head = try Head(
            log: log, sequence: first + UInt64(texts.count) - 1, hash: hash, hubEpoch: nil, vector: Vector(),
            in: account,
            signedBy: keys)
        return LogBatch(log: log, firstSequence: first, records: records, head: head)
    }
}

/// What a throwing expression throws.
func thrown(_ body: () throws -> Void) -> SyncError.Code? {
    do { try body() } catch let error as SyncError { return error.code } catch { return nil }
    return nil
}
