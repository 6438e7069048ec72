import Conversations
import OrderedJSON

extension ChatChunks {
    /// A text of a choice that goes out in pieces.
    enum Text {
        case content, reasoning, refusal

        var name: String {
            switch self {
            case .content: "content"
            case .reasoning: "reasoning_content"
            case .refusal: "refusal"
            }
        }
    }

    mutating func tell(_ delta: String, as text: Text, of choice: Int, logprobs: JSON = .null) {
        guard !delta.isEmpty else { return }
        begin(choice)
        guard told[choice]?.isFinished == false else { return }
        told[choice]?.add(delta, to: text)
        emit(choice, logprobs: logprobs) { $0.field(text.name, delta) }
    }

    /// Tells a piece of a call: the first has its id and its name, those after it arguments only.
    mutating func tell(fragment: JSON, of choice: Int) {
        begin(choice)
        guard var known = told[choice], !known.isFinished else { return }
        let position = ToolCallDraft.position(of: fragment, in: known.calls)
        if position == known.calls.count { known.calls.append(ToolCallDraft(wireIndex: fragment["index"]?.count)) }
        let isNamed = known.calls[position].isNamed
        if fragment["custom"]?["name"]?.nonEmptyString != nil { known.isCustom.insert(position) }
        let (name, arguments) = known.calls[position].merge(fragment)
        let id = fragment["id"]?.identifier
        told[choice] = known
        let isNew = name != nil && !isNamed
        guard isNew || id != nil || !arguments.isEmpty else { return }
        let isCustom = known.isCustom.contains(position)
        let madeUpID = ToolCall.madeUpID(responseID: upstreamID, choice: choice, ordinal: position)
        emit(choice) { json in
            json.key("tool_calls")
            json.beginArray()
            json.beginObject()
            json.field("index", position)
            if isNew {
                json.field("id", id ?? known.calls[position].id ?? madeUpID)
                json.field("type", isCustom ? "custom" : "function")
            }
            json.key(isCustom ? "custom" : "function")
            json.beginObject()
            if let name { json.field("name", name) }
            json.field(isCustom ? "input" : "arguments", arguments)
            json.endObject()
            for (key, value) in fragment.object ?? JSONObject()
            where !["index", "id", "type", "function", "custom"].contains(key) && !value.isNull {
                json.key(key)
                json.value(value)
            }
            json.endObject()
            json.endArray()
        }
    }

    /// Hands on a member of a delta that nobody knows.
    mutating func hand(on key: String, _ value: JSON, of choice: Int) {
        begin(choice)
        guard !value.isNull, told[choice]?.isFinished == false else { return }
        // The same thoughts under another name: what is kept says them once.
        if key == "reasoning", let text = value.string { told[choice]?.reasoning += text }
        let value = value.array.map { JSON.array(numbered($0, key: key, choice: choice)) } ?? value
        emit(choice) { json in
            json.key(key)
            json.value(value)
        }
    }

    /// The elements of a list, each with its number: the SDK that puts lists together stumbles over one without.
    private mutating func numbered(_ elements: [JSON], key: String, choice: Int) -> [JSON] {
        elements.map { element in
            guard var object = element.object, object["index"]?.count == nil else { return element }
            let number = told[choice]?.listed[key] ?? 0
            told[choice]?.listed[key] = number + 1
            object["index"] = .int(number)
            return .object(object)
        }
    }

    /// Tells what of a choice was not told yet.
    mutating func tellRest(of choice: ServedChoice) {
        begin(choice.index)
        let known = told[choice.index] ?? Told()
        let refusal = choice.parts.compactMap { if case .refusal(let text) = $0 { text } else { nil } }.joined()
        if let rest = choice.parts.reasoningText.rest(after: known.reasoning) {
            tell(rest, as: .reasoning, of: choice.index)
        }
        if let rest = choice.parts.text.rest(after: known.text) { tell(rest, as: .content, of: choice.index) }
        if let rest = refusal.rest(after: known.refusal) { tell(rest, as: .refusal, of: choice.index) }
        for call in choice.parts.toolCalls where !known.calls.contains(where: { $0.isSame(as: call) }) {
            var fragment = ChatCompletionObject.toolCall(call).object ?? JSONObject()
            fragment["index"] = .int(told[choice.index]?.calls.count ?? 0)
            tell(fragment: .object(fragment), of: choice.index)
        }
    }
}

extension ChatChunks.Told {
    fileprivate mutating func add(_ delta: String, to text: ChatChunks.Text) {
        switch text {
        case .content: self.text += delta
        case .reasoning: reasoning += delta
        case .refusal: refusal += delta
        }
    }
}

extension ToolCallDraft {
    var isNamed: Bool { functionJSON()["name"]?.nonEmptyString != nil }

    /// Whether it is this call: by its id, else by what it calls.
    func isSame(as call: ToolCall) -> Bool {
        if let id { return id.utf8.elementsEqual(call.id.utf8) }
        let function = functionJSON()
        return function["name"]?.string == call.name
            && (function["arguments"] ?? function["input"])?.string == call.arguments
    }
}
