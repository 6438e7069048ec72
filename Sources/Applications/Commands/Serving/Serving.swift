import ConversationService
import ConversationStorage
import Conversations
import Foundation
import Gateway
import Logging
import OrderedJSON

/// The service as the command line runs it: until it is told to end, or until one program has.
struct Serving {
    let context: CommandContext
    let settings: GatewaySettings
    let service: ThreadService

    /// Serves until SIGTERM or Ctrl-C.
    func run() async throws {
        try await serve(settings, isLogged: true, signals: true, beside: [housekeeping]) { place in
            announce(place)
        }
    }

    /// Serves one program, and ends the command with its exit code.
    func run(_ command: [String]) async throws {
        let program = ServedProgram(command, environment: context.environment)
        var settings = settings
        settings.passes[program.digest] = program.name
        let companion = Companion(endsService: true) { place in
            guard case .tcp(let host, let port) = place else { return }
            try await program.run(baseURL: Self.baseURL(host, port))
        }
        try await serve(settings, isLogged: false, signals: false, beside: [companion]) { _ in }
        try program.end()
    }

    private func serve(
        _ settings: GatewaySettings, isLogged: Bool, signals: Bool, beside companions: [Companion],
        listening: @escaping @Sendable (Gateway.Listening) async -> Void
    ) async throws {
        let context = context
        let parts = Gateway.Parts(
            settings: settings, service: service,
            models: ModelDirectory(service: service, configuration: context.settings),
            prices: context.settings.models,
            findKey: { digest in
                guard let key = try await service.program(digest) else { return nil }
                if key.revokedAt == nil { try await service.noteUse(of: key) }
                return key
            },
            openVault: { file in
                let other = try context.service(on: Vault(file: file, for: .writing))
                try await other.recoverInterrupted()
                return other
            },
            logger: logger(isLogged: isLogged))
        // A socket is made with the permissions that are left.
        if case .socket = settings.address { umask(0o177) }
        do {
            try await Gateway(parts).run(signals: signals, beside: companions, listening: listening)
        } catch let error as GatewayError {
            throw CommandFailure(
                error.code == .inUse ? .failed : .configuration,
                code: error.code == .inUse ? "address_in_use" : "cannot_listen", error.message)
        }
        if case .socket(let path) = settings.address { unlink(path) }
    }

    /// Canaries that are due, and the events of answers that nobody goes on reading, once a minute.
    private var housekeeping: Companion {
        let (context, service) = (context, service)
        return Companion { _ in
            let keepsEvents = context.settings.keepEvents.value
            while !Task.isCancelled {
                try? await service.runDueCanaries(
                    target: { try await CanaryRunCommand.target(of: $0, context, service) },
                    label: { CanaryRunCommand.label($0) }, keepsEvents: keepsEvents
                ) { _, _ in }
                if !keepsEvents {
                    let hourAgo = Timestamp(milliseconds: service.now().milliseconds - 3_600_000)
                    try? await service.vault.dropEvents(ofCallsEndedBefore: hourAgo)
                }
                try await Task.sleep(for: .seconds(60))
            }
        }
    }

    private func announce(_ place: Gateway.Listening) {
        let console = context.console
        switch place {
        case .tcp(let host, let port):
            let url = Self.baseURL(host, port)
            if console.printsJSON {
                console.json(["object": "service", "url": .string(url), "socket": nil])
                return
            }
            let key = settings.needsKey || !settings.isLocal ? "KEY        # one of: diwan keys add NAME" : "my-program"
            console.line("export OPENAI_BASE_URL=\(url)")
            console.line("export OPENAI_API_KEY=\(key)")
            console.note("Serving \(context.settings.vaultFile.value). Ctrl-C ends it.")
        case .socket(let path):
            if console.printsJSON {
                console.json(["object": "service", "url": nil, "socket": .string(path)])
                return
            }
            console.line("curl --unix-socket \(ServiceUnit.quoted(path)) http://localhost/v1/models")
            console.note("Serving \(context.settings.vaultFile.value). Ctrl-C ends it.")
        }
    }

    static func baseURL(_ host: String, _ port: Int) -> String {
        // Whoever listens everywhere is reached here under its own name.
        let reached = host == "0.0.0.0" || host == "::" ? "127.0.0.1" : host
        return "http://\(reached.contains(":") ? "[\(reached)]" : reached):\(port)/v1"
    }

    private func logger(isLogged: Bool) -> Logger {
        var logger = Logger(label: "diwan.serve") { StreamLogHandler.standardError(label: $0) }
        let usual: Logger.Level = isLogged && !context.console.isQuiet ? .info : .critical
        logger.logLevel = context.environment["DIWAN_LOG"].flatMap { Logger.Level(rawValue: $0) } ?? usual
        return logger
    }
}
