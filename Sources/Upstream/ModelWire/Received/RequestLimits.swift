/// What a program's request may hold. The number of its bytes is bounded where they come in.
package struct RequestLimits: Sendable, Hashable {
    /// How deep its JSON may be nested. Schemas of tools are the deepest thing that programs send.
    package var maxNesting: Int
    /// How many messages or items it may bring.
    package var maxMessages: Int
    /// How many fields it may have.
    package var maxFields: Int

    package init(maxNesting: Int = 256, maxMessages: Int = 10_000, maxFields: Int = 1_000) {
        self.maxNesting = maxNesting
        self.maxMessages = maxMessages
        self.maxFields = maxFields
    }

    /// The most items that the Conversations API takes at once.
    static let itemsAtOnce = 20
}
