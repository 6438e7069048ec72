package import Conversations

/// Who asks.
package struct Caller: Sendable, Hashable {
    /// What the program is called: `from:NAME` in search.
    package var name: String
    /// The key it showed, where that is one of ours.
    package var keyID: ProgramKey.ID?
    /// Whether it sees everything in its vault; else only what it began itself.
    package var seesAll: Bool
    /// The file of its vault; nil for the service's own.
    package var vaultFile: String?
    /// What becomes of its calls when it goes away.
    package var onDisconnect: DisconnectRule

    package init(
        name: String, keyID: ProgramKey.ID? = nil, seesAll: Bool, vaultFile: String? = nil, onDisconnect: DisconnectRule
    ) {
        self.name = name
        self.keyID = keyID
        self.seesAll = seesAll
        self.vaultFile = vaultFile
        self.onDisconnect = onDisconnect
    }
}
