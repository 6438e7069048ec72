import Conversations
import OrderedJSON

extension ChatChunks {
    /// Takes an event of a Responses upstream.
    mutating func receive(event: JSON, type: String) {
        let deltas = stream.receive(event)
        if case .started(let id, let name)? = deltas.first {
            upstreamID = upstreamID ?? id
            note(model: name)
        }
        switch type {
        case "response.output_item.added", "response.output_item.done":
            guard let item = event["item"]?.object else { return }
            let place = places.position(event, item: item)
            if type.hasSuffix("done") { places[place].isDone = true }
            if places[place].head.isEmpty { places[place].head = item }
            if places[place].kind.hasSuffix("tool_call") || places[place].kind == "function_call" {
                openCall(place, whole: type.hasSuffix("done") ? item : nil)
            }
        case "response.function_call_arguments.delta", "response.custom_tool_call_input.delta":
            let isCustom = type.hasPrefix("response.custom")
            let place = places.position(event, kind: isCustom ? "custom_tool_call" : "function_call")
            guard !places[place].isDone, let delta = event["delta"]?.nonEmptyString else { return }
            openCall(place)
            grow(place, by: delta, isCustom: isCustom)
        case "response.output_text.annotation.added":
            guard let annotation = event["annotation"] else { return }
            let place = places.position(event, kind: "message")
            hand(on: "annotations", [Citations.chat(annotation)], of: places[place].choice)
        case "response.completed", "response.incomplete", "response.failed", "response.cancelled", "response.done":
            // What it says beyond its events is told from the answer.
            break
        default: tellWords(deltas, of: event)
        }
    }

    private mutating func tellWords(_ deltas: [AnswerDelta], of event: JSON) {
        let tokens = (event["logprobs"]?.array ?? []).map { TokenLogprobs.chat($0) }
        let logprobs: JSON = tokens.isEmpty ? .null : ["content": .array(tokens), "refusal": .null]
        for delta in deltas {
            switch delta {
            case .text(let choice, let text): tell(text, as: .content, of: choice, logprobs: logprobs)
            case .reasoning(let choice, let text): tell(text, as: .reasoning, of: choice)
            case .refusal(let choice, let text): tell(text, as: .refusal, of: choice)
            case .started, .toolCall, .choiceFinished, .ignored: break
            }
        }
    }

    /// Tells that a tool is called, once its name is known; with its arguments, where its end has some and no event had.
    private mutating func openCall(_ place: Int, whole item: JSONObject? = nil) {
        let choice = places[place].choice
        let head = places[place].head
        let isCustom = places[place].kind == "custom_tool_call"
        if placedCalls[place] == nil {
            begin(choice)
            let position = told[choice]?.calls.count ?? 0
            let callID = ToolCall.madeUpID(responseID: upstreamID, choice: 0, ordinal: position)
            var call = ServedItem.toolCall(in: head, callID: callID)
            call.arguments = ""
            call.kind = isCustom ? "custom" : "function"
            placedCalls[place] = position
            var fragment = ChatCompletionObject.toolCall(call).object ?? JSONObject()
            fragment["index"] = .int(position)
            tell(fragment: .object(fragment), of: choice)
        }
        guard let item, let position = placedCalls[place], let known = told[choice]?.calls[position] else { return }
        let arguments = ServedItem.toolCall(in: item, callID: "").arguments
        let said = known.functionJSON()[isCustom ? "input" : "arguments"]?.string ?? ""
        if let rest = arguments.rest(after: said) { grow(place, by: rest, isCustom: isCustom) }
    }

    private mutating func grow(_ place: Int, by delta: String, isCustom: Bool) {
        guard let position = placedCalls[place] else { return }
        let inner: JSON = [isCustom ? "input" : "arguments": .string(delta)]
        tell(
            fragment: ["index": .int(position), isCustom ? "custom" : "function": inner], of: places[place].choice)
    }
}
