import Conversations
import OrderedJSON

extension ResponseEvents {
    /// Takes an event of a Responses upstream.
    ///
    /// The upstream's own beginning and end are not handed on: both are written from the answer here.
    mutating func receive(event: JSON, type: String) {
        switch type {
        case "response.created", "response.queued", "response.in_progress":
            if upstreamID == nil { upstreamID = event["response"]?["id"]?.identifier }
        case "response.completed", "response.incomplete", "response.failed", "response.cancelled", "response.done":
            break
        case "response.output_item.added":
            guard let item = event["item"]?.object, let place = place(event, item: item) else { return }
            places[place].head = item
            // A message that never says anything is none.
            if places[place].kind != "message" { _ = draft(at: place) }
        case "response.output_item.done":
            guard let item = event["item"]?.object, let place = place(event, item: item) else { return }
            end(place, item)
        case "response.content_part.added", "response.content_part.done", "response.reasoning_summary_part.added",
            "response.reasoning_summary_part.done":
            // Pieces are opened by what they say, and closed with their item.
            break
        case "response.output_text.delta", "response.refusal.delta", "response.reasoning_text.delta",
            "response.reasoning_summary_text.delta":
            guard let delta = event["delta"]?.string, !delta.isEmpty else { return }
            tell(delta, of: event, type: type)
        case "response.function_call_arguments.delta", "response.custom_tool_call_input.delta":
            let kind = type.hasPrefix("response.custom") ? "custom_tool_call" : "function_call"
            guard let delta = event["delta"]?.string, let place = place(event, kind: kind) else { return }
            append(arguments: delta, of: draft(at: place))
        case "response.output_text.annotation.added": annotate(event)
        case "response.output_text.done", "response.refusal.done", "response.reasoning_text.done",
            "response.reasoning_summary_text.done", "response.function_call_arguments.done",
            "response.custom_tool_call_input.done":
            break
        default: pass(event, type: type)
        }
    }

    /// The item an event is about, where it is one of the first choice that is not over.
    private mutating func place(_ event: JSON, item: JSONObject? = nil, kind: String? = nil) -> Int? {
        let place = places.position(event, item: item, kind: kind)
        return places[place].choice == 0 && !places[place].isDone ? place : nil
    }

    /// The draft of an upstream's item, opened where it is not yet.
    private mutating func draft(at place: Int) -> Int {
        if let draft = places[place].draft { return draft }
        let head = places[place].head
        let draft: Int
        switch places[place].kind {
        case "message":
            let id = numbering.next(.message)
            draft = open(.message(id: id, role: "assistant", status: .inProgress, content: [], others: head), .message)
        case "reasoning":
            var item = head
            if item["type"] == nil { item["type"] = "reasoning" }
            item["summary"] = []
            if item["content"] != nil { item["content"] = [] }
            draft = open(.verbatim(item, id: numbering.next(.reasoning)), .reasoning)
        case "function_call", "custom_tool_call":
            let isCustom = places[place].kind == "custom_tool_call"
            let callID = ToolCall.madeUpID(responseID: upstreamID, choice: 0, ordinal: numbering.callCount)
            var call = ServedItem.toolCall(in: head, callID: callID)
            call.arguments = ""
            call.kind = isCustom ? "custom" : "function"
            let id = numbering.next(isCustom ? .custom : .function)
            draft = open(.call(id: id, status: .inProgress, call, others: head), .call)
        default:
            let id = head["id"]?.nonEmptyString ?? numbering.next(.other)
            draft = open(.verbatim(head, id: id), .other)
        }
        places[place].draft = draft
        return draft
    }

    private mutating func tell(_ delta: String, of event: JSON, type: String) {
        let kind: ItemDraft.Piece.Kind =
            switch type {
            case "response.output_text.delta": .text
            case "response.refusal.delta": .refusal
            case "response.reasoning_text.delta": .thought
            default: .summary
            }
        let isThought = kind == .thought || kind == .summary
        guard let place = place(event, kind: isThought ? "reasoning" : "message") else { return }
        let index = (kind == .summary ? event["summary_index"] : event["content_index"])?.count ?? 0
        let logprobs = kind == .text ? event["logprobs"]?.array ?? [] : []
        append(delta, to: kind, wireIndex: index, of: draft(at: place), logprobs: logprobs)
    }

    private mutating func end(_ place: Int, _ item: JSONObject) {
        if places[place].head.isEmpty { places[place].head = item }
        places[place].isDone = true
        let known = places[place].draft.map { drafts[$0] }
        var ended: ServedItem?
        if places[place].kind == "message" || places[place].kind.hasSuffix("tool_call")
            || places[place].kind == "function_call"
        {
            ended = .relayed(item, id: "", callID: known?.item.json["call_id"]?.string ?? "", otherwise: .completed)
        } else {
            ended = .verbatim(item, id: "")
        }
        if ended == nil, known == nil { return }
        let draft = draft(at: place)
        // Some servers end an item without its words.
        var whole = ended ?? drafts[draft].told(.completed)
        whole.json["id"] = .string(drafts[draft].id)
        if drafts[draft].kind == .call { whole.json["call_id"] = drafts[draft].item.json["call_id"] }
        complete(draft, as: drafts[draft].completing(ServedItem(id: drafts[draft].id, json: whole.json)))
    }

    private mutating func annotate(_ event: JSON) {
        guard let annotation = event["annotation"], let place = place(event, kind: "message") else { return }
        let draft = draft(at: place)
        let piece = drafts[draft].piece(.text, wireIndex: 0) ?? openPiece(.text, wireIndex: 0, of: draft)
        annotate(annotation, piece: piece, of: draft)
    }

    mutating func annotate(_ annotation: JSON, piece: Int, of position: Int) {
        guard drafts[position].isOpen else { return }
        let number = drafts[position].pieces[piece].annotations.count
        drafts[position].pieces[piece].annotations.append(annotation)
        let index = drafts[position].pieces[piece].index
        emit("response.output_text.annotation.added", size: 256) { [id = drafts[position].id] json in
            json.itemMembers(id, position, "content_index", index)
            json.field("annotation_index", number)
            json.key("annotation")
            json.value(annotation)
        }
    }

    /// Hands on what a hosted tool is doing, or an event nobody knows, with the numbers it has here.
    private mutating func pass(_ event: JSON, type: String) {
        var draft: Int?
        if event["output_index"] != nil || event["item_id"] != nil {
            guard let place = places.find(event), places[place].choice == 0 else { return }
            draft = places[place].draft
            if draft == nil { return }
        }
        let id = draft.map { drafts[$0].id }
        let named = isDocumented
        emit(type, size: 256) { json in
            for (key, value) in event.object ?? JSONObject() {
                switch key {
                case "type", "sequence_number", "obfuscation": continue
                case "model" where named: continue
                case "output_index": if let draft { json.field(key, draft) }
                case "item_id": if let id { json.field(key, id) }
                default:
                    json.key(key)
                    json.value(value)
                }
            }
        }
    }
}
