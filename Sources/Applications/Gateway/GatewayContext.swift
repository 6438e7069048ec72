import ConversationService
import Conversations
import Logging

/// What every endpoint has to work with.
struct GatewayContext: Sendable {
    let settings: GatewaySettings
    /// The service's own vault.
    let service: ThreadService
    let models: ModelDirectory
    let prices: any ModelPrices
    let metrics: GatewayMetrics
    let logger: Logger
}
