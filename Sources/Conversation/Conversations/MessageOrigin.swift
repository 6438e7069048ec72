/// Which model of which upstream said a message.
package struct MessageOrigin: Hashable, Sendable {
    package var upstream: String
    /// As the call named it.
    package var model: String

    package init(upstream: String, model: String) {
        self.upstream = upstream
        self.model = model
    }
}
