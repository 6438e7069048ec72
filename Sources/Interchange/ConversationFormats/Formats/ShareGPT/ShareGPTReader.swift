import Conversations
import OrderedJSON

/// Reads ShareGPT's training format, an array or JSON Lines: `conversations` of `from` and `value`, with the other names
/// that have been used for them; preferences (`chosen`, `rejected`) become siblings so labelled.
package struct ShareGPTReader: ConversationReader {
    package static let format = ConversationFormat.sharegpt

    package init() {}

    package static func recognize(_ source: any ImportSource) -> Recognition? {
        source.entries.compactMap { recognition(of: $0, in: source) }.max()
    }

    private static func recognition(of entry: ImportEntry, in source: any ImportSource) -> Recognition? {
        let (own, inner) = TrainingFile.keys(of: entry, in: source)
        guard !own.isDisjoint(with: lists) else { return nil }
        if inner.isSuperset(of: ["from", "value"]) { return .certain }
        let others = ["mapping", "author", "messageId", "parentMessageId", "preferred_completion"]
        return inner.isSuperset(of: ["role", "content"]) && own.union(inner).isDisjoint(with: others) ? .possible : nil
    }

    package func read(_ source: any ImportSource, into sink: any ImportSink) async throws {
        try await TrainingFile.eachExample(
            of: source, where: { source.entries.count == 1 || Self.recognition(of: $0, in: source) != nil }, sink: sink
        ) { object, place in
            do {
                try await sink.add(try await ShareGPTConversation(object, sink: sink, place: place).conversation)
            } catch let fault as LineFault {
                sink.note(ImportNote(.lost, "a conversation with \(fault.what)", at: place))
            }
        }
    }

    /// What the list of turns has been called.
    static let lists: [String] = ["conversations", "conversation", "items", "messages"]
}

/// A conversation as the format has it.
private struct ShareGPTConversation {
    private(set) var conversation: ForeignConversation
    private let sink: any ImportSink
    private let place: String
    /// The format has no ids for calls: they are counted, and a result belongs to the oldest call that has none.
    private var callCount = 0
    private var openCalls: [String] = []

    init(_ object: JSONObject, sink: any ImportSink, place: String) async throws {
        (self.sink, self.place) = (sink, place)
        let id = object["id"] ?? object["conversation_id"]
        conversation = ForeignConversation(id: id?.string ?? id?.int.map(String.init))
        conversation.title = object["title"]?.words
        conversation.model = object["model"]?.words
        conversation.instructions = (object["system"] ?? object["system_prompt"])?.words
        guard let list = ShareGPTReader.lists.lazy.compactMap({ object[$0]?.array }).first else {
            throw LineFault("no turns")
        }
        var answer = ForeignAnswer()
        answer.modelReported = conversation.model
        answer.parameters.tools = tools(object["tools"])
        conversation.add(try await turns(list), answer: answer)
        let preferred = try await completion(object["chosen"])
        let rejected = try await completion(object["rejected"])
        if !preferred.isEmpty { conversation.branch(preferred, label: "chosen", answer: answer) }
        if !rejected.isEmpty { conversation.branch(rejected, label: "rejected", answer: answer) }
        if object["image"] != nil || object["images"] != nil {
            sink.note(ImportNote(.degraded, "attachment whose bytes are not in the export", at: place))
        }
        conversation.keepExtras(
            object.leftovers(besides: [
                "id", "conversation_id", "title", "model", "system", "system_prompt", "tools", "chosen", "rejected",
            ]).leftovers(besides: Set(ShareGPTReader.lists)))
    }

    private mutating func turns(_ list: [JSON]) async throws -> [TrainingMessage] {
        var turns: [TrainingMessage] = []
        for json in list { turns.append(try await turn(json)) }
        return turns
    }

