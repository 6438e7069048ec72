package import Conversations
package import OrderedJSON

/// A message with where it stands in its thread.
package struct PlacedMessage: Sendable {
    package let message: Message
    /// What a person types for it: `k3f9/7`, or `k3f9/7.2` beside the tip's path.
    package let address: String
    package let isOnTipPath: Bool
    package let labels: [String]

    package init(message: Message, address: String, isOnTipPath: Bool, labels: [String]) {
        self.message = message
        self.address = address
        self.isOnTipPath = isOnTipPath
        self.labels = labels
    }

    /// What `--json` prints of it.
    package var json: JSON {
        .object([
            "object": "message", "id": .string(message.id.description),
            "thread_id": .string(message.threadID.description), "parent_id": .optional(message.parentID?.description),
            "address": .string(address), "role": .string(message.role.name), "text": .string(message.text),
            "parts": .array(message.parts.map(\.json)), "call_id": .optional(message.callID?.description),
            "choice": .optional(message.choice), "finish_reason": .optional(message.finishReason),
            "status": .string(message.status.rawValue), "label": .optional(labels.first),
            "on_tip_path": .bool(isOnTipPath), "created_at": .optional(message.createdAt),
        ])
    }
}

extension MessagePart {
    /// What `--json` prints of a part.
    package var json: JSON {
        switch self {
        case .text(let text): .object(["type": "text", "text": .string(text)])
        case .refusal(let text): .object(["type": "refusal", "refusal": .string(text)])
        case .reasoning(let reasoning): .object(["type": "reasoning", "text": .string(reasoning.text)])
        case .toolCall(let call):
            .object([
                "type": "tool_call", "id": .string(call.id), "name": .string(call.name),
                "arguments": .string(call.arguments),
            ])
        case .toolResult(let result):
            .object(["type": "tool_result", "call_id": .string(result.callID), "output": .string(result.output)])
        case .image(let media): media.json(type: "image")
        case .file(let media): media.json(type: "file")
        case .audio(let media): media.json(type: "audio")
        case .unknown(let json): .object(["type": "unknown", "json": json])
        }
    }
}

extension MessageMedia {
    fileprivate func json(type: String) -> JSON {
        var object: JSONObject = ["type": .string(type), "name": .optional(name), "media_type": .optional(mediaType)]
        switch source {
        case .blob(let digest): object["sha256"] = .string(digest.description)
        case .url(let url): object["url"] = .string(url)
        case .fileID(let id): object["file_id"] = .string(id)
        }
        return .object(object)
    }
}
