import Conversations
import OrderedJSON

/// Reads OpenAI's fine-tuning files, JSON Lines: examples to imitate (`messages`) and preferences (`input`,
/// `preferred_completion`, `non_preferred_completion`), whose two answers become siblings labelled `chosen` and
/// `rejected`.
package struct OpenAIFineTuningReader: ConversationReader {
    package static let format = ConversationFormat.openai

    package init() {}

    package static func recognize(_ source: any ImportSource) -> Recognition? {
        source.entries.compactMap { recognition(of: $0, in: source) }.max()
    }

    private static func recognition(of entry: ImportEntry, in source: any ImportSource) -> Recognition? {
        let (own, inner) = TrainingFile.keys(of: entry, in: source)
        if own.isSuperset(of: ["preferred_completion", "non_preferred_completion"]) { return .certain }
        guard own.contains("messages"), inner.isSuperset(of: ["role", "content"]), !inner.contains("from"),
            own.isDisjoint(with: ["id", "created", "title", "model"])
        else { return nil }
        // No other format's first member is a list of messages with nothing before it.
        return entry.plainName.hasSuffix(".jsonl") ? .certain : .possible
    }

    package func read(_ source: any ImportSource, into sink: any ImportSink) async throws {
        try await TrainingFile.eachExample(
            of: source, where: { source.entries.count == 1 || Self.recognition(of: $0, in: source) != nil }, sink: sink
        ) { object, place in
            do {
                try await sink.add(try await TrainingExample(object, sink: sink, place: place).conversation)
            } catch let fault as LineFault {
                sink.note(ImportNote(.lost, "an example with \(fault.what)", at: place))
            }
        }
    }
}

/// An example of the chat form as a conversation.
struct TrainingExample {
    private(set) var conversation: ForeignConversation

    init(_ object: JSONObject, sink: any ImportSink, place: String) async throws {
        conversation = ForeignConversation(id: object["id"]?.string ?? object["conversation_id"]?.string)
        let input = object["input"]?.object ?? object
        guard let messages = input["messages"]?.array else { throw LineFault("no messages") }
        var read: [TrainingMessage] = []
        for json in messages { read.append(try await TrainingMessage(json, keepingBytesIn: sink, at: place)) }
        var answer = ForeignAnswer()
        answer.parameters.tools = TrainingTools.tools(of: input)
        for name in ["parallel_tool_calls", "reasoning_effort"] {
            if let value = input[name], !value.isNull { answer.parameters.extras[name] = value }
        }
        conversation.add(read, answer: answer)
        for (name, label) in [("preferred_completion", "chosen"), ("non_preferred_completion", "rejected")] {
            guard let completion = object[name] else { continue }
            let answers = completion.array ?? [completion]
            var sibling: [TrainingMessage] = []
            for json in answers { sibling.append(try await TrainingMessage(json, keepingBytesIn: sink, at: place)) }
            conversation.branch(sibling, label: label, answer: answer)
        }
        conversation.model = object["model"]?.string
        conversation.keepExtras(
            object.leftovers(besides: [
                "messages", "input", "tools", "functions", "preferred_completion", "non_preferred_completion", "id",
                "conversation_id", "model", "parallel_tool_calls", "reasoning_effort",
            ]))
    }
}

extension ForeignConversation {
    /// Adds messages in a row; one that instructs and stands first is what the model was told before anything else.
    mutating func add(_ read: [TrainingMessage], answer: ForeignAnswer) {
        var read = read[...]
        if instructions == nil, let first = read.first, first.role == .system || first.role == .developer,
            first.parts.isPlainText, first.weight == nil, first.leftovers.isEmpty
        {
            instructions = first.parts.text
            if first.role == .developer { extras["instructions_role"] = "developer" }
            read.removeFirst()
        }
        for message in read {
            var foreign = ForeignMessage(role: message.role, parts: message.parts)
            if message.role == .assistant, !answer.isEmpty { foreign.answer = answer }
            keepFields(of: message)
            messages.append(foreign)
        }
    }

    /// Keeps what the next message has beside its words, by its place in the file.
    private mutating func keepFields(of message: TrainingMessage) {
        var fields = message.leftovers
        if let weight = message.weight { fields["weight"] = .int(weight) }
        guard !fields.isEmpty else { return }
        var details = extras["messages"]?.object ?? [:]
        details["\(messages.count + 1)"] = .object(fields)
        extras["messages"] = .object(details)
    }

    /// Adds one of several answers to the last message that was added in a row.
    mutating func branch(_ read: [TrainingMessage], label: String, answer: ForeignAnswer) {
        if messages.contains(where: { $0.id == nil }) {
            // Siblings need a parent that can be named: the place in the row is a name that every import finds again.
            for index in messages.indices { messages[index].id = "\(index + 1)" }
        }
        let trunk = messages.last { $0.labels.isEmpty && $0.id?.contains(".") == false }?.id
        var parent = trunk
        for (index, message) in read.enumerated() {
            var foreign = ForeignMessage(
                id: "\(trunk ?? "0").\(label)\(index == 0 ? "" : "-\(index + 1)")",
                parent: parent.map { .message($0) } ?? .none, role: message.role, parts: message.parts)
            if index == 0 { foreign.labels = [label] }
            if message.role == .assistant, !answer.isEmpty { foreign.answer = answer }
            parent = foreign.id
            keepFields(of: message)
            messages.append(foreign)
        }
        // What was preferred is what the conversation goes on from.
        if label == "chosen" { currentMessageID = parent }
    }

    mutating func keepExtras(_ more: JSONObject) {
        for (name, value) in more { extras[name] = value }
    }
}

/// The tools of an example in the chat form, whatever form they came in.
enum TrainingTools {
    static func tools(of object: JSONObject) -> JSON? {
        if let tools = object["tools"]?.array, !tools.isEmpty { return .array(tools) }
        // The older form, without its wrapper.
        guard let functions = object["functions"]?.array, !functions.isEmpty else { return nil }
        return .array(functions.map { ["type": "function", "function": $0] })
    }
}
