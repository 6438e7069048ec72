package import OrderedJSON

/// How a program asked for a call, where one did: what of its request no model is sent.
package struct ProgramRequest: Sendable, Hashable {
    /// Which API it spoke.
    package enum API: String, Sendable {
        /// `POST /openai/responses` as AceData documents it.
        case acedata
        /// OpenAI's Responses.
        case responses
        /// OpenAI's Chat Completions.
        case chat
    }

    package var api: API
    /// What the program is called here.
    package var program: String
    /// How many messages of the path, from its end on, were in the request.
    package var messageCount: Int
    /// Whether the program brought the history itself: then its own words went out as they came.
    package var bringsHistory: Bool
    /// The call whose answer it went on from, where it named one.
    package var previous: CallID?
    /// Whether it named the conversation it belongs to.
    package var isInConversation: Bool
    /// Whether it was to run in the background.
    package var isBackground: Bool
    /// Whether a history too long for the model may lose its middle.
    package var truncates: Bool
    /// Whether it asked to be read as a stream.
    package var streams: Bool
    /// What the program keeps with the answer.
    package var metadata: JSONObject

    package init(
        api: API, program: String, messageCount: Int, bringsHistory: Bool = false, previous: CallID? = nil,
        isInConversation: Bool = false, isBackground: Bool = false, truncates: Bool = false, streams: Bool = false,
        metadata: JSONObject = JSONObject()
    ) {
        self.api = api
        self.program = program
        self.messageCount = messageCount
        self.bringsHistory = bringsHistory
        self.previous = previous
        self.isInConversation = isInConversation
        self.isBackground = isBackground
        self.truncates = truncates
        self.streams = streams
        self.metadata = metadata
    }
}

extension ProgramRequest {
    /// Whether the events of its answer are kept for a while after it has come to its end: whoever was reading them goes on
    /// from where the connection broke.
    package var keepsEvents: Bool { streams || isBackground }

    /// The request as it is kept with its call.
    package var json: JSON {
        var object: JSONObject = [
            "api": .string(api.rawValue), "program": .string(program), "messages": .int(messageCount),
        ]
        if bringsHistory { object["brings_history"] = true }
        if let previous { object["previous"] = .string(previous.description) }
        if isInConversation { object["conversation"] = true }
        if isBackground { object["background"] = true }
        if truncates { object["truncates"] = true }
        if streams { object["stream"] = true }
        if !metadata.isEmpty { object["metadata"] = .object(metadata) }
        return .object(object)
    }

    /// A request read back; nil where the JSON is not one.
    package init?(json: JSON) {
        guard let api = json["api"]?.string.flatMap({ API(rawValue: $0) }), let program = json["program"]?.string else {
            return nil
        }
        self.init(
            api: api, program: program, messageCount: json["messages"]?.int ?? 0,
            bringsHistory: json["brings_history"]?.bool ?? false,
            previous: json["previous"]?.string.flatMap { CallID($0) },
            isInConversation: json["conversation"]?.bool ?? false, isBackground: json["background"]?.bool ?? false,
            truncates: json["truncates"]?.bool ?? false, streams: json["stream"]?.bool ?? false,
            metadata: json["metadata"]?.object ?? JSONObject())
    }
}
