import ArgumentParser
import Foundation
import ModelUpstream

struct UpstreamsLogin: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "login", abstract: "Keeps an upstream's key in a file that only you can read.",
        discussion: "The key is typed unseen, or piped in: pass show work | diwan upstreams login work")

    @Argument(help: "Which upstream.")
    var name: String

    @OptionGroup(title: "Everywhere") var common: EverywhereOptions

    func run() async throws {
        let context = try CommandContext(common)
        let place = ConfigurationPlace(common, environment: context.environment)
        let entry = try context.settings.upstreams.named(name)
        if case .command = entry.upstream.key {
            throw CommandFailure.usage(
                "\(name) takes its key from key_command, which comes before a kept one. First: diwan config set --unset upstreams.\(name).key_command"
            )
        }
        try entry.keyFile.write(try await key(context))
        if common.json {
            let after = try CommandContext(common).settings
            let kept = try after.upstreams.named(name)
            let isListening = kept.isFoundByPort ? LoopbackProbe.isListening(kept.upstream) : nil
            context.console.json(
                UpstreamOverview.line(
                    kept, after, isListening: isListening,
                    isDefault: (try? after.choose())?.upstream.name == name
                ).json)
            return
        }
        context.console.line(
            "Kept in \(place.shown(entry.keyFile.path)); only you can read it. Try it: diwan upstreams test \(name)")
        if let variable = entry.keyEnvironment.first(where: { !(context.environment[$0] ?? "").isEmpty }) {
            context.console.note("\(variable) is set too; the kept key comes before it.")
        }
    }

    private func key(_ context: CommandContext) async throws -> String {
        let console = context.console
        guard console.inputIsTerminal else { return Self.firstLine() }
        let prompt = "Key of \(name) (it is not shown): "
        let typed = try await context.interruption.cancelling { try HiddenLine.read(prompt, console) }
        guard let key = typed else {
            throw CommandFailure(.interrupted, code: "interrupted", "stopped; nothing was kept.")
        }
        return key
    }

    /// The first line of a pipe or a file, as `key_command` has it: password stores keep more below it.
    private static func firstLine() -> String {
        var bytes: [UInt8] = []
        var byte: UInt8 = 0
        while bytes.count < 1 << 16 {
            let count = read(STDIN_FILENO, &byte, 1)
            if count < 0, errno == EINTR { continue }
            guard count == 1, byte != 0x0A else { break }
            bytes.append(byte)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
