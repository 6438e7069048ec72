import ConversationService
import ConversationStorage
import Conversations
import Foundation
import HTTPTransport
import Logging
import ModelUpstream
import Synchronization

/// What a command has to work with: the settings, the vault, the service, the terminal. Made once, at the edge.
struct CommandContext {
    let settings: Settings
    let console: Console
    let environment: [String: String]
    let interruption = Interruption()
    private let transport: CurlTransport
    private let logger: Logger

    init(
        _ options: EverywhereOptions, whom: ModelOptions? = nil, contextMode: String? = nil, isFileNeeded: Bool = true
    ) throws {
        environment = ProcessInfo.processInfo.environment
        console = Console(environment: environment, isQuiet: options.quiet, printsJSON: options.json)
        settings = try Settings.read(
            flags: SettingsFlags(
                config: options.config, vault: options.vault, upstream: whom?.upstream, model: whom?.model,
                context: contextMode),
            environment: environment, home: environment["HOME"] ?? NSHomeDirectory(), isFileNeeded: isFileNeeded)
        var logger = Logger(label: "diwan") { StreamLogHandler.standardError(label: $0) }
        // A person's terminal is no place for a library's log; DIWAN_LOG asks for one.
        logger.logLevel = environment["DIWAN_LOG"].flatMap { Logger.Level(rawValue: $0) } ?? .critical
        self.logger = logger
        transport = CurlTransport(logger: logger)
    }

    /// The moment it is.
    static func now() -> Timestamp { Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)) }

    /// The service on the vault, opened to write; what processes that are gone left there is put in order first.
    func writingService() async throws -> ThreadService {
        let service = try service(for: .writing)
        try await recover(service)
        try await ArrivedAnswers(context: self).tell(service)
        return service
    }

    /// The service on the vault, opened to look. If a process that is gone left an answer half done, it is put in order
    /// first, and only then is anything written.
    func readingService() async throws -> ThreadService {
        let service = try service(for: .reading)
        guard try await service.vault.callsUnderWay().contains(where: { !$0.isAlive }) else {
            try await ArrivedAnswers(context: self).tell(service)
            return service
        }
        service.vault.close()
        let writing = try self.service(for: .writing)
        try await recover(writing)
        try await ArrivedAnswers(context: self).tell(writing)
        return writing
    }

    private func recover(_ service: ThreadService) async throws {
        var replays: Set<ReplayID> = []
        for id in try await service.recoverInterrupted() {
            let call = try await service.vault.call(id)
            if let replay = call.replayID {
                if replays.insert(replay).inserted {
                    let handle = try await service.vault.replay(replay).handle
                    console.note("The replay \(handle) was cut off. Go on with it: diwan replay --resume \(handle)")
                }
                continue
            }
            let thread = try await service.vault.thread(call.threadID)
            if let answer = call.messageIDs.first {
                try await CutAnswer(context: self, service: service).noteTold(answer)
            }
            console.note(
                call.messageIDs.isEmpty
                    ? "A question in \(thread.handle) was left without its answer. Ask it again: diwan retry \(thread.handle)"
                    : "An answer in \(thread.handle) was cut off; what had come is kept. Go on with it: diwan finish \(thread.handle), or ask again: diwan retry \(thread.handle)"
            )
        }
    }

    /// The service on the vault, as it lies there.
    func service(for access: Vault.Access) throws -> ThreadService {
        service(on: try Vault(file: settings.vaultFile.value, for: access))
    }

    /// The service on some vault.
    func service(on vault: Vault) -> ThreadService {
        OpenVaults.note(vault)
        return ThreadService(
            vault: vault, client: ModelClient(transport: transport, logger: logger), logger: logger, now: Self.now)
    }

    /// The service on a vault of its own that is thrown away: nothing of what is asked there is kept.
    func unsavedService() throws -> ThreadService {
        let folder = FileManager.default.temporaryDirectory.appending(path: "diwan-\(UUID().uuidString)").path
        return service(on: try Vault(file: folder + "/vault.db", for: .writing))
    }

    /// Calls to upstreams that belong to no thread: lists of models.
    var client: ModelClient { ModelClient(transport: transport, logger: logger) }
}
