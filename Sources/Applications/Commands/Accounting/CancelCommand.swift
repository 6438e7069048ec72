import ArgumentParser
import ConversationService
import ConversationStorage
import Conversations

struct CancelCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel", abstract: "End a call that is under way; what has come of the answer is kept.")

    @Argument(
        help: ArgumentHelp("Which; the one under way if left out.", valueName: "call"),
        completion: CompletionKind.threads)
    var which: String?

    @OptionGroup(title: "Everywhere") var common: EverywhereOptions

    func run() async throws {
        let context = try CommandContext(common)
        let service = try context.service(for: .writing)
        let call = try await CallChoice(service: service).call(named: which, otherwise: nil)
        guard !call.status.isFinal else {
            throw CommandFailure(
                .failed, code: "call_is_over",
                "\(call.handle) has ended already (\(call.status.rawValue)). See: diwan call \(call.handle)")
        }
        let ended = try await service.cancel(call.id)
        // Whoever ended it need not be told that it came in.
        try await service.vault.noteSeen([call.id], at: CommandContext.now())
        if common.json {
            context.console.json(ended.json(pricedBy: context.settings.models))
            return
        }
        var words = 0
        for id in ended.messageIDs {
            words += try await service.vault.message(id).text.split(whereSeparator: \.isWhitespace).count
        }
        let thread = try await service.vault.thread(ended.threadID)
        let kept =
            words == 0
            ? "nothing of an answer had come" : "what had come, \(words) word\(words == 1 ? "" : "s"), is kept"
        context.console.note(
            ended.status == .cancelled
                ? "Ended \(ended.handle); \(kept): diwan show \(thread.handle)"
                : "\(ended.handle) had ended by itself just now (\(ended.status.rawValue)): diwan show \(thread.handle)"
        )
    }
}
