import ConversationService
import ConversationStorage
import Conversations
import Foundation
import HTTPTransport
import Logging
import ModelUpstream
import Synchronization

@testable import Gateway

/// The service on a port of its own and a vault of its own, for the length of a test.
struct RunningGateway: Sendable {
    let port: Int
    let service: ThreadService
    let log: LoggedLines
    /// Ends the service as a signal would; returns when it has ended.
    let end: @Sendable () async throws -> Void

    static func with<Value: Sendable>(
        upstreams: [Upstream] = [], routes: [Route] = [],
        _ change: (inout GatewaySettings) -> Void = { _ in },
        work: @Sendable (RunningGateway) async throws -> Value
    ) async throws -> Value {
        let folder = NSTemporaryDirectory() + "diwan-gateway-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let log = LoggedLines()
        let logger = Logger(label: "test") { _ in log }
        let transport = CurlTransport(logger: logger)
        defer { transport.shutdown() }
        let vault = try Vault(file: folder + "/vault.db", for: .writing)
        defer { vault.close() }
        let service = ThreadService(
            vault: vault, client: ModelClient(transport: transport, logger: logger, sleep: { _ in }), logger: logger,
            now: { Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)) })
        var settings = GatewaySettings()
        settings.address = .tcp(host: "127.0.0.1", port: 0)
        settings.grace = .seconds(20)
        change(&settings)
        let gateway = Gateway(
            Gateway.Parts(
                settings: settings, service: service,
                models: ModelDirectory(service: service, configuration: TestUpstreams(namedUpstreams: upstreams)),
                prices: TestPrices(),
                findKey: { try await service.program($0) },
                openVault: { file in
                    ThreadService(
                        vault: try Vault(file: file, for: .writing),
                        client: ModelClient(transport: transport, logger: logger), logger: logger, now: service.now)
                }, logger: logger), moreRoutes: routes)
        let (ends, end) = AsyncStream<Void>.makeStream()
        let (places, place) = AsyncStream<Gateway.Listening>.makeStream()
        let running = Task {
            defer { place.finish() }
            try await gateway.run(
                signals: false,
                beside: [Companion(endsService: true) { _ in for await _ in ends { return } }]
            ) { place.yield($0) }
        }
        guard case .tcp(_, let port)? = await places.first(where: { _ in true }) else {
            try await running.value
            throw CancellationError()
        }
        let here = RunningGateway(port: port, service: service, log: log) {
            end.yield()
            try await running.value
        }
        do {
            let value = try await work(here)
            running.cancel()
            _ = await running.result
            return value
        } catch {
            running.cancel()
            _ = await running.result
            throw error
        }
    }
}

/// Upstreams as a test has them: the first is the usual one.
struct TestUpstreams: UpstreamConfiguration {
    let namedUpstreams: [Upstream]
    var usableUpstreams: [Upstream] { namedUpstreams }

    func usualTarget() throws -> (upstream: Upstream, model: String?) {
        guard let first = namedUpstreams.first else { throw ServiceError.usage("there is nobody to ask.") }
        return (first, first.model)
    }
    func usualModel(of upstream: Upstream) -> String? { upstream.model }
    func key(of upstream: Upstream) throws -> APIKey? { APIKey(secret: "sk-upstream-SECRET", origin: "test") }
    func documentedModels(of upstream: String) -> [String] { [] }
    func inputLimit(of model: String, at upstream: String, listed: Int?) -> Int? { listed }
    func kindsTaken(by model: String, at upstream: String) -> Set<String>? { nil }
}

/// Every model costs two dollars for a million tokens, of which one is half as much where it was cached.
struct TestPrices: ModelPrices {
    func price(of model: String, at upstream: String) -> ModelPrice? {
        ModelPrice(rates: TokenRates(input: 2, output: 2, cached: 1), currency: "USD", source: "test", date: nil)
    }
}

/// Every line that was logged, with all that goes with it.
final class LoggedLines: LogHandler {
    private let lines = Mutex<[String]>([])
    var text: String { lines.withLock { $0.joined(separator: "\n") } }

    // The logger's own copies are not needed: a test looks at the lines.
    var metadata: Logger.Metadata {
        get { [:] }
        set {}
    }
    var logLevel: Logger.Level {
        get { .trace }
        set {}
    }
    subscript(metadataKey _: String) -> Logger.Metadata.Value? {
        get { nil }
        set {}
    }

    func log(event: LogEvent) {
        lines.withLock { $0.append("\(event.level) \(event.message) \(event.metadata ?? [:])") }
    }
}
