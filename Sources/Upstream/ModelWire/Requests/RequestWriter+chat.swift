import Conversations
import OrderedJSON

extension RequestWriter {
    /// Writes a turn as chat messages: one with its words and calls, then a `tool` message a result.
    mutating func writeChat(_ turn: AssistantTurn) {
        var content: [UInt8]?
        let calls = answeredCalls(of: turn)
        var thoughts: [JSON] = []
        for piece in turn.pieces {
            switch piece {
            case .said(let said): content = said
            case .called: continue
            case .thought(let item): if let details = item["reasoning_details"]?.array { thoughts += details }
            }
        }
        guard content != nil || !calls.isEmpty else { return }
        if calls.isEmpty, thoughts.isEmpty, let content {
            writeMessage(role: turn.role, content: content)
            return
        }
        if joinsMessages, isBeforeQuestion, portability.leavesOut(.leadingAnswer, at: turn.position) { return }
        content = takeHeldContent(role: turn.role, joining: content)
        json.beginObject()
        json.field("role", turn.role.name)
        json.key("content")
        if let content { json.raw(content) } else { json.null() }
        if !thoughts.isEmpty {
            json.key("reasoning_details")
            json.value(.array(thoughts))
        }
        if !calls.isEmpty {
            json.key("tool_calls")
            json.beginArray()
            for call in calls { writeChat(call.portable) }
            json.endArray()
        }
        json.endObject()
        for result in turn.results {
            json.beginObject()
            json.field("role", Role.tool.name)
            json.field("tool_call_id", portability.portable(id: result.callID))
            json.field("content", result.output)
            json.endObject()
        }
    }

    /// The calls of a turn that have their results, as the target takes them.
    mutating func answeredCalls(of turn: AssistantTurn) -> [(original: ToolCall, portable: PortableCall)] {
        var calls: [(original: ToolCall, portable: PortableCall)] = []
        for case .called(let call) in turn.pieces {
            guard turn.isAnswered(call.id) else {
                _ = portability.treatment(.unansweredCall, at: turn.position)
                continue
            }
            if calls.contains(where: { $0.original.id.utf8.elementsEqual(call.id.utf8) }),
                portability.leavesOut(.repeatedCall, at: turn.position)
            {
                continue
            }
            calls.append((call, portability.portable(call, declared: declaredTools, at: turn.position)))
        }
        return calls
    }

    private mutating func writeChat(_ call: PortableCall) {
        let kind = call.isCustom ? "custom" : "function"
        json.beginObject()
        json.field("id", call.id)
        json.field("type", kind)
        json.key(kind)
        json.beginObject()
        json.field("name", call.name)
        json.field(call.isCustom ? "input" : "arguments", call.arguments)
        json.endObject()
        json.endObject()
    }
}
