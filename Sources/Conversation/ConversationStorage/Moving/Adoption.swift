package import Conversations

/// What came of bringing threads into a vault.
package struct Adoption: Sendable, Hashable {
    /// A thread, its messages or what is left of them, that could not be brought in.
    package struct Refusal: Sendable, Hashable {
        package let threadID: ThreadID
        package let reason: Reason
    }

    /// What is wrong with a record. Each says so without a word of the conversation.
    package enum Reason: String, Sendable, CustomStringConvertible {
        case duplicateMessage = "duplicate_message"
        case duplicateCall = "duplicate_call"
        case missingParent = "missing_parent"
        case missingTip = "missing_tip"
        case missingCall = "missing_call"
        case missingQuestion = "missing_question"
        case callUnderWay = "call_under_way"
        case missingAttachment = "missing_attachment"
        case handleTaken = "handle_taken"
        case tooDeep = "too_deep"

        package var description: String {
            switch self {
            case .duplicateMessage: "two of its messages have one id"
            case .duplicateCall: "two of its calls have one id"
            case .missingParent: "a message continues one that is not before it in the thread"
            case .missingTip: "it goes on from a message that it does not hold"
            case .missingCall: "a message came from a call that it does not hold"
            case .missingQuestion: "a call answers a message that it does not hold"
            case .callUnderWay: "one of its calls has not ended"
            case .missingAttachment: "an attachment of it is not in the vault"
            case .handleTaken: "another thread has its handle"
            case .tooDeep: "it has more messages in a row than there can be"
            }
        }
    }

    package internal(set) var newThreads = 0
    package internal(set) var knownThreads = 0
    /// Threads that were erased here and are not brought back.
    package internal(set) var erasedThreads = 0
    package internal(set) var newMessages = 0
    package internal(set) var knownMessages = 0
    /// Messages that are known here with other words, or after other words: they are siblings of those now.
    package internal(set) var changedMessages = 0
    /// Messages that were erased here, or continue one that was, and are not brought back.
    package internal(set) var erasedMessages = 0
    package internal(set) var newCalls = 0
    /// What could not be brought in; everything else was.
    package internal(set) var refusals: [Refusal] = []

    package init() {}

    /// What came of both.
    package static func += (left: inout Adoption, right: Adoption) {
        left.newThreads += right.newThreads
        left.knownThreads += right.knownThreads
        left.erasedThreads += right.erasedThreads
        left.newMessages += right.newMessages
        left.knownMessages += right.knownMessages
        left.changedMessages += right.changedMessages
        left.erasedMessages += right.erasedMessages
        left.newCalls += right.newCalls
        left.refusals += right.refusals
    }
}
