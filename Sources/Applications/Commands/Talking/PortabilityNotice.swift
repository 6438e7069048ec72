import ConversationService
import ConversationStorage
import Conversations
import ModelUpstream
import ModelWire

/// Tells what of a thread a model is not sent as it stands: once for a thread and a model, but of what a question itself
/// brings each time.
struct PortabilityNotice {
    let context: CommandContext
    let service: ThreadService

    func tellOnce(of question: Question) async throws {
        let found = try await service.losses(of: question)
        guard !found.losses.isEmpty else { return }
        var told: [PortabilityLoss] = found.losses
        if let thread = found.thread, service.vault.access == .writing {
            let name = "losses:\(thread)/\(question.upstream.name)/\(question.model)"
            let known = try await service.vault.remembered(name)?.split(separator: " ").map(String.init) ?? []
            told = found.losses.filter { loss in
                !known.contains(loss.kind.rawValue) || loss.positions.contains { $0 >= found.firstNewPosition }
            }
            let all = Set(known).union(found.losses.map(\.kind.rawValue))
            if all.count > known.count {
                try await service.vault.remember(name, all.sorted().joined(separator: " "))
            }
        }
        tell(told, to: question)
    }

    /// Tells all of it, whatever was told before.
    func tell(of question: Question) async throws {
        tell(try await service.losses(of: question).losses, to: question)
    }

    private func tell(_ losses: [PortabilityLoss], to question: Question) {
        guard !losses.isEmpty else { return }
        let target = TerminalText.sanitizedLine("\(question.upstream.name)/\(question.model)")
        context.console.note(
            "For \(target) this thread is sent with a difference: \(losses.map(\.sentence).joined(separator: "; ")).")
    }
}
