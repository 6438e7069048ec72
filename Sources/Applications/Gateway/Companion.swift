import ServiceLifecycle

/// Something that goes on beside the service: from when requests can come until it ends.
package struct Companion: Sendable {
    /// Whether the service ends when this has.
    let endsService: Bool
    let run: @Sendable (Gateway.Listening) async throws -> Void

    /// - Parameter run: cancelled when the service ends.
    package init(
        endsService: Bool = false, run: @escaping @Sendable (Gateway.Listening) async throws -> Void
    ) {
        self.endsService = endsService
        self.run = run
    }
}

/// A companion in the group of services.
struct CompanionService: Service {
    private let companion: Companion
    private let places: AsyncStream<Gateway.Listening>
    private let place: AsyncStream<Gateway.Listening>.Continuation

    init(_ companion: Companion) {
        self.companion = companion
        (places, place) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    var configuration: ServiceGroupConfiguration.ServiceConfiguration {
        .init(
            service: self,
            successTerminationBehavior: companion.endsService ? .gracefullyShutdownGroup : .ignore)
    }

    func begin(_ place: Gateway.Listening) { self.place.yield(place) }

    func run() async throws {
        try await cancelWhenGracefulShutdown {
            do {
                for await place in places { return try await companion.run(place) }
            } catch is CancellationError {
                // It was told to end and did. Thrown on, it would be a failure that cuts every open answer.
            }
        }
    }
}
