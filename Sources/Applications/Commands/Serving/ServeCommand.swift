import ArgumentParser
import ConversationService
import ConversationStorage
import Conversations
import Foundation
import Gateway
import OrderedJSON

/// `diwan serve`: the API that programs already speak.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Serve the OpenAI API to programs, and keep what they say.",
        discussion: """
            A program that talks to OpenAI talks to Diwan when its base URL says so; what it asks goes to your upstreams and \
            is kept in the vault. With a command behind --, the service is that program's alone: it is started with its \
            address and a key of its own, and serve ends with it. On this machine any key is taken, and a plain word names \
            the program: diwan search from:notes. Other machines need a key: diwan keys add NAME. Settings: [serve] in the \
            configuration.
            """)

    @Option(help: ArgumentHelp("The address to listen on (127.0.0.1).", valueName: "address"))
    var host: String?

    @Option(help: ArgumentHelp("The port to listen on (4141); 0 for any that is free.", valueName: "number"))
    var port: String?

    @Option(help: ArgumentHelp("Listen on a socket in the file system instead.", valueName: "path"))
    var socket: String?

    @Flag(help: "Take only programs that show a key of ours, also from this machine.")
    var requireKey = false

    @Flag(help: "Print a unit for systemd that runs it whenever you are logged in, and serve nothing.")
    var printUnit = false

    @Argument(
        parsing: .postTerminator, help: ArgumentHelp("A program to serve alone.", valueName: "command"))
    var command: [String] = []

    @OptionGroup(title: "Everywhere") var common: EverywhereOptions

    func run() async throws {
        let context = try CommandContext(common)
        var settings = GatewaySettings(try given(context))
        if requireKey { settings.needsKey = true }
        if printUnit { return context.console.write(try ServiceUnit(settings, context: context).text) }
        if !command.isEmpty {
            guard socket == nil else {
                throw CommandFailure.usage("a program is given a port of its own; leave --socket out.")
            }
            if port == nil { settings.address = .tcp(host: GatewaySettings.usualHost, port: 0) }
        }
        let service = try context.service(for: .writing)
        try await service.recoverInterrupted()
        if !settings.isLocal { try await checkKeys(settings, service) }
        OpenFiles.allowMany()
        let serving = Serving(context: context, settings: settings, service: service)
        if command.isEmpty {
            try await serving.run()
        } else {
            try await serving.run(command)
        }
    }

    /// What the configuration says, and the flags that hold before it.
    private func given(_ context: CommandContext) throws -> ConfiguredService {
        var said = context.settings.file.service
        if let socket {
            guard host == nil, port == nil else {
                throw CommandFailure.usage("--socket takes the place of --host and --port; leave those out.")
            }
            said.socket = (socket as NSString).standardizingPath
            if !socket.hasPrefix("/") {
                said.socket = FileManager.default.currentDirectoryPath + "/" + socket
            }
        } else if host != nil || port != nil || !command.isEmpty {
            said.socket = nil
        }
        if let host { said.host = host }
        if let port {
            guard let number = Int(port), (0...65535).contains(number) else {
                throw CommandFailure.usage("--port must be 0 to 65535, not \(port).")
            }
            said.port = number
        }
        return said
    }

    private func checkKeys(_ settings: GatewaySettings, _ service: ThreadService) async throws {
        guard try await service.programs().contains(where: { $0.revokedAt == nil }) else {
            throw CommandFailure(
                .configuration, code: "no_keys",
                "other machines could reach it, and no program has a key yet. First: diwan keys add NAME")
        }
    }
}
