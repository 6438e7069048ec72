import ArgumentParser
import ConversationService
import ConversationStorage
import Foundation
import OrderedJSON

struct BackupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup", abstract: "Copy the vault, whole and checked, while others go on writing.",
        discussion: "The copy is a vault: diwan list --vault FILE. To go back to it, put it in the vault's place.")

    @Argument(help: ArgumentHelp("Where to.", valueName: "file"), completion: .file())
    var file: String

    @Flag(name: .shortAndLong, help: "Replace a file that is there.")
    var yes = false

    @OptionGroup(title: "Everywhere") var common: EverywhereOptions

    func run() async throws {
        let context = try CommandContext(common)
        let service = try await context.readingService()
        let bar = WorkBar(console: context.console)
        let path = (file as NSString).expandingTildeInPath
        try await service.vault.backup(to: path, replacing: yes) { bar.show($0) }
        bar.finish()
        let bytes = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
        if common.json {
            context.console.json(["object": "backup", "file": .string(path), "bytes": .int(bytes)])
        } else {
            context.console.line("\(path)  \(ByteCount.text(bytes))")
        }
    }
}

/// Bytes as a person reads them.
enum ByteCount {
    static func text(_ bytes: Int) -> String {
        switch bytes {
        case ..<1000: "\(bytes) B"
        case ..<1_000_000: String(format: "%.1f kB", Double(bytes) / 1e3)
        case ..<1_000_000_000: String(format: "%.1f MB", Double(bytes) / 1e6)
        default: String(format: "%.2f GB", Double(bytes) / 1e9)
        }
    }
}
