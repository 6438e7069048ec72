import ConversationService
import ConversationStorage
import Conversations

/// Tells a person once of background answers that came in since the last command, and of what else came to light by them.
struct ArrivedAnswers {
    let context: CommandContext

    /// Says `1 answer came in: k3f9` on a terminal. It writes only where there is something to say; a vault that cannot
    /// be written just now says it again next time.
    func tell(_ service: ThreadService) async throws {
        guard context.console.errorsAreOnTerminal, !context.console.isQuiet, !context.console.printsJSON else { return }
        // Those of background calls: whoever asked was gone when the answer came.
        try await BackendNews(context: context).tell(service.vault.untoldBackendChanges(), service)
        let calls = try await service.vault.unseenAnswers()
        guard !calls.isEmpty else { return }
        let (answered, failed) = (calls.filter { !$0.messageIDs.isEmpty }, calls.filter { $0.messageIDs.isEmpty })
        if let first = answered.first {
            context.console.note(
                "\(answered.count) answer\(answered.count == 1 ? "" : "s") came in: \(Self.handles(answered)). Read \(answered.count == 1 ? "it" : "one"): diwan wait \(first.handle)"
            )
        }
        if let first = failed.first {
            context.console.note(
                "\(failed.count) background call\(failed.count == 1 ? "" : "s") brought no answer: \(Self.handles(failed)). Why: diwan wait \(first.handle)"
            )
        }
        let ids = calls.map(\.id)
        if service.vault.access == .writing {
            try await service.vault.noteSeen(ids, at: CommandContext.now())
        } else {
            do {
                let writing = try context.service(for: .writing)
                defer { writing.vault.close() }
                try await writing.vault.noteSeen(ids, at: CommandContext.now())
            } catch let error as StorageError where error.code == .cannotOpen || error.code == .busy {
                return
            }
        }
    }

    private static func handles(_ calls: [Call]) -> String {
        calls.prefix(6).map(\.handle).joined(separator: ", ") + (calls.count > 6 ? ", …" : "")
    }
}
