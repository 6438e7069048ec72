package import Conversations
import OrderedJSON

extension ServedAnswer {
    /// The items of the first choice: its stored parts, with what the upstream said of them besides.
    package func output(blobs: any BlobReader) throws -> [ServedItem] {
        guard let choice = choices.first(where: { $0.index == 0 }) ?? choices.first else { return [] }
        let isOver = status == .complete || status == .incomplete
        if !isOver, choice.parts.allSatisfy({ if case .text("") = $0 { true } else { false } }) { return [] }
        var items = try ConversationItems.items(
            of: choice.parts, role: .assistant, messageUID: choice.messageUID, status: choice.status, blobs: blobs)
        let upstream = upstreamItems(of: choice)
        for index in items.indices {
            guard var told = upstream[items[index].id], told.saysSame(as: items[index]) else { continue }
            if told.json["status"]?.string == "in_progress" { told.json["status"] = items[index].json["status"] }
            items[index] = told
        }
        return items
    }

    /// What the upstream's body has of a choice's items, by the ids they have here.
    private func upstreamItems(of choice: ServedChoice) -> [String: ServedItem] {
        guard let body = upstreamBody else { return [:] }
        var numbering = ItemNumbering(messageUID: choice.messageUID)
        var items: [String: ServedItem] = [:]
        if let choices = body["choices"]?.array, !choices.isEmpty {
            let json = choices.first { $0["index"]?.int == choice.index } ?? choices[0]
            let text = choice.parts.text
            let annotations = (json["message"]?["annotations"]?.array ?? []).map { Citations.response($0) }
            let logprobs = (json["logprobs"]?["content"]?.array ?? []).map { TokenLogprobs.response($0) }
            guard !text.isEmpty, !annotations.isEmpty || !logprobs.isEmpty else { return [:] }
            var content = [ServedItem.outputText(text, annotations: annotations, logprobs: logprobs)]
            for case .refusal(let words) in choice.parts { content.append(ServedItem.refusal(words)) }
            let id = numbering.next(.message)
            items[id] = .message(id: id, role: Role.assistant.name, status: .inProgress, content: content)
            return items
        }
        var assignment = ChoiceAssignment(choicesAsked: choices.count)
        for item in body["output"]?.array ?? [] {
            guard let item = item.object else { continue }
            let type = item["type"]?.string ?? "message"
            guard assignment.choice(forItemThatIsMessage: type == "message") == choice.index else { continue }
            switch type {
            case "message":
                guard var relayed = ServedItem.relayed(item, id: "", callID: "", otherwise: .inProgress) else {
                    continue
                }
                let id = numbering.next(.message)
                relayed.json["id"] = .string(id)
                items[id] = ServedItem(id: id, json: relayed.json)
            case "function_call", "custom_tool_call":
                let ordinal = numbering.callCount
                let id = numbering.next(type == "custom_tool_call" ? .custom : .function)
                items[id] = .relayed(
                    item, id: id,
                    callID: ToolCall.madeUpID(responseID: body["id"]?.identifier, choice: 0, ordinal: ordinal),
                    otherwise: .inProgress)
            default: break
            }
        }
        return items
    }
}
