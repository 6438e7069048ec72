package import Conversations
package import ModelUpstream
package import ModelWire

/// Something that happens while a question is being answered. What is told here is in the vault already.
package enum SendEvent: Sendable {
    /// The question is written down.
    case begun(thread: ThreadID, call: CallID)
    /// Another writer moved the thread's tip meanwhile: this went beside what it wrote.
    case wentBeside
    /// From this call on fewer of the oldest messages are sent.
    case contextCut(leftOut: Int, of: Int)
    /// The model is asked for a summary of so many messages first, which are then left out.
    case summarising(messages: Int)
    /// No summary could be made, for this reason: what is left out is left out without one.
    case summaryFailed(String)
    /// Before the answer begins.
    case notice(UpstreamNotice)
    /// Pieces of the answer as they came, from this number on: they are in the vault's journal.
    case received([[UInt8]], from: Int)
    /// A piece of the answer.
    case delta(AnswerDelta)
}

/// A question with what came of it.
package struct AnsweredQuestion: Sendable {
    package let thread: ChatThread
    /// The question's last message.
    package let question: Message?
    /// The answers, one a choice.
    package let answers: [Message]
    package let call: Call
    /// Why the answer is not whole, where that is so.
    package let failure: UpstreamError?
    /// What has changed behind the model's name and nobody has been told of: whoever tells it says so to the vault
    /// (``Vault/noteTold(_:at:)``).
    package let backendChanges: [BackendChange]
}

extension AnswerDelta {
    /// Whether it carries something of the answer itself.
    package var isWords: Bool {
        switch self {
        case .text, .reasoning, .refusal, .toolCall: true
        case .started, .choiceFinished, .ignored: false
        }
    }
}
