package import Conversations

/// Where a hub keeps accounts: opaque bytes with names.
///
/// Every question names the account first, so that accounts can lie on different machines. Writes are compare-and-sets that
/// either happen whole or answer false: any number of hubs may share one storage. In production it stands on SQLite or
/// PostgreSQL; an extent is a pushed batch, and extents may be merged in the background by concatenation as long as each
/// ends at a head that its writer signed and stays below ``SyncLimits/recordsInBatch`` and ``SyncLimits/answerBytes``.
package protocol HubStorage {
    /// The name of this life of the storage: made at random with it, and again when it is restored from a copy.
    var epoch: HubEpoch { get }
    /// Empty where there is no such account.
    func roster(of account: AccountID) -> [WireSigned]
    func heads(of account: AccountID) -> [LogID: LogHead]
    func hash(of log: LogID, in account: AccountID, at sequence: UInt64) -> ChainHash?
    /// The extent that holds the record after a place, whole.
    func extent(of log: LogID, in account: AccountID, after sequence: UInt64) -> WireBatch?
    func purges(of account: AccountID, after count: Int, limit: Int) -> [WireSigned]
    func purgeCount(of account: AccountID) -> Int
    func byteCount(of account: AccountID) -> Int

    /// Appends where the log's head is still the one expected (nil: there is no such log yet).
    mutating func append(_ batch: LogBatch, _ hashes: [ChainHash], to account: AccountID, expecting head: LogHead?) -> Bool
    /// Appends where the roster is still so long.
    mutating func append(_ entry: WireSigned, toRosterOf account: AccountID, expecting length: Int) -> Bool
    /// Keeps an order, once, and puts digests in the place of the bodies that it names, also of those that come later.
    mutating func purge(_ order: PurgeOrder, in account: AccountID)
}
