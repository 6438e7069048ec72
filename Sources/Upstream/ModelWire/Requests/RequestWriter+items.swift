import Conversations
import OrderedJSON

extension RequestWriter {
    /// Writes a turn as items of the Responses API (openai-openapi, `InputItem`): messages, calls and results stand in
    /// one list.
    mutating func writeItems(_ turn: AssistantTurn) {
        // A reasoning item without the item that followed it is refused ("provided without its required following item").
        var thoughts: [JSON] = []
        var calls = answeredCalls(of: turn)[...]
        for piece in turn.pieces {
            switch piece {
            case .thought(let item):
                if let item = replayable(item) { thoughts.append(item) }
                continue
            case .said(let content):
                writeThoughts(&thoughts)
                writeMessage(role: turn.role, content: content)
            case .called(let call):
                // The calls that are written stand in the order of the pieces.
                if let next = calls.first, next.original == call {
                    calls.removeFirst()
                    writeThoughts(&thoughts)
                    writeItem(next.portable)
                } else {
                    thoughts = []
                }
            }
        }
        for result in turn.results {
            var isCustom = result.kind == "custom"
            if let call = turn.call(result.callID), (call.kind == "custom") != isCustom,
                portability.translates(.resultOfOtherKind)
            {
                isCustom.toggle()
            }
            json.beginObject()
            json.field("type", isCustom ? "custom_tool_call_output" : "function_call_output")
            json.field("call_id", portability.portable(id: result.callID))
            json.field("output", result.output)
            json.endObject()
        }
    }

    private mutating func writeThoughts(_ thoughts: inout [JSON]) {
        for thought in thoughts { json.value(thought) }
        thoughts = []
    }

    private mutating func writeItem(_ call: PortableCall) {
        json.beginObject()
        json.field("type", call.isCustom ? "custom_tool_call" : "function_call")
        json.field("call_id", call.id)
        json.field("name", call.name)
        json.field(call.isCustom ? "input" : "arguments", call.arguments)
        json.endObject()
    }

    /// A reasoning item as it may go back: by its id where the upstream keeps the answer, else by what it holds in
    /// encrypted form; nil where neither says what it was.
    private func replayable(_ item: JSON) -> JSON? {
        guard var object = item.object, object["type"]?.string == "reasoning" else { return nil }
        object["status"] = nil
        if storesAtUpstream {
            guard object["id"]?.string != nil else { return nil }
        } else {
            guard object["encrypted_content"]?.string != nil else { return nil }
            // The schema requires an id; what is not stored is not looked for by it.
            if portability.rules.version == 0 { object["id"] = nil }
        }
        if object["summary"] == nil { object["summary"] = [] }
        return .object(object)
    }
}
