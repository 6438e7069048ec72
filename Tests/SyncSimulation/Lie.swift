import FoundationEssentials
import SwiftProtobuf
import SyncProtocol

/// What a hub that lies does to an answer.
enum Lie: CaseIterable {
    case flip, swap, splice, truncate, withhold, forgeRoster, forgePurge, dropBody, absurd, rollBack

    /// Tells one; false where the answer holds nothing to lie about.
    static func tell(in answer: inout WireSyncAnswer, using random: inout SeededRandom) -> Bool {
        allCases.randomElement(using: &random)!.tell(in: &answer, using: &random)
    }

    func tell(in answer: inout WireSyncAnswer, using random: inout SeededRandom) -> Bool {
        let batch = answer.batches.indices.randomElement(using: &random)
        switch self {
        case .flip:
            guard let batch, !answer.batches[batch].records.isEmpty else { return false }
            let place = answer.batches[batch].records.indices.randomElement(using: &random)!
            answer.batches[batch].records[place] ^= 1 << UInt8.random(in: 0...7, using: &random)
        case .swap:
            guard let batch, var records = try? SealedRecord.records(in: Array(answer.batches[batch].records)),
                records.count > 1
            else { return false }
            records.swapAt(0, records.count - 1)
            answer.batches[batch].records = Self.bytes(records)
        case .splice:
            guard answer.batches.count > 1 else { return false }
            (answer.batches[0].records, answer.batches[1].records) = (
                answer.batches[1].records, answer.batches[0].records
            )
        case .truncate:
            guard let batch, let records = try? SealedRecord.records(in: Array(answer.batches[batch].records)),
                records.count > 1
            else { return false }
            answer.batches[batch].records = Self.bytes(records.dropLast())
        case .withhold:
            guard let batch else { return false }
            let log = answer.batches[batch].log
            answer.batches.removeAll { $0.log == log }
            answer.heads.removeAll { $0.log == log }
        case .forgeRoster:
            guard var entry = answer.roster.last else { return false }
            entry.statement.append(0)
            answer.roster = [entry]
        case .forgePurge:
            var order = WireSigned()
            order.signer = answer.batches.first?.head.signer ?? Data(repeating: 1, count: 32)
            order.statement = Data([10, 16] + [UInt8](repeating: 1, count: 16))
            order.signature = Data(repeating: 2, count: 64)
            answer.purges.append(order)
        case .dropBody:
            guard let batch, let records = try? SealedRecord.records(in: Array(answer.batches[batch].records)),
                records.contains(where: { !$0.isPurged })
            else { return false }
            answer.batches[batch].records = Self.bytes(records.map(\.purged))
        case .absurd:
            guard let batch else { return false }
            answer.batches[batch].firstSequence = random.next()
            answer.heads.append(
                .with {
                    $0.sequence = .max
                    $0.log = Data(repeating: 3, count: 16)
                })
        case .rollBack:
            guard let head = answer.heads.indices.randomElement(using: &random) else { return false }
            answer.heads[head].sequence = 0
            answer.heads[head].hash = Data()
        }
        return true
    }

    private static func bytes(_ records: some Sequence<SealedRecord>) -> Data {
        var bytes: [UInt8] = []
        for record in records { record.append(to: &bytes) }
        return Data(bytes)
    }
}
