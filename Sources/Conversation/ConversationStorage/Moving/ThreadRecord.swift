package import Conversations
package import OrderedJSON

/// A whole thread as it goes from one vault, or from another program, into a vault: all that makes it the same thread
/// there.
package struct ThreadRecord: Sendable, Hashable {
    package var id: ThreadID
    package var title: String?
    /// Whether a person gave the title.
    package var titleIsGiven: Bool
    package var instructions: String?
    package var model: String?
    package var upstream: String?
    /// What the thread asks of a model unless told otherwise.
    package var settings: JSON?
    /// The program or import it came from; nil when a person made it at the command line.
    package var origin: JSON?
    package var tags: [String]
    /// The message it goes on from; nil while it is empty.
    package var tipID: MessageID?
    package var createdAt: Timestamp
    package var activeAt: Timestamp
    package var pinnedAt: Timestamp?
    package var archivedAt: Timestamp?
    package var trashedAt: Timestamp?
    /// Every message, each after its parent; siblings in the order in which they came.
    package var messages: [MessageRecord]
    package var calls: [CallRecord]

    package init(
        id: ThreadID, title: String? = nil, titleIsGiven: Bool = false, instructions: String? = nil,
        model: String? = nil, upstream: String? = nil, settings: JSON? = nil, origin: JSON? = nil, tags: [String] = [],
        tipID: MessageID? = nil, createdAt: Timestamp, activeAt: Timestamp, pinnedAt: Timestamp? = nil,
        archivedAt: Timestamp? = nil, trashedAt: Timestamp? = nil, messages: [MessageRecord] = [],
        calls: [CallRecord] = []
    ) {
        self.id = id
        self.title = title
        self.titleIsGiven = titleIsGiven
        self.instructions = instructions
        self.model = model
        self.upstream = upstream
        self.settings = settings
        self.origin = origin
        self.tags = tags
        self.tipID = tipID
        self.createdAt = createdAt
        self.activeAt = activeAt
        self.pinnedAt = pinnedAt
        self.archivedAt = archivedAt
        self.trashedAt = trashedAt
        self.messages = messages
        self.calls = calls
    }
}

/// A message as it goes from one vault to another.
package struct MessageRecord: Sendable, Hashable {
    package var id: MessageID
    /// The message it continues; nil for a beginning of the thread.
    package var parentID: MessageID?
    package var role: Role
    package var parts: [MessagePart]
    /// The call that brought it, one of the record's ``ThreadRecord/calls``.
    package var callID: CallID?
    package var choice: Int?
    package var finishReason: String?
    package var status: Message.Status
    package var createdAt: Timestamp
    package var trashedAt: Timestamp?
    package var labels: [String]

    package init(
        id: MessageID, parentID: MessageID?, role: Role, parts: [MessagePart], callID: CallID? = nil,
        choice: Int? = nil, finishReason: String? = nil, status: Message.Status = .complete, createdAt: Timestamp,
        trashedAt: Timestamp? = nil, labels: [String] = []
    ) {
        self.id = id
        self.parentID = parentID
        self.role = role
        self.parts = parts
        self.callID = callID
        self.choice = choice
        self.finishReason = finishReason
        self.status = status
        self.createdAt = createdAt
        self.trashedAt = trashedAt
        self.labels = labels
    }
}

/// A call that is over, as it goes from one vault to another.
package struct CallRecord: Sendable, Hashable {
    package var id: CallID
    /// The message it answers.
    package var questionID: MessageID?
    package var upstream: String
    /// How the upstream wanted it written; nil for a call that another program made.
    package var dialect: Dialect?
    package var modelRequested: String
    package var modelSent: String
    package var modelReported: String?
    package var responseID: String?
    package var created: Double?
    package var systemFingerprint: String?
    package var object: String?
    /// What was asked for, tools included.
    package var parameters: CallParameters
    package var instructions: String?
    /// Nil for a call that another program made: what it sent is not known.
    package var plan: ContextPlan?
    package var requestDigest: [UInt8]?
    package var status: Call.Status
    package var error: CallError?
    package var usage: TokenUsage
    package var queuedAt: Timestamp?
    package var sentAt: Timestamp?
    package var firstTokenAt: Timestamp?
    package var finishedAt: Timestamp?
    /// The answer's body as it came, where it was kept.
    package var body: [UInt8]?

    package init(
        id: CallID, questionID: MessageID?, upstream: String, dialect: Dialect?, modelRequested: String,
        modelSent: String, modelReported: String? = nil, responseID: String? = nil, created: Double? = nil,
        systemFingerprint: String? = nil, object: String? = nil, parameters: CallParameters = CallParameters(),
        instructions: String? = nil, plan: ContextPlan? = nil, requestDigest: [UInt8]? = nil,
        status: Call.Status = .complete, error: CallError? = nil, usage: TokenUsage = TokenUsage(),
        queuedAt: Timestamp? = nil, sentAt: Timestamp? = nil, firstTokenAt: Timestamp? = nil,
        finishedAt: Timestamp? = nil, body: [UInt8]? = nil
    ) {
        self.id = id
        self.questionID = questionID
        self.upstream = upstream
        self.dialect = dialect
        self.modelRequested = modelRequested
        self.modelSent = modelSent
        self.modelReported = modelReported
        self.responseID = responseID
        self.created = created
        self.systemFingerprint = systemFingerprint
        self.object = object
        self.parameters = parameters
        self.instructions = instructions
        self.plan = plan
        self.requestDigest = requestDigest
        self.status = status
        self.error = error
        self.usage = usage
        self.queuedAt = queuedAt
        self.sentAt = sentAt
        self.firstTokenAt = firstTokenAt
        self.finishedAt = finishedAt
        self.body = body
    }
}
