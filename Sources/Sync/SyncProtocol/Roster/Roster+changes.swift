import Conversations
import FoundationEssentials
import SwiftProtobuf

// The entries a device writes. Each names the last one known, so of two written at once the hub takes one, and the other's
// writer looks again.
extension Roster {
    /// The entry that founds an account, and its first key.
    package static func found(
        by keys: DeviceKeys, name: [UInt8] = [], using randomness: inout some RandomNumberGenerator
    )
        throws(SyncError) -> (entry: WireSigned, key: EpochKey)
    {
        let key = EpochKey(epoch: 1, using: &randomness)
        var entry = WireRosterEntry()
        entry.action = .found
        entry.device = keys.device(sealedName: name)
        entry.epoch = 1
        entry.founding = Data([UInt8](random: 16, using: &randomness))
        entry.keys = [try WireWrappedKey(key, for: entry.device)]
        return (try sign(entry, in: nil, by: keys), key)
    }

    /// Admits a device, leaving it the keys of all epochs.
    package func admitting(
        _ device: WireRosterDevice, holding epochs: some Collection<EpochKey>, by keys: DeviceKeys
    )
        throws(SyncError) -> WireSigned
    {
        var entry = next(.admit)
        entry.device = device
        for key in epochs { entry.keys.append(try WireWrappedKey(key, for: device)) }
        return try Self.sign(entry, in: account, by: keys)
    }

    /// Takes a device out and begins an epoch without it. Only a device that has all there is may do this: `cuts` says how
    /// far the logs of the device that goes count.
    package func revoking(
        _ device: DeviceKey, cuts: Vector, by keys: DeviceKeys, using randomness: inout some RandomNumberGenerator
    ) throws(SyncError) -> (entry: WireSigned, key: EpochKey) {
        var entry = next(.revoke)
        entry.device.signingKey = Data(device.bytes)
        entry.cuts = cuts.wire
        let key = EpochKey(epoch: epoch + 1, using: &randomness)
        try leave(key, for: activeDevices.filter { $0 != device }, in: &entry)
        return (try Self.sign(entry, in: account, by: keys), key)
    }

    /// Takes the device out that signs, with what it has written.
    package func leaving(cuts: Vector, by keys: DeviceKeys) throws(SyncError) -> WireSigned {
        var entry = next(.revoke)
        entry.device.signingKey = Data(keys.key.bytes)
        entry.cuts = cuts.wire
        return try Self.sign(entry, in: account, by: keys)
    }

    /// Begins an epoch.
    package func rotating(
        by keys: DeviceKeys, using randomness: inout some RandomNumberGenerator
    ) throws(SyncError)
        -> (entry: WireSigned, key: EpochKey)
    {
        var entry = next(.rotate)
        let key = EpochKey(epoch: epoch + 1, using: &randomness)
        try leave(key, for: activeDevices, in: &entry)
        return (try Self.sign(entry, in: account, by: keys), key)
    }

    private func next(_ action: WireRosterAction) -> WireRosterEntry {
        var entry = WireRosterEntry()
        entry.number = UInt64(entries.count)
        entry.previous = Data(head)
        entry.action = action
        return entry
    }

    private func leave(_ key: EpochKey, for recipients: [DeviceKey], in entry: inout WireRosterEntry) throws(SyncError)
    {
        entry.epoch = key.epoch
        for recipient in recipients {
            guard let device = devices[recipient] else { continue }
            entry.keys.append(try WireWrappedKey(key, for: device.description))
        }
    }

    private static func sign(
        _ entry: WireRosterEntry, in account: AccountID?, by keys: DeviceKeys
    ) throws(SyncError)
        -> WireSigned
    {
        guard let bytes: [UInt8] = try? entry.serializedBytes() else { throw .cutShort }
        return try WireSigned(signing: bytes, for: .roster, in: account, by: keys)
    }
}
