package import Conversations
import Crypto
import FoundationEssentials
import SwiftProtobuf

/// Which devices an account has and which keys it seals with: a chain of signed entries, each allowed by the ones before it.
///
/// A roster is only ever extended. The hub appends by compare-and-set on the last entry's hash, and what it cannot do is
/// make an entry: every one is signed by a device that was in the roster before it. The first is signed by the device that
/// founds the account, and its hash is the account's name.
///
/// - found: the first device, and epoch 1.
/// - admit: one more device, with the keys of the epochs so far left for it. The words on paper are such a device.
/// - revoke: a device is out. What its logs held up to the cuts counts, nothing after; a new epoch begins, whose key is left
///   for every device that stays. A device may take itself out without one.
/// - rotate: a new epoch, whose key is left for every device.
package struct Roster: Sendable {
    /// A device that is or was in.
    package struct Device: Hashable, Sendable {
        package let key: DeviceKey
        package let description: WireRosterDevice
        /// How far its logs count; nil while it is in.
        package fileprivate(set) var cuts: Vector?

        package var isActive: Bool { cuts == nil }
    }

    package let account: AccountID
    package private(set) var entries: [WireSigned] = []
    package private(set) var devices: [DeviceKey: Device] = [:]
    /// The epoch to seal under.
    package private(set) var epoch: UInt32 = 0
    /// The hash of the last entry: what the next one names.
    package private(set) var head: [UInt8] = []
    private var wrapped: [DeviceKey: [WireWrappedKey]] = [:]

    /// An account's roster from its first entry.
    package init(founding entry: WireSigned) throws(SyncError) {
        account = Self.account(foundedBy: entry)
        try append(entry)
    }

    /// A roster that came from elsewhere, checked entry by entry.
    package init(_ entries: [WireSigned], of account: AccountID) throws(SyncError) {
        guard let first = entries.first, Self.account(foundedBy: first) == account else {
            throw SyncError(.notAllowed, "this list of devices is another account's.")
        }
        try self.init(founding: first)
        for entry in entries.dropFirst() { try append(entry) }
    }

    /// A roster that was verified before, read back from where this machine keeps it.
    package init(trusting entries: [WireSigned], of account: AccountID) throws(SyncError) {
        guard let first = entries.first, Self.account(foundedBy: first) == account else {
            throw SyncError(.notAllowed, "the list of devices kept here is damaged. Set sync up again: diwan sync init")
        }
        self.account = account
        for entry in entries {
            guard let signer = DeviceKey(bytes: entry.signer) else { throw .cutShort }
            try append(entry, signedBy: signer)
        }
    }

    package static func account(foundedBy entry: WireSigned) -> AccountID {
        AccountID(bytes: hash(of: entry).prefix(16))!
    }

    package static func hash(of entry: WireSigned) -> [UInt8] {
        Array(SHA256.hash(data: Array("diwan roster entry 1".utf8) + entry.signer + entry.statement))
    }

    /// One more entry, in or not at all.
    ///
    /// - Throws: `brokenChain` where it does not follow the last one, `badSignature`, `notADevice` where its signer is not
    ///   in, `notAllowed` where the rules say no.
    package mutating func append(_ signed: WireSigned) throws(SyncError) {
        try append(signed, signedBy: signed.verified(for: .roster, in: entries.isEmpty ? nil : account))
    }

    private mutating func append(_ signed: WireSigned, signedBy signer: DeviceKey) throws(SyncError) {
        let isFirst = entries.isEmpty
        guard let entry = try? WireRosterEntry(serializedBytes: signed.statement) else { throw .cutShort }
        guard entry.number == entries.count, Array(entry.previous) == head else {
            throw SyncError(.brokenChain, "a change of the list of devices does not follow the last one known here.")
        }
        guard entries.count < SyncLimits.rosterEntries else {
            throw SyncError(.tooLarge, "the list of devices is longer than the protocol allows.")
        }
        guard isFirst || devices[signer]?.isActive == true else {
            throw SyncError(.notADevice, "the list of devices was changed by a machine that is not on it.")
        }
        let subject = DeviceKey(bytes: entry.device.signingKey)
        switch entry.action {
        case .found:
            guard isFirst, let subject, subject == signer, entry.epoch == 1, entry.founding.count == 16 else {
                throw Self.refused
            }
            try admit(subject, entry)
            epoch = 1
        case .admit:
            guard let subject, devices[subject] == nil, devices.count < 1_024 else { throw Self.refused }
            try admit(subject, entry)
        case .revoke:
            guard let subject, devices[subject]?.isActive == true else { throw Self.refused }
            let cuts = try Vector(entry.cuts)
            if entry.epoch == 0 {
                guard signer == subject else { throw Self.refused }
            } else {
                try rotate(entry, among: activeDevices.filter { $0 != subject })
            }
            devices[subject]?.cuts = cuts
        case .rotate:
            try rotate(entry, among: activeDevices)
        case .unspecified, .UNRECOGNIZED:
            throw SyncError(
                .newerVersion, "the list of devices was changed by a newer version. Upgrade, then sync again.")
        }
        entries.append(signed)
        head = Self.hash(of: signed)
    }

    /// The devices that are in, in the order of their keys.
    package var activeDevices: [DeviceKey] {
        devices.values.filter(\.isActive).map(\.key).sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }
    }

    /// Whether a device's word counts at that place in a log.
    package func mayWrite(_ device: DeviceKey, _ log: LogID, at sequence: UInt64) -> Bool {
        guard let device = devices[device] else { return false }
        guard let cuts = device.cuts else { return true }
        return cuts[log].map { sequence <= $0.sequence } ?? false
    }

    /// The keys that were left for a device, opened: of every epoch it may read, beside those it holds already.
    package func epochKeys(
        for keys: DeviceKeys, beside held: [UInt32: EpochKey] = [:]
    ) throws(SyncError)
        -> [UInt32: EpochKey]
    {
        var found = held
        for key in wrapped[keys.key] ?? [] where held[key.epoch] == nil {
            let opened = try key.opened(by: keys)
            found[opened.epoch] = opened
        }
        return found
    }

    private static let refused = SyncError(
        .notAllowed, "a change of the list of devices breaks its rules, so it was not taken.")

    private mutating func admit(_ device: DeviceKey, _ entry: WireRosterEntry) throws(SyncError) {
        guard entry.device.agreementKey.count == 32, entry.device.sealedName.count <= 1_024 else { throw Self.refused }
        for key in entry.keys {
            guard DeviceKey(bytes: key.recipient) == device, (1...max(epoch, 1)).contains(key.epoch) else {
                throw Self.refused
            }
        }
        guard entry.keys.contains(where: { $0.epoch == max(epoch, 1) }) else { throw Self.refused }
        devices[device] = Device(key: device, description: entry.device, cuts: nil)
        wrapped[device] = entry.keys
    }

    private mutating func rotate(_ entry: WireRosterEntry, among staying: [DeviceKey]) throws(SyncError) {
        let recipients = entry.keys.compactMap { DeviceKey(bytes: $0.recipient) }
        guard entry.epoch == epoch + 1, entry.keys.count == staying.count, Set(recipients) == Set(staying),
            entry.keys.allSatisfy({ $0.epoch == entry.epoch })
        else { throw Self.refused }
        for (recipient, key) in zip(recipients, entry.keys) { wrapped[recipient, default: []].append(key) }
        epoch = entry.epoch
    }
}