    private mutating func completion(_ json: JSON?) async throws -> [TrainingMessage] {
        switch json {
        case nil, .null: []
        case .string(let text): [try await turn(["from": "gpt", "value": .string(text)])]
        case .array(let list): try await turns(list)
        case .some(let one): [try await turn(one)]
        }
    }

    private mutating func turn(_ json: JSON) async throws -> TrainingMessage {
        guard let object = json.object, let name = (object["from"] ?? object["role"] ?? object["user"])?.string else {
            throw LineFault("a turn that does not say who speaks")
        }
        guard let value = object["value"] ?? object["content"] ?? object["text"] ?? object["markdown"] else {
            guard object["tool_calls"] != nil || object["function_call"] != nil else {
                throw LineFault("a turn without words")
            }
            return try await TrainingMessage(json, keepingBytesIn: sink, at: place)
        }
        let text = value.string
        let (role, leftovers) = (
            Self.roles[name.lowercased()] ?? name,
            object.leftovers(besides: [
                "from", "role", "user", "value", "content", "text", "markdown", "weight", "tool_calls",
                "function_call", "tool_call_id", "refusal", "name",
            ])
        )
        var message: TrainingMessage
        if role == "function_call", let text {
            message = try await TrainingMessage(
                ["role": "assistant", "content": ""], keepingBytesIn: sink, at: place)
            message.parts = calls(in: text)
        } else if role == "tool", let text, object["tool_call_id"] == nil {
            message = try await TrainingMessage(["role": "tool"], keepingBytesIn: sink, at: place)
            let id = openCalls.isEmpty ? "" : openCalls.removeFirst()
            message.parts = [.toolResult(ToolResult(callID: id, output: text))]
        } else {
            var chat = object
            chat["role"] = .string(role)
            chat["content"] = value
            message = try await TrainingMessage(.object(chat), keepingBytesIn: sink, at: place)
        }
        message.leftovers = leftovers
        if message.weight == nil { message.weight = object["weight"]?.int }
        return message
    }

    /// The calls that a turn holds: one, or several in an array; what is none stays words.
    private mutating func calls(in text: String) -> [MessagePart] {
        let json = try? JSON(parsing: text)
        let calls = json?.array ?? json.map { [$0] } ?? []
        var parts: [MessagePart] = []
        for call in calls {
            guard let name = call["name"]?.string, let arguments = call["arguments"] ?? call["parameters"] else {
                parts = []
                break
            }
            callCount += 1
            let id = "call_\(callCount)"
            openCalls.append(id)
            parts.append(.toolCall(ToolCall(id: id, name: name, arguments: arguments.string ?? arguments.text())))
        }
        guard parts.isEmpty else { return parts }
        sink.note(ImportNote(.degraded, "a call of a tool that cannot be read, kept as words", at: place))
        return [.text(text)]
    }

    /// The tools: JSON in a string, or as it is; each in the chat form or without its wrapper.
    private func tools(_ json: JSON?) -> JSON? {
        let list: [JSON]?
        if let text = json?.string {
            guard !text.isEmpty else { return nil }
            list = (try? JSON(parsing: text))?.array
            if list == nil { sink.note(ImportNote(.degraded, "tools that cannot be read", at: place)) }
        } else {
            list = json?.array
        }
        guard let list, !list.isEmpty else { return nil }
        return .array(list.map { $0["function"] == nil ? ["type": "function", "function": $0] : $0 })
    }

    /// The names that the format and its relatives have for who speaks.
    private static let roles = [
        "human": "user", "user": "user", "prompter": "user", "gpt": "assistant", "assistant": "assistant",
        "chatgpt": "assistant", "bing": "assistant", "bard": "assistant", "claude": "assistant", "model": "assistant",
        "bot": "assistant", "system": "system", "developer": "developer", "function_call": "function_call",
        "tool_call": "function_call", "observation": "tool", "tool": "tool", "function": "tool",
        "function_response": "tool", "tool_response": "tool",
    ]
}
