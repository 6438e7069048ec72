import ArgumentParser
import ConversationService
import ConversationStorage
import Conversations

/// Where a question belongs.
struct PlaceOptions: ParsableArguments {
    @Flag(name: .customShort("c"), help: "Go on in the thread last used.")
    var continues = false

    @Option(
        name: .customShort("t"),
        help: ArgumentHelp("Go on in this thread, or branch at this message.", valueName: "thread|message"),
        completion: CompletionKind.threads)
    var thread: String?

    static let optionsWithValue: Set<String> = ["-t"]
    static let flags: Set<String> = ["-c"]

    /// The place these options name.
    func place(in service: ThreadService) async throws -> Question.Place {
        if continues, thread != nil { throw CommandFailure.usage("-c and -t name two threads. Give one of them.") }
        guard let name = continues ? "@" : thread else { return .newThread(tags: [], title: nil) }
        let address = try await service.address(name)
        if address.namesMessage, let message = address.message { return .after(message) }
        return .tip(of: address.thread.id)
    }
}

extension ThreadService {
    /// The thread a place is in; nil for one that is yet to begin.
    func thread(of place: Question.Place) async throws -> ChatThread? {
        switch place {
        case .newThread, .newThreadOfProgram: nil
        case .tip(let id): try await vault.thread(id)
        case .after(let id), .beside(let id), .again(let id), .finishing(let id):
            try await vault.thread(vault.message(id).threadID)
        }
    }
}
