import ArgumentParser
import ConversationService
import ConversationStorage
import Conversations

struct TagCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tag", abstract: "Give threads a tag.",
        usage: "diwan tag [--remove] [-w <query>] [-y] <thread> ... <name>",
        discussion: "diwan list --tag NAME shows the threads that have it.")

    @Argument(
        help: ArgumentHelp("Which threads, then the tag.", valueName: "thread ... name"),
        completion: CompletionKind.threads)
    var words: [String]

    @Flag(help: "Take the tag away.")
    var remove = false

    @OptionGroup var found: FoundThreadsOptions
    @OptionGroup(title: "Everywhere") var common: EverywhereOptions

    func run() async throws {
        let (names, tag) = try Self.read(words, needsThreads: found.query == nil)
        let context = try CommandContext(common)
        let service = try await context.writingService()
        let selection = ThreadSelection(context: context, service: service)
        let chosen = try await selection.threads(
            names, found: found, verb: remove ? "Take #\(tag) from" : "Tag with #\(tag)")
        if remove, let without = chosen.first(where: { !$0.tags.contains(tag) }) {
            let has =
                without.tags.isEmpty
                ? "It has none." : "It has: \(without.tags.map { "#" + $0 }.joined(separator: ", "))."
            throw CommandFailure(
                .noSuch, code: "no_tag", "\(without.handle) has no tag \"\(tag)\". \(has) Nothing was changed.")
        }
        for thread in chosen { try await service.vault.tag(thread.id, tag, removing: remove) }
        try await selection.report(chosen, remove ? "No longer #\(tag)" : "#\(tag)")
    }

    /// The threads and the tag among the words; the tag comes last, with or without its `#`.
    static func read(_ words: [String], needsThreads: Bool = true) throws -> (threads: [String], tag: String) {
        guard words.count > (needsThreads ? 1 : 0), let last = words.last else {
            throw CommandFailure.usage("tag takes one or more threads and then a name, as: diwan tag k3f9 work")
        }
        let tag = last.hasPrefix("#") ? String(last.dropFirst()) : last
        try NameRules.checkTag(tag)
        return (Array(words.dropLast()), tag)
    }
}
