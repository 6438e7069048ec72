package import Conversations
package import OrderedJSON

/// An answer as a program is to read it: everything its objects and streams are written from.
///
/// The words are those of the stored messages. What the vault has no word for, such as annotations, log probabilities and
/// fields nobody knows, is taken from the upstream's own body.
package struct ServedAnswer: Sendable {
    /// `resp_…` or `chatcmpl-…`.
    package var id: String
    /// When it was asked, in Unix seconds.
    package var created: Int
    /// When it was whole, in Unix seconds.
    package var completed: Int?
    /// The model as the upstream reported it, else as it was asked for.
    package var model: String
    package var status: ModelAnswer.Status
    /// In the order of their index; empty before there is anything.
    package var choices: [ServedChoice]
    package var usage: TokenUsage
    package var systemFingerprint: String?
    /// What went wrong, where it failed.
    package var error: ServedError?
    /// Why the model stopped short, in the upstream's word.
    package var incompleteReason: String?
    package var asked: AskedEcho
    /// What the upstream said, whole or put together from its stream.
    package var upstreamBody: JSON?

    package init(
        id: String, created: Int, completed: Int? = nil, model: String, status: ModelAnswer.Status,
        choices: [ServedChoice] = [], usage: TokenUsage = TokenUsage(), systemFingerprint: String? = nil,
        error: ServedError? = nil, incompleteReason: String? = nil, asked: AskedEcho = AskedEcho(),
        upstreamBody: JSON? = Optional.none
    ) {
        self.id = id
        self.created = created
        self.completed = completed
        self.model = model
        self.status = status
        self.choices = choices
        self.usage = usage
        self.systemFingerprint = systemFingerprint
        self.error = error
        self.incompleteReason = incompleteReason
        self.asked = asked
        self.upstreamBody = upstreamBody
    }
}

/// One of an answer's choices: a stored message.
package struct ServedChoice: Sendable {
    /// Its number in the call, from 0.
    package var index: Int
    /// The message's identity as 32 hexadecimal digits: the ids of its items are made from it.
    package var messageUID: String
    package var parts: [MessagePart]
    /// Why the model stopped, in the upstream's word.
    package var finishReason: String?
    package var status: Message.Status

    package init(
        index: Int, messageUID: String, parts: [MessagePart], finishReason: String? = nil,
        status: Message.Status = .complete
    ) {
        self.index = index
        self.messageUID = messageUID
        self.parts = parts
        self.finishReason = finishReason
        self.status = status
    }
}

/// What an answer's objects repeat of the request.
package struct AskedEcho: Sendable {
    package var instructions: String?
    /// What was asked of the model, in the neutral chat forms.
    package var parameters: CallParameters
    package var previousResponseID: String?
    package var conversationID: String?
    package var metadata: JSONObject
    package var isBackground: Bool
    /// Whether the answer may be read again.
    package var stores: Bool
    /// Whether a conversation too long for the model may lose its middle.
    package var truncates: Bool
    /// Other fields of the request's body, by the names it had for them: those that only the API's objects repeat
    /// (`top_p`, `reasoning`, `user`), and those nobody knows.
    package var fields: JSONObject

    package init(
        instructions: String? = nil, parameters: CallParameters = CallParameters(), previousResponseID: String? = nil,
        conversationID: String? = nil, metadata: JSONObject = JSONObject(), isBackground: Bool = false,
        stores: Bool = true, truncates: Bool = false, fields: JSONObject = JSONObject()
    ) {
        self.instructions = instructions
        self.parameters = parameters
        self.previousResponseID = previousResponseID
        self.conversationID = conversationID
        self.metadata = metadata
        self.isBackground = isBackground
        self.stores = stores
        self.truncates = truncates
        self.fields = fields
    }

    /// A field by the name it has on the wire, wherever it is kept.
    func field(_ name: String) -> JSON? {
        fields[name] ?? parameters.extras[name]
    }
}
