import ConversationService
import ConversationStorage
import Conversations

/// The paths that are to be asked again: the tip's of each thread, or the one to a message.
struct ReplayOrigins {
    struct Origin {
        let thread: ChatThread
        let message: MessageID
    }

    let context: CommandContext
    let service: ThreadService

    func find(_ names: [String], _ found: FoundThreadsOptions) async throws -> [Origin] {
        var origins: [Origin] = []
        if let query = found.query {
            guard names.isEmpty else {
                throw CommandFailure.usage("name threads, or let -w find them: one of the two.")
            }
            for thread in try await ThreadSelection(context: context, service: service).threads(matching: query) {
                // An empty thread that a search found has nothing to ask.
                if let tip = thread.tipID { origins.append(Origin(thread: thread, message: tip)) }
            }
        }
        for name in names {
            let address = try await service.address(name)
            guard let message = address.message else {
                throw CommandFailure(
                    .usage, code: "empty_thread",
                    "nothing was said in \(address.thread.handle) yet, so there is nothing to ask again.")
            }
            if !origins.contains(where: { $0.message == message }) {
                origins.append(Origin(thread: address.thread, message: message))
            }
        }
        guard !origins.isEmpty else {
            throw CommandFailure.usage(
                "name a thread, as @ for the one last used, or let a search find some: -w QUERY")
        }
        let threads = Set(origins.map(\.thread.id))
        guard threads.count == origins.count else {
            throw CommandFailure.usage("name each thread once: one path of it is asked again at a time.")
        }
        return origins
    }
}
