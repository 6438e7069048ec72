package import Conversations
import FoundationEssentials
import SwiftProtobuf

/// A device's word that the bodies of some records of a log may be dropped everywhere.
///
/// It names each by its place and its body's digest: after a fork another record may stand in the same place.
package struct PurgeOrder: Hashable, Sendable {
    package let log: LogID
    /// Body digests, their first sixteen bytes, by sequence.
    package let bodies: [UInt64: [UInt8]]
    /// As it travels.
    package let signed: WireSigned

    /// An order to give.
    package init(_ records: [UInt64: SealedRecord], of log: LogID, in account: AccountID, signedBy keys: DeviceKeys)
        throws(SyncError)
    {
        bodies = records.mapValues { Array($0.bodyDigest.prefix(16)) }
        self.log = log
        var statement = WirePurgeStatement()
        statement.log = Data(log.bytes)
        for (sequence, body) in bodies.sorted(by: { $0.key < $1.key }) {
            statement.sequences.append(sequence)
            statement.bodies.append(Data(body))
        }
        guard bodies.count <= SyncLimits.sequencesInPurge, let bytes: [UInt8] = try? statement.serializedBytes() else {
            throw SyncError(.tooLarge, "more was erased at once than one order may name.")
        }
        signed = try WireSigned(signing: bytes, for: .purge, in: account, by: keys)
    }

    /// An order that came, once its signature was found true and its signer in the roster.
    package init(verifying signed: WireSigned, in account: AccountID, _ roster: Roster) throws(SyncError) {
        let signer = try signed.verified(for: .purge, in: account)
        guard roster.devices[signer] != nil else {
            throw SyncError(.notADevice, "something was purged by a machine that is not one of the account's.")
        }
        try self.init(trusting: signed)
    }

    /// An order that was verified before, read back from where this machine keeps it.
    package init(trusting signed: WireSigned) throws(SyncError) {
        guard let statement = try? WirePurgeStatement(serializedBytes: signed.statement),
            let log = LogID(bytes: statement.log), statement.sequences.count <= SyncLimits.sequencesInPurge,
            statement.sequences.count == statement.bodies.count, statement.bodies.allSatisfy({ $0.count == 16 })
        else { throw .cutShort }
        self.log = log
        bodies = Dictionary(
            zip(statement.sequences, statement.bodies.map { Array($0) }), uniquingKeysWith: { first, _ in first })
        self.signed = signed
    }

    /// Whether it names what stands in a place.
    package func names(_ record: SealedRecord, at sequence: UInt64) -> Bool {
        bodies[sequence].map { record.bodyDigest.starts(with: $0) } ?? false
    }
}
