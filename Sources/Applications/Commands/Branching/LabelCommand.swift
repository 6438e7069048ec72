import ArgumentParser
import ConversationService
import ConversationStorage
import Conversations

struct LabelCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "label", abstract: "Name a message, and with it its branch.",
        discussion: """
            A label names one message of a thread: THREAD:LABEL stands wherever a message does.
            "keep" is different: many may have it, and what has it is always sent to the model.
            """)

    @Argument(
        help: ArgumentHelp("Which; a thread alone is its tip.", valueName: "message"),
        completion: CompletionKind.threads)
    var which: String

    @Argument(help: ArgumentHelp("The label.", valueName: "name"))
    var name: String

    @Flag(help: "Take the label away.")
    var remove = false

    @OptionGroup(title: "Everywhere") var common: EverywhereOptions

    func run() async throws {
        let context = try CommandContext(common)
        if !remove { try NameRules.checkLabel(name) }
        let service = try await context.writingService()
        let address = try await service.address(which)
        guard let message = address.message else {
            throw CommandFailure(
                .usage, code: "empty_thread",
                "nothing was said in \(address.thread.handle) yet, so there is nothing to label.")
        }
        if remove {
            let labels = try await service.vault.labels(in: address.thread.id)[message] ?? []
            guard labels.contains(name) else {
                let has = labels.isEmpty ? "It has none." : "It has: \(labels.joined(separator: ", "))."
                throw CommandFailure(.noSuch, code: "no_label", "that message has no label \"\(name)\". \(has)")
            }
        }
        try await service.vault.label(message, name, removing: remove)
        let placed = try await service.placed(message, in: address.thread)
        if common.json {
            context.console.json(placed.json)
        } else {
            context.console.note(
                "\(remove ? "No longer \"\(name)\"" : "\(address.thread.handle):\(name)"): \(placed.address) \(context.console.quoted(placed.message.firstWords))"
            )
        }
    }
}
