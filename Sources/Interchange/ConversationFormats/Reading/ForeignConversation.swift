package import Conversations
package import OrderedJSON

/// A conversation as another program kept it, before it has a place in a vault.
///
/// A reader fills in what its format knows and leaves the rest; it decides nothing about identity, order or what is known
/// already: ``ImportPlan`` does.
package struct ForeignConversation: Sendable, Hashable {
    /// The id the origin has for it; nil where the format has none, or the file left it out.
    package var id: String?
    package var title: String?
    /// Whether the origin says that a person gave the title.
    package var titleIsGiven = false
    /// What the model was told before anything else (custom instructions, system prompt).
    package var instructions: String?
    package var model: String?
    package var tags: [String] = []
    package var createdAt: Timestamp?
    package var updatedAt: Timestamp?
    package var pinnedAt: Timestamp?
    package var isPinned = false
    package var isArchived = false
    /// Every message, in the file's order. Parents may come after their children, be missing, or go in a circle.
    package var messages: [ForeignMessage] = []
    /// The message it goes on from, by its id; nil for the newest leaf.
    package var currentMessageID: String?
    /// What the format holds of the conversation and no field here has a place for, by the names it has there.
    package var extras = JSONObject()

    package init(id: String? = nil, title: String? = nil) {
        self.id = id
        self.title = title
    }
}

/// A message as another program kept it.
package struct ForeignMessage: Sendable, Hashable {
    /// What continues what.
    package enum Parent: Sendable, Hashable {
        /// The message before it in ``ForeignConversation/messages``; the first begins the conversation.
        case previous
        /// It begins the conversation.
        case none
        /// The message with this id.
        case message(String)
    }

    /// The id the origin has for it; nil where the format has none. Two with one id are said, and both kept.
    package var id: String?
    package var parent: Parent
    package var role: Role
    package var parts: [MessagePart]
    package var createdAt: Timestamp?
    package var status: Message.Status = .complete
    package var finishReason: String?
    /// What is known of the call that brought it; nil for what no model said, or where nothing is known.
    package var answer: ForeignAnswer?
    /// Names a person gave to it.
    package var labels: [String] = []

    package init(id: String? = nil, parent: Parent = .previous, role: Role, parts: [MessagePart]) {
        self.id = id
        self.parent = parent
        self.role = role
        self.parts = parts
    }
}

/// What another program kept of the call that brought an answer.
package struct ForeignAnswer: Sendable, Hashable {
    /// Messages of one call have one; nil for a call of its own.
    package var callID: String?
    /// Who answered, as a short name (`openai`, `anthropic`, the endpoint's name); nil for the format's own name.
    package var upstream: String?
    package var modelRequested: String?
    package var modelReported: String?
    package var responseID: String?
    /// The number the upstream sent as the answer's time, in Unix seconds.
    package var created: Double?
    package var systemFingerprint: String?
    package var instructions: String?
    package var parameters = CallParameters()
    package var usage = TokenUsage()
    package var error: CallError?
    package var sentAt: Timestamp?
    package var finishedAt: Timestamp?
    /// The answer's body, where the origin kept it as it came.
    package var body: [UInt8]?

    package init(modelRequested: String? = nil, modelReported: String? = nil) {
        self.modelRequested = modelRequested
        self.modelReported = modelReported
    }

    /// Whether anything at all is known.
    package var isEmpty: Bool { self == ForeignAnswer() }
}
