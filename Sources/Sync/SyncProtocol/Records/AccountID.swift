package import Conversations

/// What the devices of one person share.
package enum SyncAccount {}

/// Names an account: the first sixteen bytes of the SHA-256 of the roster entry that founded it, so that nobody can put
/// another founder in its place.
package typealias AccountID = Identifier<SyncAccount>

/// One life of a hub's storage: a hub that was wiped or restored has another than it had, one that lies has not.
package enum HubLife {}

/// The random name a hub gives its storage when that is made or restored.
package typealias HubEpoch = Identifier<HubLife>
