package import Conversations
package import OrderedJSON

/// Writes a stored message as the messages of the list that belongs to a stored completion.
package enum ChatMessages {
    /// The messages, each with its id: one, and one for each result of a tool.
    ///
    /// - Parameter messageUID: the message's identity as 32 hexadecimal digits.
    package static func messages(
        of parts: [MessagePart], role: Role, messageUID: String, blobs: any BlobReader
    ) throws -> [JSON] {
        var messages: [JSON] = []
        var numbering = ItemNumbering(messageUID: messageUID)
        var said: [MessagePart] = []
        for part in parts {
            guard case .toolResult(let result) = part else {
                said.append(part)
                continue
            }
            messages.append([
                "id": .string(numbering.next(.message)), "role": "tool", "tool_call_id": .string(result.callID),
                "content": .string(result.output), "content_parts": .null,
            ])
        }
        if !said.isEmpty || messages.isEmpty {
            let shownBy = role == .tool ? .user : role
            // An answer of several pieces and the results of its tools may be one message: what was said comes first.
            messages.insert(
                try message(said, role: shownBy, id: numbering.next(.message), blobs: blobs),
                at: role == .tool ? messages.count : 0)
        }
        return messages
    }

    private static func message(
        _ parts: [MessagePart], role: Role, id: String, blobs: any BlobReader
    ) throws -> JSON {
        let refusal = parts.compactMap { if case .refusal(let text) = $0 { text } else { nil } }.joined()
        let calls = parts.toolCalls
        let saysNothing = parts.text.isEmpty && (!calls.isEmpty || !refusal.isEmpty)
        var json: JSONObject = [
            "id": .string(id), "role": .string(role.name), "content": saysNothing ? .null : .string(parts.text),
            "refusal": refusal.isEmpty ? .null : .string(refusal), "content_parts": .null,
        ]
        if !parts.reasoningText.isEmpty { json["reasoning_content"] = .string(parts.reasoningText) }
        if !calls.isEmpty { json["tool_calls"] = .array(calls.map { ChatCompletionObject.toolCall($0) }) }
        var pieces: [JSON] = []
        var hasOtherThanWords = false
        for part in parts {
            if case .text(let text) = part {
                pieces.append(["type": "text", "text": .string(text)])
            } else if let media = try ServedMedia.chatPart(part, blobs: blobs) {
                pieces.append(media)
                hasOtherThanWords = true
            } else if case .unknown(let piece) = part {
                pieces.append(piece)
                hasOtherThanWords = true
            }
        }
        if hasOtherThanWords { json["content_parts"] = .array(pieces) }
        return .object(json)
    }
}
