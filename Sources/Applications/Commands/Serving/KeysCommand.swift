import ArgumentParser
import ConversationService
import ConversationStorage
import Conversations
import Foundation
import OrderedJSON

/// `diwan keys`: which programs may ask, and what they see.
struct KeysCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys", abstract: "The keys of programs that ask diwan serve.",
        discussion:
            "A program with a key writes into this vault and sees only what it began itself. Diwan keeps a key's digest, never the key.",
        subcommands: [KeysAdd.self, KeysList.self, KeysRevoke.self], defaultSubcommand: KeysList.self)
}

struct KeysAdd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Makes a key for a program and prints it, once.")

    @Argument(help: "What the program is called: from:NAME in search.")
    var name: String

    @Flag(help: "It sees everything in the vault: for a program of your own.")
    var all = false

    @Option(help: ArgumentHelp("It writes into a vault of its own: for somebody else.", valueName: "file"))
    var writesTo: String?

    @Option(
        help: ArgumentHelp(
            "What becomes of an answer when the program goes away: finish or cancel.", valueName: "finish|cancel"))
    var onDisconnect: String?

    @OptionGroup(title: "Everywhere") var common: EverywhereOptions

    func run() async throws {
        let context = try CommandContext(common)
        var rule: DisconnectRule?
        if let onDisconnect {
            guard let known = DisconnectRule(rawValue: onDisconnect) else {
                throw CommandFailure.usage("--on-disconnect must be finish or cancel, not \(onDisconnect).")
            }
            rule = known
        }
        let service = try await context.writingService()
        let secret = ProgramSecret.make()
        let key = try await service.addProgram(
            name, key: secret, seesAll: all, vaultFile: try writesTo.map { try vault($0, context) },
            onDisconnect: rule)
        if common.json {
            var json = key.json
            json["key"] = .string(secret)
            context.console.json(.object(json))
            return
        }
        context.console.line(secret)
        context.console.note(
            "This is the only time that the key of \(name) is shown. Revoke it: diwan keys revoke \(name)")
    }

    /// The other vault, opened once, so that a mistake shows now and not when the program asks.
    private func vault(_ path: String, _ context: CommandContext) throws -> String {
        let file = URL(fileURLWithPath: (path as NSString).expandingTildeInPath).standardizedFileURL.path
        guard file != context.settings.vaultFile.value else {
            throw CommandFailure.usage("that is this vault. Leave --writes-to out.")
        }
        _ = try context.service(on: Vault(file: file, for: .writing))
        return file
    }
}

struct KeysList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "The programs that have a key, what they see, when they last asked.")

    @OptionGroup(title: "Everywhere") var common: EverywhereOptions

    func run() async throws {
        let context = try CommandContext(common)
        let keys = try await context.readingService().programs()
        if keys.isEmpty, !common.json {
            context.console.note(
                "No program has a key. On this machine none is needed; for others: diwan keys add NAME")
        }
        let width = keys.map { TerminalText.columns(of: $0.name) }.max() ?? 0
        for key in keys {
            if common.json {
                context.console.json(.object(key.json))
                continue
            }
            let sees = key.vaultFile.map { "writes to \($0)" } ?? (key.seesAll ? "sees everything" : "sees its own")
            let used =
                key.usedAt.map { "last asked \(RelativeDate.text(for: $0.date, now: CommandContext.now().date))" }
                ?? "never asked"
            let state = key.revokedAt == nil ? used : "revoked"
            let name = key.name + String(repeating: " ", count: width - TerminalText.columns(of: key.name))
            context.console.line("\(name)  \(sees)  \(context.console.style.dim(state))")
        }
    }
}

struct KeysRevoke: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke", abstract: "Takes a program's key back. What the program wrote stays.")

    @Argument(help: "Which program.")
    var name: String

    @OptionGroup(title: "Everywhere") var common: EverywhereOptions

    func run() async throws {
        let context = try CommandContext(common)
        let service = try await context.writingService()
        let isRevoked = try await service.revokeProgram(name)
        if common.json {
            context.console.json(["object": "revoked_key", "name": .string(name), "revoked": .bool(isRevoked)])
        } else {
            context.console.line(
                isRevoked ? "The key of \(name) opens nothing any more." : "The key of \(name) was revoked before.")
        }
    }
}

extension ProgramKey {
    fileprivate var json: JSONObject {
        [
            "object": "program_key", "id": .string(String(id.row)), "name": .string(name), "sees_all": .bool(seesAll),
            "writes_to": .optional(vaultFile), "on_disconnect": .optional(onDisconnect?.rawValue),
            "created_at": .optional(createdAt), "used_at": .optional(usedAt), "revoked_at": .optional(revokedAt),
        ]
    }
}
