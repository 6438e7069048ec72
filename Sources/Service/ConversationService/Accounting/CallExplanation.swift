import ConversationStorage
package import Conversations
package import OrderedJSON

/// Why a call sent what it sent.
package struct CallExplanation: Sendable {
    package let call: Call
    package let thread: ChatThread
    /// What of the path was not sent, in order.
    package let leftOut: [PlacedMessage]
    /// The summary that stood in the request for what was left out, where it is still here.
    package let summary: ContextSummary?
    /// How many messages the path had.
    package let messageCount: Int
    /// The size of the request in bytes; nil where it cannot be rebuilt any more.
    package let requestSize: Int?
    /// The call before this one in its thread, and where this one's request first differs from its.
    package let before: (call: Call, comparison: RequestComparison)?

    package init(of call: Call, _ service: ThreadService) async throws {
        self.call = call
        let thread = try await service.vault.thread(call.threadID)
        self.thread = thread
        let path = try await call.questionID.asyncMap { try await service.vault.path(to: $0) } ?? []
        messageCount = path.count
        let tipPath = try await thread.tipID.asyncMap { try await service.vault.path(to: $0) } ?? []
        let labels = try await service.vault.labels(in: thread.id)
        var leftOut: [PlacedMessage] = []
        for position in (call.plan?.leftOut ?? []).joined() where path.indices.contains(position) {
            let message = path[position]
            leftOut.append(
                try await service.place(message, in: thread, path: tipPath, labels: labels[message.id] ?? []))
        }
        self.leftOut = leftOut
        summary =
            try await call.plan?.summaryID.asyncMap { try await service.vault.summary($0, in: call.threadID) } ?? nil
        // A request whose attachments were erased cannot be rebuilt; everything else is told all the same.
        let request = try? await service.requestBody(of: call)
        requestSize = request?.count
        let calls = try await service.vault.calls(of: thread.id).filter {
            $0.id == call.id || $0.plan?.summarises != true
        }
        let earlier = calls.firstIndex { $0.id == call.id }.map { calls[($0 + 1)...] }?.first
        if let request, let earlier, let body = try? await service.requestBody(of: earlier) {
            before = (earlier, RequestComparison(body, request))
        } else {
            before = nil
        }
    }

    /// What `why --json` prints. Positions are counted from 1, as in addresses.
    package var json: JSON {
        .object([
            "object": "why", "call_id": .string(call.id.description), "handle": .string(call.handle),
            "thread_id": .string(thread.id.description), "mode": .optional(call.plan?.mode.description),
            "window": .optional(call.plan?.window),
            "tokens": .object([
                "estimated": .optional(call.plan?.estimatedTokens), "counted": .optional(call.usage.input),
                "cached": .optional(call.usage.cached),
            ]),
            "message_count": .int(messageCount), "continues_answer": .bool(call.plan?.continuesAnswer ?? false),
            "imported": .bool(call.plan == nil),
            "blocks": .array(
                (call.plan?.blocks ?? []).map { block in
                    .object([
                        "from": .int(block.positions.lowerBound + 1), "to": .int(block.positions.upperBound + 1),
                        "sent": .bool(block.isSent), "reason": .string(block.reason.rawValue),
                    ])
                }),
            "left_out": .array(
                leftOut.map { placed in
                    .object([
                        "message_id": .string(placed.message.id.description), "address": .string(placed.address),
                        "role": .string(placed.message.role.name), "first_words": .string(placed.message.beginning),
                    ])
                }),
            "summary": summary?.json ?? .null,
            "summarises": .bool(call.plan?.summarises ?? false), "request_bytes": .optional(requestSize),
            "before": before.map { before in
                .object([
                    "call_id": .string(before.call.id.description), "handle": .string(before.call.handle),
                    "shared_bytes": .int(before.comparison.sharedBytes),
                    "differs_at": .optional(before.comparison.place),
                ])
            } ?? .null,
        ])
    }
}

extension ContextSummary {
    /// What `why --json` prints of a summary.
    package var json: JSON {
        .object([
            "object": "summary", "id": .string(id.description), "thread_id": .string(threadID.description),
            "message_count": .int(lastPosition + 1), "last_message_id": .string(lastID.description),
            "text": .string(text), "upstream": .string(upstream), "model": .string(model), "prompt": .string(prompt),
            "created_at": .optional(createdAt),
        ])
    }
}
