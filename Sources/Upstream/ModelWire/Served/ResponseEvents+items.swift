import Conversations
import OrderedJSON

extension ResponseEvents {
    /// Opens an item.
    ///
    /// - Returns: where it stands among the drafts, which is its `output_index`.
    @discardableResult
    mutating func open(_ item: ServedItem, _ kind: ItemDraft.Kind) -> Int {
        let position = drafts.count
        drafts.append(ItemDraft(kind: kind, outputIndex: position, item: item))
        emit("response.output_item.added", size: 256) { json in
            json.field("output_index", position)
            json.key("item")
            json.value(.object(item.json))
        }
        return position
    }

    /// Tells a piece of text.
    mutating func append(
        _ delta: String, to kind: ItemDraft.Piece.Kind, wireIndex: Int = 0, of position: Int, logprobs: [JSON] = []
    ) {
        guard drafts[position].isOpen else { return }
        let piece =
            drafts[position].piece(kind, wireIndex: wireIndex) ?? openPiece(kind, wireIndex: wireIndex, of: position)
        guard drafts[position].pieces[piece].isOpen else { return }
        drafts[position].pieces[piece].text += delta
        if !logprobs.isEmpty { drafts[position].pieces[piece].logprobs += logprobs }
        guard !delta.isEmpty else { return }
        let index = drafts[position].pieces[piece].index
        emit(kind.deltaType, size: delta.utf8.count + 160) { [id = drafts[position].id] json in
            json.itemMembers(id, position, kind == .summary ? "summary_index" : "content_index", index)
            json.field("delta", delta)
            if kind == .text {
                json.key("logprobs")
                json.value(.array(logprobs))
            }
        }
    }

    /// Opens a piece of an item; of reasoning, the piece before it is closed.
    func opensAfterAnother(_ kind: ItemDraft.Piece.Kind, of position: Int) -> Int? {
        guard drafts[position].kind == .reasoning else { return nil }
        return drafts[position].pieces.lastIndex { $0.isOpen }
    }

    mutating func openPiece(_ kind: ItemDraft.Piece.Kind, wireIndex: Int, of position: Int) -> Int {
        if let before = opensAfterAnother(kind, of: position) { close(piece: before, of: position) }
        let isSummary = kind == .summary
        let index = drafts[position].pieces.count { ($0.kind == .summary) == isSummary }
        let piece = ItemDraft.Piece(kind: kind, index: index, wireIndex: wireIndex)
        drafts[position].pieces.append(piece)
        emit(isSummary ? "response.reasoning_summary_part.added" : "response.content_part.added") {
            [id = drafts[position].id] json in
            json.itemMembers(id, position, isSummary ? "summary_index" : "content_index", index)
            json.key("part")
            json.value(piece.json)
        }
        return drafts[position].pieces.count - 1
    }

    /// Tells a piece's end. `json` is the piece as its item has it.
    mutating func close(piece: Int, of position: Int, as json: JSON? = Optional.none) {
        guard drafts[position].pieces[piece].isOpen else { return }
        drafts[position].pieces[piece].isOpen = false
        let (kind, index) = (drafts[position].pieces[piece].kind, drafts[position].pieces[piece].index)
        let (id, part) = (drafts[position].id, json ?? drafts[position].pieces[piece].json)
        let place = kind == .summary ? "summary_index" : "content_index"
        let text = (kind == .refusal ? part["refusal"] : part["text"])?.string ?? ""
        emit(kind.doneType, size: text.utf8.count + 160) { json in
            json.itemMembers(id, position, place, index)
            json.field(kind == .refusal ? "refusal" : "text", text)
            if kind == .text {
                json.key("logprobs")
                json.value(part["logprobs"] ?? [])
            }
        }
        emit(kind == .summary ? "response.reasoning_summary_part.done" : "response.content_part.done") { json in
            json.itemMembers(id, position, place, index)
            json.key("part")
            json.value(part)
        }
    }

    /// Tells a piece of a call's arguments.
    mutating func append(arguments delta: String, of position: Int) {
        guard drafts[position].isOpen, !delta.isEmpty else { return }
        drafts[position].arguments += delta
        let type =
            drafts[position].isCustom
            ? "response.custom_tool_call_input.delta" : "response.function_call_arguments.delta"
        emit(type, size: delta.utf8.count + 160) { [id = drafts[position].id] json in
            json.field("item_id", id)
            json.field("output_index", position)
            json.field("delta", delta)
        }
    }

