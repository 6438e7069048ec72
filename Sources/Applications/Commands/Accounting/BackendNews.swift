import ConversationService
import ConversationStorage
import Conversations

/// Tells a person once that something else answers under a model's name.
struct BackendNews {
    let context: CommandContext

    /// Says each on a line of standard error, unless another process has said it. Nothing is noted as told where a person
    /// asked for quiet; a vault that cannot be written just now says it again next time.
    func tell(_ changes: [BackendChange], _ service: ThreadService) async throws {
        guard !changes.isEmpty, !context.console.isQuiet else { return }
        do {
            let isReading = service.vault.access == .reading
            let writing = isReading ? try context.service(for: .writing) : service
            defer { if isReading { writing.vault.close() } }
            for change in changes where try await writing.vault.noteTold(change, at: CommandContext.now()) {
                context.console.note(Self.line(change, now: CommandContext.now()))
            }
        } catch let error as StorageError where error.code == .cannotOpen || error.code == .busy {
            return
        }
    }

    static func line(_ change: BackendChange, now: Timestamp) -> String {
        let values = [change.modelReported, change.systemFingerprint].compactMap { $0 }.map { value in
            "\(value.before) since \(RelativeDate.text(for: value.since.date, now: now.date)), now \(value.now)"
        }
        return TerminalText.sanitizedLine(
            "\(change.model) at \(change.upstream) changed: \(values.joined(separator: "; ")). See: diwan drift")
    }
}
