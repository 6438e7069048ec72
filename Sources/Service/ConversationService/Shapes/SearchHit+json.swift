package import ConversationStorage
import Conversations
package import OrderedJSON

extension SearchHit {
    /// One line of what `search --json` prints.
    package func json(address: String) -> JSON {
        .object([
            "object": "hit",
            "thread": .object([
                "id": .string(threadID.description), "handle": .string(threadHandle), "title": .optional(threadTitle),
            ]),
            "message_id": .optional(messageID?.description), "address": .string(address), "role": .optional(role?.name),
            "snippet": .string(snippet),
            "marks": .array(marks.map { .array([.int($0.lowerBound), .int($0.upperBound)]) }),
            "score": .double(score), "model": .optional(model), "created_at": .optional(createdAt),
            "on_tip_path": .bool(isOnTipPath), "also_on": .int(alsoOn),
        ])
    }
}

extension SearchPage {
    /// The last line of what `search --json` prints.
    package var summary: JSON {
        .object([
            "object": "search", "understood": .string(understood), "matched": .int(matched),
            "ranked": .optional(ranked), "looked_back_to": .optional(lookedBackTo), "relaxed": .bool(isRelaxed),
        ])
    }
}