    /// Tells what of an item was not told yet, and its end.
    mutating func complete(_ position: Int, as item: ServedItem) {
        guard drafts[position].isOpen else { return }
        switch drafts[position].kind {
        case .message:
            for block in item.json["content"]?.array ?? [] { settle(block: block, of: position) }
        case .reasoning:
            for (index, piece) in (item.json["summary"]?.array ?? []).enumerated() {
                settle(piece, as: .summary, wireIndex: index, of: position)
            }
            for (index, piece) in (item.json["content"]?.array ?? []).enumerated() {
                settle(piece, as: .thought, wireIndex: index, of: position)
            }
        case .call: settleCall(item, of: position)
        case .other: break
        }
        for piece in drafts[position].pieces.indices { close(piece: piece, of: position) }
        emit("response.output_item.done", size: 512) { json in
            json.field("output_index", position)
            json.key("item")
            json.value(.object(item.json))
        }
        drafts[position].item = item
        drafts[position].isOpen = false
        // What was told is in the item.
        drafts[position].pieces = []
        drafts[position].arguments = ""
    }

    private mutating func settle(block: JSON, of position: Int) {
        switch block["type"]?.string {
        case "output_text": settle(block, as: .text, wireIndex: 0, of: position)
        case "refusal": settle(block, as: .refusal, wireIndex: 0, of: position)
        default:
            let index = drafts[position].pieces.count
            for type in ["response.content_part.added", "response.content_part.done"] {
                emit(type) { [id = drafts[position].id] json in
                    json.itemMembers(id, position, "content_index", index)
                    json.key("part")
                    json.value(block)
                }
            }
        }
    }

    private mutating func settle(
        _ element: JSON, as kind: ItemDraft.Piece.Kind, wireIndex: Int, of position: Int
    ) {
        let text = (kind == .refusal ? element["refusal"] : element["text"])?.string ?? ""
        let piece =
            drafts[position].piece(kind, wireIndex: wireIndex) ?? openPiece(kind, wireIndex: wireIndex, of: position)
        let known = drafts[position].pieces[piece].text
        if let rest = text.rest(after: known) { append(rest, to: kind, wireIndex: wireIndex, of: position) }
        close(piece: piece, of: position, as: element)
    }

    private mutating func settleCall(_ item: ServedItem, of position: Int) {
        let isCustom = drafts[position].isCustom
        let arguments = item.json[isCustom ? "input" : "arguments"]?.string ?? ""
        if let rest = arguments.rest(after: drafts[position].arguments) { append(arguments: rest, of: position) }
        emit(
            isCustom ? "response.custom_tool_call_input.done" : "response.function_call_arguments.done",
            size: arguments.utf8.count + 160
        ) { [id = drafts[position].id] json in
            json.field("item_id", id)
            json.field("output_index", position)
            if !isCustom { json.field("name", item.json["name"]?.string ?? "") }
            json.field(isCustom ? "input" : "arguments", arguments)
        }
    }
}

extension ItemDraft.Piece.Kind {
    var deltaType: String {
        switch self {
        case .text: "response.output_text.delta"
        case .refusal: "response.refusal.delta"
        case .summary: "response.reasoning_summary_text.delta"
        case .thought: "response.reasoning_text.delta"
        }
    }

    var doneType: String {
        switch self {
        case .text: "response.output_text.done"
        case .refusal: "response.refusal.done"
        case .summary: "response.reasoning_summary_text.done"
        case .thought: "response.reasoning_text.done"
        }
    }
}

extension JSONWriter {
    /// The members that say which piece of which item an event is about.
    mutating func itemMembers(_ id: String, _ outputIndex: Int, _ place: String, _ index: Int) {
        field("item_id", id)
        field("output_index", outputIndex)
        field(place, index)
    }
}

extension String {
    /// What a text says beyond its beginning; nil where it has another beginning, or ends with it.
    func rest(after known: String) -> String? {
        guard utf8.count > known.utf8.count, utf8.starts(with: known.utf8) else { return nil }
        return String(decoding: utf8.dropFirst(known.utf8.count), as: UTF8.self)
    }
}
