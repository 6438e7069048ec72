import ConversationService
import ConversationStorage

/// The threads that programs made, left out of a person's list: a list is for what its reader said.
struct ProgramThreads {
    let service: ThreadService

    /// As many as are worth the counting: a program that asks all day makes more than anyone reads.
    private static let most = 1_000

    /// Says how many were left out, and how to see them.
    func note(on console: Console) async throws {
        let count = try await service.vault.programThreadCount(atMost: Self.most)
        guard count > 0 else { return }
        let shown = count.counted("program thread")
        console.note("\(count == Self.most ? "\(shown) or more" : shown) left out. See: diwan list --programs")
    }
}
