import OrderedJSON

extension ResponseEvents {
    /// Tells what an answer's items say beyond what was told, and closes them all.
    ///
    /// - Returns: the items in the order in which they were told.
    mutating func close(with items: [ServedItem], isWhole: Bool) -> [ServedItem] {
        for position in drafts.indices where drafts[position].isOpen {
            if let item = items.first(where: { $0.id == drafts[position].id }) {
                complete(position, as: drafts[position].completing(item))
            } else {
                complete(position, as: drafts[position].told(isWhole ? .completed : .incomplete))
            }
        }
        var output = drafts.map { draft in
            // Where the end says other words than the way there, the end counts: it is what is kept. So it does of what an
            // upstream made for itself: it encrypts the same thoughts anew each time it sends them.
            items.first { $0.id == draft.id && ($0.isUpstreams || !$0.saysSame(as: draft.item)) } ?? draft.item
        }
        for item in items where !output.contains(where: { $0.id == item.id }) {
            complete(open(item.opening, item.draftKind), as: item)
            output.append(item)
        }
        return output
    }
}

extension ServedItem {
    /// Whether it is handed on as the upstream made it.
    fileprivate var isUpstreams: Bool { draftKind == .other || draftKind == .reasoning }

    var draftKind: ItemDraft.Kind {
        switch type {
        case "message": .message
        case "reasoning": .reasoning
        case "function_call", "custom_tool_call": .call
        default: .other
        }
    }

    /// The item before anything of it was told.
    var opening: ServedItem {
        var item = self
        switch draftKind {
        case .message: item.json["content"] = []
        case .reasoning:
            item.json["summary"] = []
            if item.json["content"] != nil { item.json["content"] = [] }
        case .call: item.json[type == "custom_tool_call" ? "input" : "arguments"] = ""
        case .other: break
        }
        if item.json["status"] != nil, draftKind != .other { item.json["status"] = "in_progress" }
        return item
    }
}
