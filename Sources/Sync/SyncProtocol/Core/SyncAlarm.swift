package import Conversations

/// Something a person should hear of: a hub that lies, or one that was restored.
package enum SyncAlarm: Hashable, Sendable {
    /// The hub's storage was wiped or restored. What it lost is pushed again.
    case hubReplaced
    /// A log went two ways: its device was restored or copied. Both are kept.
    case logForked(LogID)
    /// The hub holds less of a log than it said it did, in one life of its storage.
    case rolledBack(LogID)
    /// The hub withholds records that another device saw there.
    case withheld(LogID)
    /// The hub shows this device another log than it showed the device that signed.
    case contradicted(LogID)
    /// Records came that their device did not write, or not in this place.
    case forged(LogID?)
    /// A change of the list of devices came that no device of the account made.
    case forgedRoster
    /// The hub withholds a change of the list of devices.
    case withheldRoster
    /// Something was purged that no device asked to purge.
    case forgedPurge(LogID?)
    /// This device was taken out of the account.
    case revoked
    /// The hub takes no more.
    case overQuota

    /// Whether nothing but a hub that lies, or somebody on the way to it, explains this.
    package var isLie: Bool {
        switch self {
        case .hubReplaced, .logForked, .revoked, .overQuota: false
        default: true
        }
    }
}
