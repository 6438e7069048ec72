import Conversations
import OrderedJSON

/// One item of a stream that goes out, as far as its events have told it.
struct ItemDraft: Sendable {
    enum Kind: Sendable {
        case message, reasoning, call
        /// A kind that is handed on as it came.
        case other
    }

    /// A text that goes out in pieces.
    struct Piece: Sendable {
        enum Kind: Sendable {
            case text, refusal, summary, thought
        }

        let kind: Kind
        /// Its number here, among the item's contents or its summaries.
        let index: Int
        /// Its number at the upstream.
        let wireIndex: Int
        var text = ""
        var logprobs: [JSON] = []
        var annotations: [JSON] = []
        var isOpen = true

        /// The piece as its item has it.
        var json: JSON {
            switch kind {
            case .text: ServedItem.outputText(text, annotations: annotations, logprobs: logprobs)
            case .refusal: ServedItem.refusal(text)
            case .summary: ["type": "summary_text", "text": .string(text)]
            case .thought: ["type": "reasoning_text", "text": .string(text)]
            }
        }
    }

    let kind: Kind
    let outputIndex: Int
    /// The item as it was opened, and once it is closed, as it was closed.
    var item: ServedItem
    var pieces: [Piece] = []
    var arguments = ""
    var isOpen = true

    var id: String { item.id }
    var isCustom: Bool { item.type == "custom_tool_call" }

    /// The piece of this kind: a message has one of each, reasoning one for each number of the upstream's.
    func piece(_ kind: Piece.Kind, wireIndex: Int) -> Int? {
        pieces.firstIndex { $0.kind == kind && (self.kind == .message || $0.wireIndex == wireIndex) }
    }

    /// The item as far as it was told.
    func told(_ status: ServedItem.Status) -> ServedItem {
        var item = item
        func pieces(_ kinds: Piece.Kind...) -> JSON {
            .array(self.pieces.filter { kinds.contains($0.kind) }.map(\.json))
        }
        switch kind {
        case .message: item.json["content"] = pieces(.text, .refusal)
        case .reasoning:
            item.json["summary"] = pieces(.summary)
            if self.pieces.contains(where: { $0.kind == .thought }) { item.json["content"] = pieces(.thought) }
        case .call: item.json[isCustom ? "input" : "arguments"] = .string(arguments)
        case .other: break
        }
        if kind != .other { item.setStatus(status) }
        return item
    }

    /// An item as its end has it, with what was told of it and its end leaves out.
    func completing(_ item: ServedItem) -> ServedItem {
        guard kind == .message, var content = item.json["content"]?.array else { return item }
        for piece in pieces {
            let key = piece.kind == .refusal ? "refusal" : "text"
            if let place = content.firstIndex(where: { $0[key] != nil }), var element = content[place].object {
                if piece.kind == .text, element["annotations"]?.array?.isEmpty ?? true {
                    element["annotations"] = .array(piece.annotations)
                }
                if piece.kind == .text, element["logprobs"]?.array?.isEmpty ?? true {
                    element["logprobs"] = .array(piece.logprobs)
                }
                content[place] = .object(element)
            } else {
                content.insert(piece.json, at: min(piece.index, content.count))
            }
        }
        var item = item
        item.json["content"] = .array(content)
        return item
    }
}
