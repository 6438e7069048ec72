package import OrderedJSON

/// One request to a model and what came of it.
package struct Call: Sendable, Hashable {
    /// Where a call is in its life.
    package enum Status: String, Sendable {
        /// Written down, not sent.
        case queued
        /// Sent; the answer is arriving.
        case running
        case complete
        /// The model stopped short in every choice.
        case incomplete
        /// Cut off; what had arrived is kept.
        case interrupted
        case failed
        case cancelled

        /// Whether nothing more will come.
        package var isFinal: Bool { self != .queued && self != .running }

        /// Whether it brought an answer to its end, wanted or stopped short.
        package var isAnswer: Bool { self == .complete || self == .incomplete }
    }

    package let id: CallID
    package let handle: String
    package let threadID: ThreadID
    /// The message it answers.
    package let questionID: MessageID?
    /// The answers it brought, one a choice.
    package let messageIDs: [MessageID]
    package let upstream: String
    /// How the upstream wanted it written; nil for a call that another program made.
    package let dialect: Dialect?
    /// The model the person asked for.
    package let modelRequested: String
    /// The model's name in the request.
    package let modelSent: String
    /// The model's name in the answer.
    package let modelReported: String?
    /// The upstream's own id of the answer.
    package let responseID: String?
    /// The number the upstream sent as the answer's time, in Unix seconds.
    package let created: Double?
    /// The backend configuration the upstream names; with a seed it shows when answers may have changed.
    package let systemFingerprint: String?
    /// What the upstream called the answer: `chat.completion`, `response`.
    package let object: String?
    package let parameters: CallParameters
    package let instructions: String?
    /// What of its path it sent; nil for a call that another program made: that is not known here.
    package let plan: ContextPlan?
    /// The SHA-256 of the request's body as it was sent.
    package let requestDigest: [UInt8]?
    package let status: Status
    package let error: CallError?
    package let usage: TokenUsage
    package let queuedAt: Timestamp?
    package let sentAt: Timestamp?
    package let firstTokenAt: Timestamp?
    package let finishedAt: Timestamp?
    /// The replay it was made for.
    package let replayID: ReplayID?
    /// How a program asked for it; nil where a person did.
    package let asked: ProgramRequest?
    /// When it was put out of sight, where it brought no message that could be.
    package let trashedAt: Timestamp?

    package init(
        id: CallID, handle: String, threadID: ThreadID, questionID: MessageID?, messageIDs: [MessageID],
        upstream: String, dialect: Dialect?, modelRequested: String, modelSent: String, modelReported: String?,
        responseID: String?, created: Double?, systemFingerprint: String?, object: String?,
        parameters: CallParameters, instructions: String?, plan: ContextPlan?, requestDigest: [UInt8]?,
        status: Status, error: CallError?, usage: TokenUsage, queuedAt: Timestamp?, sentAt: Timestamp?,
        firstTokenAt: Timestamp?, finishedAt: Timestamp?, replayID: ReplayID? = nil,
        asked: ProgramRequest? = nil, trashedAt: Timestamp? = nil
    ) {
        self.id = id
        self.handle = handle
        self.threadID = threadID
        self.questionID = questionID
        self.messageIDs = messageIDs
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
        self.replayID = replayID
        self.asked = asked
        self.trashedAt = trashedAt
    }
}

extension Call {
    /// The id that the answer of a choice has, which is known before there is one: whoever reads an answer while it comes
    /// learns its name, and a process that takes over from one that was killed gives it the same.
    package func messageID(ofChoice choice: Int) -> MessageID {
        MessageID(derivedFrom: ["answer", id.description, String(choice)])
    }
}

/// Why a call brought no whole answer, in words that may be shown and kept: never a key.
package struct CallError: Sendable, Hashable {
    /// The upstream's code or ours: `invalid_token`, `idle_timeout`, `killed`.
    package var code: String
    package var message: String
    package var httpStatus: Int?
    /// What the upstream calls this request, for its own support.
    package var traceID: String?

    package init(code: String, message: String, httpStatus: Int? = nil, traceID: String? = nil) {
        self.code = code
        self.message = message
        self.httpStatus = httpStatus
        self.traceID = traceID
    }

    /// The error as it is kept and printed: `{"code","message","http_status","trace_id"}`.
    package var json: JSON {
        .object([
            "code": .string(code), "message": .string(message),
            "http_status": httpStatus.map { .int($0) } ?? .null,
            "trace_id": traceID.map { .string($0) } ?? .null,
        ])
    }

    /// An error read back; nil where the JSON is not one.
    package init?(json: JSON) {
        guard let code = json["code"]?.string, let message = json["message"]?.string else { return nil }
        self.init(
            code: code, message: message, httpStatus: json["http_status"]?.int, traceID: json["trace_id"]?.string)
    }
}
