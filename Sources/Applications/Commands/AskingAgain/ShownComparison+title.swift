import ConversationService
import Conversations

extension ShownComparison {
    /// The title of what is compared.
    var title: String {
        let titles = comparison.threads.prefix(3).map { TerminalText.sanitizedLine($0.thread.shownTitle) }
        let more = comparison.threads.count - titles.count
        return titles.joined(separator: " · ") + (more > 0 ? " · and \(more) more" : "")
    }
}
