package import Conversations
package import OrderedJSON

extension JSON {
    /// A string, or `null`: what is absent is never missing.
    package static func optional(_ text: String?) -> JSON { text.map { .string($0) } ?? .null }
    package static func optional(_ number: Int?) -> JSON { number.map { .int($0) } ?? .null }
    package static func optional(_ time: Timestamp?) -> JSON { optional(time?.rfc3339) }
}

extension ChatThread {
    /// What `--json` prints of a thread.
    package var json: JSON {
        .object([
            "object": "thread", "id": .string(id.description), "handle": .string(handle), "title": .optional(title),
            "title_given": .bool(titleIsGiven), "tip_id": .optional(tipID?.description), "model": .optional(model),
            "upstream": .optional(upstream), "message_count": .int(messageCount), "branch_count": .int(branchCount),
            "tags": .array(tags.map { .string($0) }), "from": origin ?? .null, "created_at": .optional(createdAt),
            "active_at": .optional(activeAt), "pinned": .bool(pinnedAt != nil), "archived": .bool(archivedAt != nil),
            "trashed": .bool(trashedAt != nil),
        ])
    }

    /// The title, or what stands for it.
    package var shownTitle: String { title ?? "(empty)" }
}
