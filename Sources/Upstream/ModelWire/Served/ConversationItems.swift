package import Conversations
import OrderedJSON

/// Writes a stored message as the items of the Responses and Conversations APIs.
package enum ConversationItems {
    /// The items of one message, in order.
    ///
    /// An answer's words are one message item each time they begin anew; what its author of another role said is one item.
    /// Whatever is asked, the same message gives the same items with the same ids.
    ///
    /// - Parameter messageUID: the message's identity as 32 hexadecimal digits.
    /// - Throws: what `blobs` throws where a picture or a file cannot be read.
    package static func items(
        of parts: [MessagePart], role: Role, messageUID: String, status: Message.Status, blobs: any BlobReader
    ) throws -> [ServedItem] {
        var list = ItemList(role: role, numbering: ItemNumbering(messageUID: messageUID), blobs: blobs)
        for part in parts { try list.append(part) }
        return list.finish(status)
    }
}

/// Sorts a message's parts into items.
private struct ItemList {
    let role: Role
    var numbering: ItemNumbering
    let blobs: any BlobReader
    var items: [ServedItem] = []
    /// The content of the message item that is being written.
    var content: [JSON] = []
    var hasRefused = false

    private var isAnswer: Bool { role == .assistant }

    mutating func append(_ part: MessagePart) throws {
        switch part {
        case .text(let text):
            // Words of different messages are parts of their own.
            if isAnswer { flush() }
            if !text.isEmpty {
                say(isAnswer ? ServedItem.outputText(text) : ["type": "input_text", "text": .string(text)])
            }
        case .refusal(let text):
            if hasRefused { flush() }
            hasRefused = isAnswer
            say(isAnswer ? ServedItem.refusal(text) : ["type": "input_text", "text": .string(text)])
        case .image(let media) where isAnswer:
            flush()
            let id = numbering.next(.picture)
            items.append(try ServedMedia.drawing(media, id: id, blobs: blobs))
        case .image(let media): say(try ServedMedia.inputImage(media, blobs: blobs))
        case .file(let media): say(try ServedMedia.inputFile(media, blobs: blobs))
        case .audio(let media): say(try ServedMedia.inputAudio(media, blobs: blobs))
        case .toolCall(let call):
            flush()
            let id = numbering.next(call.kind == "custom" ? .custom : .function)
            items.append(.call(id: id, status: .completed, call))
        case .toolResult(let result):
            flush()
            let id = numbering.next(result.kind == "custom" ? .customOutput : .functionOutput)
            items.append(.result(id: id, result))
        case .reasoning(let reasoning):
            append(reasoning)
        case .unknown(let json):
            if let item = json.object, ServedItem.isItem(item) {
                flush()
                let id = item["id"]?.nonEmptyString ?? numbering.next(.other)
                items.append(.verbatim(item, id: id))
            } else {
                say(json)
            }
        }
    }

    private mutating func append(_ reasoning: Reasoning) {
        if let item = reasoning.item?.object, item["type"]?.string == "reasoning" {
            flush()
            items.append(.verbatim(item, id: numbering.next(.reasoning)))
        } else if !reasoning.text.isEmpty {
            flush()
            items.append(.reasoning(id: numbering.next(.reasoning), status: .inProgress, text: reasoning.text))
        }
    }

    private mutating func say(_ piece: JSON) {
        content.append(piece)
    }

    private mutating func flush() {
        guard !content.isEmpty else { return }
        items.append(.message(id: numbering.next(.message), role: wireRole, status: .completed, content: content))
        content = []
        hasRefused = false
    }

    /// What a tool shows beside its words is shown as the user shows things; a role the API has no word for is unknown.
    private var wireRole: String {
        if role == .tool { return Role.user.name }
        let known = ["user", "assistant", "system", "developer", "critic", "discriminator"]
        return known.contains(role.name) ? role.name : "unknown"
    }

    mutating func finish(_ status: Message.Status) -> [ServedItem] {
        flush()
        if items.isEmpty {
            content = [isAnswer ? ServedItem.outputText("") : ["type": "input_text", "text": ""]]
            flush()
        }
        for index in items.indices {
            let isCut = status != .complete && (index == items.count - 1 || items[index].isVisiblyCut)
            switch items[index].draftKind {
            case .message, .call: if isCut { items[index].setStatus(.incomplete) }
            case .reasoning:
                guard items[index].json["status"]?.string == "in_progress" else { continue }
                items[index].setStatus(isCut ? .incomplete : .completed)
            // What a tool of the upstream's did has words of its own for that.
            case .other: break
            }
        }
        return items
    }
}

extension ServedItem {
    /// Whether a piece of a kind nobody knows is an item of its own and no piece of a message's content: items have ids,
    /// or names that say what they are.
    static func isItem(_ json: JSONObject) -> Bool {
        guard let type = json["type"]?.string else { return false }
        return json["id"]?.nonEmptyString != nil || type.hasSuffix("_call") || type.hasSuffix("_output")
            || type.hasPrefix("mcp_") || type == "compaction"
    }
}
