import ArgumentParser
import ConversationService
import ConversationStorage
import Conversations
import OrderedJSON

struct EraseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "erase", abstract: "Remove threads or messages for good, index and log included; with a receipt.",
        discussion: """
            A message goes with everything that continues it. Nothing brings it back. Out of sight only: diwan trash
            The receipt names what no erasure here can reach: backups, exports, what the upstream keeps.
            """)

    @Argument(help: ArgumentHelp("Which.", valueName: "thread|message"), completion: CompletionKind.threads)
    var which: [String] = []

    @OptionGroup var found: FoundThreadsOptions
    @OptionGroup(title: "Everywhere") var common: EverywhereOptions

    func run() async throws {
        let context = try CommandContext(common)
        let service = try await context.writingService()
        var threads: [ThreadID] = []
        var messages: [MessageID] = []
        var lines: [String] = []
        for name in try await ThreadSelection(context: context, service: service).names(which, found) {
            let address = try await service.address(name)
            if address.namesMessage, let id = address.message {
                let placed = try await service.placed(id, in: address.thread)
                messages.append(id)
                lines.append(
                    "  \(placed.address)  \(placed.message.speaker): \(context.console.quoted(placed.message.firstWords)) and what continues it"
                )
            } else {
                threads.append(address.thread.id)
                lines.append(
                    ThreadSelection.line(address.thread, context.console)
                        + "  (\(address.thread.messageCount) messages)")
            }
        }
        try Confirmation(console: context.console, isGiven: found.agreement.yes).obtain(
            lines.count == 1 ? "Erase this for good?" : "Erase these \(lines.count) for good?", about: lines)
        let asked = try await questions(in: threads, and: messages, service)
        let bar = WorkBar(console: context.console)
        let receipt = try await service.vault.erase(threads: threads, messages: messages) { bar.show($0) }
        bar.finish()
        let history = ChatPrompt.historyFile(besideVault: context.settings.vaultFile.value)
        let remembers =
            LineHistory(path: history).forget(asked) ? [] : ["what the prompt of chat remembers (\(history))"]
        show(receipt, notReached: receipt.notReached + remembers, context.console)
        guard receipt.isComplete else {
            throw CommandFailure(
                .tryAgain, code: "erasure_pending",
                "the words are out of the vault's tables, but not yet out of its \(receipt.index == .done ? "log" : "index"): \(receipt.remains ?? "another process is reading"). The next command that is let finishes it."
            )
        }
    }

    /// What was typed into the threads and messages: the prompt of `chat` remembers it too.
    private func questions(
        in threads: [ThreadID], and messages: [MessageID], _ service: ThreadService
    ) async throws -> Set<String> {
        var texts: Set<String> = []
        for thread in threads {
            texts.formUnion(try await service.vault.messages(of: thread).filter { $0.role == .user }.map(\.text))
        }
        for message in messages {
            let all = try await service.vault.messages(of: service.vault.message(message).threadID)
            // A message goes with all that continues it; parents come before their children.
            var gone: Set<MessageID> = [message]
            for one in all {
                if one.parentID.map({ gone.contains($0) }) == true { gone.insert(one.id) }
                if gone.contains(one.id), one.role == .user { texts.insert(one.text) }
            }
        }
        return texts
    }

    private func show(_ receipt: ErasureReceipt, notReached: [String], _ console: Console) {
        if common.json {
            console.json(
                .object([
                    "object": "erase", "threads": .int(receipt.threads), "messages": .int(receipt.messages),
                    "calls": .int(receipt.calls), "blobs": .int(receipt.blobs),
                    "index": .string(receipt.index.rawValue), "log": .string(receipt.log.rawValue),
                    "not_reached": .array(notReached.map { .string($0) }),
                ]))
            return
        }
        console.line(
            "Erased \(receipt.threads.grouped) threads, \(receipt.messages.grouped) messages, \(receipt.calls.grouped) calls, \(receipt.blobs.grouped) attachments; index \(receipt.index.rawValue), log \(receipt.log.rawValue)."
        )
        console.line("Not reached: \(notReached.joined(separator: ", ")).")
    }
}
