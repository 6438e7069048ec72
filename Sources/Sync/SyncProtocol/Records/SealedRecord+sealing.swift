package import Conversations
import Crypto
import FoundationEssentials

extension SealedRecord {
    /// Seals a record's bytes for one place in one log; nowhere else will it open.
    ///
    /// - Parameter nonce: twelve random bytes, never used before under this key.
    package init(
        sealing content: [UInt8], at sequence: UInt64, of log: LogID, in account: AccountID, with key: EpochKey,
        nonce: [UInt8]
    ) throws(SyncError) {
        let (flags, packed) = RecordPacking.pack(content)
        let data = Self.associatedData(account: account, log: log, sequence: sequence, flags: flags, epoch: key.epoch)
        guard packed.count <= SyncLimits.recordBytes - 64,
            let box = try? AES.GCM.seal(
                packed, using: key.logKey(log, in: account), nonce: AES.GCM.Nonce(data: nonce), authenticating: data),
            let body = box.combined
        else {
            throw SyncError(
                .tooLarge, "a message is too long to be sent to other machines (1 MiB, packed). It stays here.")
        }
        self.init(flags: flags, epoch: key.epoch, body: Array(body))
    }

    /// The record's bytes.
    ///
    /// - Throws: `notAuthentic` where it was sealed for another place or anything of it was changed, `malformed` where it
    ///   was purged, `newerVersion` where a newer version packed it.
    package func open(
        at sequence: UInt64, of log: LogID, in account: AccountID, with key: EpochKey
    ) throws(SyncError)
        -> [UInt8]
    {
        guard let body else { throw SyncError(.malformed, "a record that was purged cannot be read.") }
        let data = Self.associatedData(account: account, log: log, sequence: sequence, flags: flags, epoch: epoch)
        guard let box = try? AES.GCM.SealedBox(combined: body),
            let packed = try? AES.GCM.open(box, using: key.logKey(log, in: account), authenticating: data)
        else {
            throw SyncError(
                .notAuthentic, "a record is not as its device sealed it: the hub or the way to it changed it.")
        }
        return try RecordPacking.unpack(Array(packed), flags)
    }

    private static func associatedData(
        account: AccountID, log: LogID, sequence: UInt64, flags: Flags, epoch: UInt32
    ) -> [UInt8] {
        var data = Array("diwan record 1".utf8)
        data.append(contentsOf: account.bytes)
        data.append(contentsOf: log.bytes)
        data.append(bigEndian: sequence)
        data.append(flags.rawValue)
        data.append(bigEndian: epoch)
        return data
    }
}
