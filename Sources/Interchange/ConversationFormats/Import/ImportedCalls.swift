import ConversationStorage
import Conversations

/// The calls that brought a conversation's answers, as far as the origin tells of them.
struct ImportedCalls {
    let format: ConversationFormat
    let thread: ThreadID
    /// The conversation's model, for answers that do not name their own.
    let model: String?

    private(set) var records: [CallRecord] = []
    private var numbers: [CallID: Int] = [:]
    private var choices: [CallID: Int] = [:]

    init(_ format: ConversationFormat, thread: ThreadID, model: String?) {
        self.format = format
        self.thread = thread
        self.model = model
    }

    /// Notes the call that brought a message. Messages come after those they continue, so what the first of a call
    /// continues is what the call answers.
    ///
    /// - Returns: the call, and which of its answers the message is; nil where nothing is known of it.
    mutating func note(
        _ message: ForeignMessage, id: MessageID, answering question: MessageID?
    ) -> (call: CallID, choice: Int)? {
        guard let answer = message.answer, !answer.isEmpty else { return nil }
        let callID = CallID(
            derivedFrom: answer.callID.map { ["call", thread.description, $0] } ?? ["call", id.description])
        let choice = choices[callID, default: 0]
        choices[callID] = choice + 1
        if numbers[callID] == nil {
            numbers[callID] = records.count
            records.append(record(callID, answer, of: message, answering: question))
        }
        return (callID, choice)
    }

    private func record(
        _ id: CallID, _ answer: ForeignAnswer, of message: ForeignMessage, answering question: MessageID?
    ) -> CallRecord {
        // No name at all where the origin has none: one that was made up would be found, and sent, as a model.
        let requested = answer.modelRequested ?? answer.modelReported ?? model ?? ""
        return CallRecord(
            id: id, questionID: question, upstream: answer.upstream ?? format.rawValue, dialect: nil,
            modelRequested: requested, modelSent: requested, modelReported: answer.modelReported,
            responseID: answer.responseID, created: answer.created, systemFingerprint: answer.systemFingerprint,
            parameters: answer.parameters, instructions: answer.instructions,
            status: answer.error == nil ? message.status.ofCall : .failed, error: answer.error, usage: answer.usage,
            sentAt: answer.sentAt, finishedAt: answer.finishedAt, body: answer.body)
    }
}

extension Message.Status {
    /// What a call came to whose answer came to this.
    fileprivate var ofCall: Call.Status {
        switch self {
        case .complete: .complete
        case .incomplete: .incomplete
        case .interrupted: .interrupted
        case .failed: .failed
        }
    }
}
