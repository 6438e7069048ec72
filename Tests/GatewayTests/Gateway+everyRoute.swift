import ConversationService

@testable import Gateway

extension Gateway {
    /// Every path of the service.
    static let everyRoute = routes(runs: RunsUnderWay(limit: nil), calls: Runs())
}
