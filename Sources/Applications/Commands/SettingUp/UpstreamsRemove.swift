import ArgumentParser
import OrderedJSON

struct UpstreamsRemove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Takes an upstream out of the configuration; threads keep what was said.")

    @Argument(help: "Which upstream.")
    var name: String

    @Flag(help: "Its kept key too.")
    var key = false

    @OptionGroup(title: "Everywhere") var common: EverywhereOptions

    func run() async throws {
        let context = try CommandContext(common)
        let place = ConfigurationPlace(common, environment: context.environment)
        let entry = try context.settings.upstreams.named(name)
        guard entry.isConfigured || (key && entry.hasKeyFile) else {
            let keyHint = entry.hasKeyFile ? " Its kept key: diwan upstreams remove \(name) --key" : ""
            throw CommandFailure.usage(
                "\(name) is built in and \(place.shownFile) says nothing of it, so there is nothing to remove.\(keyHint)"
            )
        }
        // A default that is there no more would stop every question.
        var wasDefault = false
        if entry.isConfigured, !entry.isBuiltIn, context.settings.file.upstream == name {
            wasDefault = try place.editor.unset("upstream")
        }
        let isRemoved = entry.isConfigured ? try place.editor.removeUpstream(name) : false
        let keyIsRemoved = key ? try entry.keyFile.remove() : false
        if common.json {
            context.console.json([
                "object": "removed_upstream", "id": .string(name), "name": .string(name), "removed": .bool(isRemoved),
                "key_removed": .bool(keyIsRemoved), "was_default": .bool(wasDefault),
            ])
            return
        }
        if isRemoved {
            context.console.line(
                entry.isBuiltIn ? "\(name) is as it is built in again." : "Removed \(name) from \(place.shownFile).")
        }
        if keyIsRemoved { context.console.line("Removed its key from \(place.shown(entry.keyFile.path)).") }
        if wasDefault {
            context.console.note("It was the default; now that is the first usable one: diwan upstreams list")
        }
        if entry.hasKeyFile, !key {
            context.console.note(
                "Its key is still in \(place.shown(entry.keyFile.path)). Remove it too: rm \(place.shown(entry.keyFile.path))"
            )
        }
    }
}
