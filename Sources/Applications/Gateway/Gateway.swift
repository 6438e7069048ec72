package import ConversationService
package import Conversations
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdCore
package import Logging
import NIOCore
import ServiceLifecycle
import UnixSignals

/// The OpenAI-compatible service: HTTP on one side, a ``ThreadService`` on the other.
package struct Gateway: Sendable {
    /// What the service needs of whoever starts it.
    package struct Parts: Sendable {
        package var settings: GatewaySettings
        /// The service on its own vault.
        package var service: ThreadService
        /// Which upstream a model's name goes to.
        package var models: ModelDirectory
        /// What models cost.
        package var prices: any ModelPrices
        /// Our own key of a digest, also a revoked one.
        package var findKey: @Sendable (KeyDigest) async throws -> ProgramKey?
        /// Opens another person's vault.
        package var openVault: @Sendable (String) async throws -> ThreadService
        /// For the lines it logs.
        package var logger: Logger

        package init(
            settings: GatewaySettings, service: ThreadService, models: ModelDirectory, prices: any ModelPrices,
            findKey: @escaping @Sendable (KeyDigest) async throws -> ProgramKey?,
            openVault: @escaping @Sendable (String) async throws -> ThreadService, logger: Logger
        ) {
            self.settings = settings
            self.service = service
            self.models = models
            self.prices = prices
            self.findKey = findKey
            self.openVault = openVault
            self.logger = logger
        }
    }

    /// Where it listens.
    package enum Listening: Sendable, Hashable {
        case tcp(host: String, port: Int)
        case socket(path: String)
    }

    private let parts: Parts
    /// The answers on their way.
    private let calls = Runs()

    private let moreRoutes: [Route]

    package init(_ parts: Parts) { self.init(parts, moreRoutes: []) }

    /// - Parameter moreRoutes: what a test answers beside the service's own paths.
    init(_ parts: Parts, moreRoutes: [Route]) {
        self.parts = parts
        self.moreRoutes = moreRoutes
    }

    /// Serves until it is told to end: by SIGTERM or SIGINT where `signals` is true, by the graceful shutdown of the group
    /// it runs in, or by cancellation.
    ///
    /// Told to end, it takes no more connections; answers that are under way may go on for the settings' grace.
    ///
    /// - Parameters:
    ///   - signals: whether SIGTERM and SIGINT end it.
    ///   - companions: what goes on beside it.
    ///   - listening: called once, when requests can come.
    /// - Throws: ``GatewayError`` where it cannot listen.
    package func run(
        signals: Bool = true, beside companions: [Companion] = [],
        listening: @escaping @Sendable (Listening) async -> Void = { _ in }
    ) async throws {
        let services = companions.map(CompanionService.init)
        let application = Application(
            responder: responder(), server: .http1(configuration: channel), configuration: try bound(),
            onServerRunning: { channel in
                let place = self.place(of: channel)
                await listening(place)
                for service in services { service.begin(place) }
            }, logger: quiet)
        var configuration = ServiceGroupConfiguration(
            services: services.map(\.configuration) + [
                .init(service: application, successTerminationBehavior: .gracefullyShutdownGroup)
            ], gracefulShutdownSignals: signals ? [.sigterm, .sigint] : [], logger: quiet)
        configuration.maximumGracefulShutdownDuration = parts.settings.grace
        do {
            try await ServiceGroup(configuration: configuration).run()
            await calls.finish(within: parts.settings.grace)
        } catch is CancellationError {
            // The grace was over.
            await calls.finish(within: .zero)
        } catch let error as IOError {
            throw GatewayError(error, address: parts.settings.address)
        }
    }

    private func responder() -> GatewayResponder {
        let settings = parts.settings
        let runs = RunsUnderWay(limit: settings.limits.runsUnderWay)
        let context = GatewayContext(
            settings: settings, service: parts.service, models: parts.models, prices: parts.prices,
            metrics: GatewayMetrics(),
            logger: parts.logger)
        return GatewayResponder(
            gateway: context, routes: RouteTable(routes: Self.routes(runs: runs, calls: calls) + moreRoutes),
            pages: WebPageCheck(settings),
            callers: CallerCheck(settings: settings, find: parts.findKey),
            rate: RequestRate(perMinute: settings.limits.requestsPerMinute), runs: runs,
            vaults: CallerVaults(own: parts.service, open: parts.openVault), log: AccessLog(logger: parts.logger))
    }

    /// Every path there is, but for what a test adds.
    static func routes(runs: RunsUnderWay, calls: Runs) -> [Route] {
        let maker = CallMaker(runs: calls, repeated: RepeatedRequests())
        return OpenAPIDocument.routes + HealthEndpoints.routes(runs: runs) + ModelsEndpoint.routes
            + EmbeddingsEndpoint.routes
            + MeasuringEndpoints().routes + ResponsesEndpoints(maker: maker).routes + ChatEndpoints(maker: maker).routes
            + ConversationsEndpoints().routes + DiwanEndpoints.routes
    }

    private var channel: HTTP1Channel.Configuration {
        let limits = parts.settings.limits
        return HTTP1Channel.Configuration(
            additionalChannelHandlers: [ConnectionWatch(limits: limits)], idleTimeout: TimeAmount(limits.idle),
            httpDecoderConfiguration: .init(
                maxHeaderFieldSize: limits.headerBytes, maxHeaderListSize: limits.headerBytes, maxHeaderFieldCount: 200)
        )
    }

    private func bound() throws(GatewayError) -> ApplicationConfiguration {
        switch parts.settings.address {
        case .tcp(let host, let port):
            return ApplicationConfiguration(address: .hostname(host, port: port), backlog: 1024)
        case .socket(let path):
            try SocketFile.makeRoom(at: path)
            return ApplicationConfiguration(address: .unixDomainSocket(path: path), backlog: 1024)
        }
    }

    private func place(of channel: any Channel) -> Listening {
        switch parts.settings.address {
        case .tcp(let host, let port): .tcp(host: host, port: channel.localAddress?.port ?? port)
        case .socket(let path): .socket(path: path)
        }
    }

    /// The server's own lines are about its inside.
    private var quiet: Logger {
        var logger = parts.logger
        if logger.logLevel > .debug { logger.logLevel = max(logger.logLevel, .error) }
        return logger
    }
}
