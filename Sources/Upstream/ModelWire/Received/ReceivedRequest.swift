package import Conversations
package import OrderedJSON

/// A request as a program sent it, read.
///
/// Its conversation is made of the messages that would be kept: sent back, an answer has the lineage that it has in the
/// vault, in whichever dialect it was asked for and is sent.
package struct ReceivedRequest: Sendable {
    /// What is wanted of the conversation.
    package enum Purpose: Sendable {
        /// An answer.
        case answer
        /// How many tokens it has (`/responses/input_tokens`).
        case count
        /// A shorter form of it (`/responses/compact`).
        case compaction
    }

    /// How it is written; `acedata` for `POST /openai/responses`.
    package var dialect: Dialect
    package var model: String?
    /// The system prompt: the field of that name, in chat the words of the system's and developer's messages before all
    /// others, a blank line apart. Where those hold more than words, or nothing follows them, they stay items.
    package var instructions: String?
    /// The messages that ``instructions`` was made of. A path that was kept from elsewhere may begin with them.
    package var leadingItems: [ReceivedItem] = []
    /// The conversation, oldest first.
    package var items: [ReceivedItem]
    /// What is asked besides, in the form in which calls keep it. What has no place of its own is among the extras, in
    /// order, as it came; not so what the service answers for: streaming, storing, state, metadata.
    package var parameters: CallParameters
    package var streams: Bool
    package var isBackground: Bool
    /// Whether it may be kept. Left out means yes, on every endpoint.
    package var stores: Bool
    package var previousResponseID: String?
    package var conversationID: String?
    /// Whether messages in the middle may be left out where the model's context is too small.
    package var truncates: Bool
    package var metadata: JSONObject?
    /// Whether a chat stream ends with its usage.
    package var includesUsage: Bool
    /// The body as it came: answers echo its fields.
    package var body: JSON
    let bytes: [UInt8]

    /// Reads a body.
    ///
    /// - Throws: what is wrong with it, named as OpenAI's API names it. Nothing is repaired silently but an unpaired
    ///   surrogate, which becomes U+FFFD.
    package init(
        body bytes: [UInt8], dialect: Dialect, purpose: Purpose = .answer, limits: RequestLimits = RequestLimits()
    ) throws(RequestFault) {
        let object = try JSONObject(requestBody: bytes, limits: limits)
        let fields = FieldReader(object: object)
        self.dialect = dialect
        self.bytes = bytes
        body = .object(object)
        model = try fields.string("model").flatMap { $0.isEmpty ? nil : $0 }
        if dialect == .acedata || purpose == .compaction, model == nil { throw .missing("model") }
        streams = try fields.bool("stream") ?? false
        isBackground = try fields.bool("background") ?? false
        stores = try fields.bool("store") ?? true
        previousResponseID = try fields.string("previous_response_id")
        conversationID = try fields.conversationID()
        metadata = try fields.metadata()
        truncates = false
        if dialect == .responses { truncates = try fields.word("truncation", of: ["auto", "disabled"]) == "auto" }
        includesUsage = false
        if dialect == .chat, let options = try fields.object("stream_options") {
            includesUsage = try FieldReader(object: options, prefix: "stream_options.").bool("include_usage") ?? false
        }
        parameters = try fields.parameters(dialect: dialect, streams: streams)
        instructions = dialect == .chat ? nil : try fields.string("instructions")
        items = try fields.conversation(dialect: dialect, limits: limits)
        try checkState(fields, purpose)
        if dialect == .chat { takeInstructions() }
    }

    /// What of the state that a request names excludes what.
    private func checkState(_ fields: FieldReader, _ purpose: Purpose) throws(RequestFault) {
        if previousResponseID != nil, conversationID != nil {
            throw RequestFault(
                "Mutually exclusive parameters: 'previous_response_id' and 'conversation'. Ensure you are only providing "
                    + "one of them.", param: "previous_response_id", code: "mutually_exclusive_parameters")
        }
        if isBackground, !stores {
            throw RequestFault(
                "Background mode requires 'store' to be true.", param: "background", code: "invalid_value")
        }
        if dialect == .chat, !streams, fields.value("stream_options") != nil {
            throw RequestFault(
                "The 'stream_options' parameter is only allowed when 'stream' is enabled.", param: "stream_options",
                code: nil)
        }
        let hasHistory = previousResponseID != nil || conversationID != nil || fields.value("prompt") != nil
        if dialect == .responses, items.isEmpty, fields.value("input")?.string == nil, !hasHistory, purpose != .count {
            throw RequestFault(
                "One of 'input', 'previous_response_id', 'prompt' or 'conversation' must be provided.", param: "input",
                code: "missing_required_parameter")
        }
    }

    private mutating func takeInstructions() {
        let leading = items.prefix { item in
            guard case .message(let role, _) = item else { return false }
            return role == .system || role == .developer
        }
        var texts: [String] = []
        for case .message(_, let parts) in leading {
            guard parts.allSatisfy({ if case .text = $0 { true } else { false } }) else { return }
            texts.append(parts.text)
        }
        guard !leading.isEmpty, leading.count < items.count else { return }
        instructions = texts.joined(separator: "\n\n")
        leadingItems = Array(leading)
        items.removeFirst(leading.count)
    }
}

extension JSONObject {
    /// A request's body. A name that stands twice is refused: who reads it after us might take the other one.
    init(requestBody bytes: [UInt8], limits: RequestLimits) throws(RequestFault) {
        let json: JSON
        do {
            json = try JSON(
                parsing: bytes,
                limits: JSONLimits(
                    maximumDepth: limits.maxNesting, allowsControlBytes: false, repairsInvalidUTF8: false))
        } catch {
            throw .unreadable(error, maximumDepth: limits.maxNesting)
        }
        guard let object = json.object else {
            throw RequestFault("The body of a request is one JSON object.", param: nil, code: "invalid_type")
        }
        guard object.count <= limits.maxFields else {
            throw .tooManyMembers("body", limit: limits.maxFields, got: object.count)
        }
        var seen: Set<String> = []
        for (key, _) in object where !seen.insert(key).inserted {
            let name = key.shortened
            throw RequestFault(
                "Duplicate parameter: '\(name)'. Send it once.", param: name, code: "duplicate_parameter")
        }
        self = object
    }
}
