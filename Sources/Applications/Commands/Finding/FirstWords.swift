import ConversationService
import Conversations

extension Message {
    /// What a message begins with, on one line and safe to print.
    var firstWords: String { TerminalText.sanitizedLine(beginning) }

    /// Who says it, as people read it.
    var speaker: String {
        switch role {
        case .user: "you"
        case .assistant: "model"
        default: TerminalText.sanitizedLine(role.name)
        }
    }
}
