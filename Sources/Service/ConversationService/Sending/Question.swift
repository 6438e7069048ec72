package import Conversations
package import ModelUpstream

/// What a caller wants to ask, of whom, and where in which thread.
package struct Question: Sendable {
    /// Where the question belongs.
    package enum Place: Sendable {
        /// In a thread that begins with it.
        case newThread(tags: [String], title: String?)
        /// In a thread that a program begins with it.
        case newThreadOfProgram(String)
        /// At the tip of a thread.
        case tip(of: ThreadID)
        /// After a message, wherever it is in its thread; the thread goes on from there.
        case after(MessageID)
        /// Beside a message: with the same parent.
        case beside(MessageID)
        /// The question is there already: asked again.
        case again(MessageID)
        /// The answer is there, cut off: gone on with.
        case finishing(MessageID)
    }

    package var place: Place
    /// What is asked: one user message, or what tools gave back.
    package var messages: [(role: Role, parts: [MessagePart])]
    package var upstream: Upstream
    package var key: APIKey?
    package var model: String
    /// What the model is told first; nil for what the thread says.
    package var instructions: String?
    package var parameters: CallParameters
    package var context: ContextMode
    /// The model's window in tokens, where it is known.
    package var window: Int?
    /// The kinds of input the model takes (`text`, `image`, `pdf`, `audio`); nil where that is not known.
    package var takes: Set<String>?
    /// Whether events stay in the vault beside the whole answer.
    package var keepsEvents: Bool
    /// Whether the thread goes on from there.
    package var movesTip: Bool
    /// Where in a replay it is asked.
    package var replayPlace: ReplayPlace?
    /// How a program asked for it.
    package var asked: ProgramRequest?
    /// The request's body where a program brought its own history: sent as it came.
    package var body: [UInt8]?

    package init(
        place: Place, messages: [(role: Role, parts: [MessagePart])], upstream: Upstream, key: APIKey?, model: String,
        instructions: String? = nil, parameters: CallParameters, context: ContextMode = .auto, window: Int? = nil,
        takes: Set<String>? = nil, keepsEvents: Bool = false, movesTip: Bool = true, replayPlace: ReplayPlace? = nil,
        asked: ProgramRequest? = nil, body: [UInt8]? = nil
    ) {
        self.place = place
        self.messages = messages
        self.upstream = upstream
        self.key = key
        self.model = model
        self.instructions = instructions
        self.parameters = parameters
        self.context = context
        self.window = window
        self.takes = takes
        self.keepsEvents = keepsEvents
        self.movesTip = movesTip
        self.replayPlace = replayPlace
        self.asked = asked
        self.body = body
    }
}
