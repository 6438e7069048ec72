package import Conversations
import FoundationEssentials
import SwiftProtobuf

/// A writer's word for where its log ends, and for what it knew the hub to hold when it said so. Signed, and pushed with
/// every batch: whoever holds two that contradict each other has found out a hub that lies, or a device that was restored.
package struct Head: Hashable, Sendable {
    package let log: LogID
    package let sequence: UInt64
    package let hash: ChainHash
    /// In which life of the hub ``vector`` was true; nil before the first answer.
    package let hubEpoch: HubEpoch?
    package let vector: Vector
    /// How many entries of the roster its writer had.
    package let rosterLength: UInt64
    /// Who signed.
    package let device: DeviceKey
    /// As it travels.
    package let signed: WireSigned

    /// A head to push.
    package init(
        log: LogID, sequence: UInt64, hash: ChainHash, hubEpoch: HubEpoch?, vector: Vector, rosterLength: UInt64 = 0,
        in account: AccountID, signedBy keys: DeviceKeys
    ) throws(SyncError) {
        var statement = WireHeadStatement()
        statement.log = Data(log.bytes)
        statement.sequence = sequence
        statement.hash = Data(hash.bytes)
        statement.hubEpoch = Data(hubEpoch?.bytes ?? [])
        statement.vector = vector.wire
        statement.rosterLength = rosterLength
        guard let bytes: [UInt8] = try? statement.serializedBytes() else { throw .cutShort }
        signed = try WireSigned(signing: bytes, for: .head, in: account, by: keys)
        (self.log, self.sequence, self.hash) = (log, sequence, hash)
        (self.hubEpoch, self.vector, self.rosterLength, device) = (hubEpoch, vector, rosterLength, keys.key)
    }

    /// A head that came, once its signature was found true. Whether its signer is one of the account's devices is for the
    /// roster to say.
    package init(verifying signed: WireSigned, in account: AccountID) throws(SyncError) {
        try self.init(signed, by: try signed.verified(for: .head, in: account))
    }

    /// A head that was verified before, read back from where this machine keeps it.
    package init(trusting signed: WireSigned) throws(SyncError) {
        guard let device = DeviceKey(bytes: signed.signer) else { throw .cutShort }
        try self.init(signed, by: device)
    }

    private init(_ signed: WireSigned, by device: DeviceKey) throws(SyncError) {
        guard let statement = try? WireHeadStatement(serializedBytes: signed.statement),
            let log = LogID(bytes: statement.log), let hash = ChainHash(bytes: statement.hash),
            statement.sequence > 0, statement.sequence < 1 << 62,
            statement.hubEpoch.isEmpty || statement.hubEpoch.count == 16
        else { throw .cutShort }
        (self.log, self.hash, sequence) = (log, hash, statement.sequence)
        hubEpoch = HubEpoch(bytes: statement.hubEpoch)
        vector = try Vector(statement.vector)
        rosterLength = statement.rosterLength
        self.device = device
        self.signed = signed
    }
}
