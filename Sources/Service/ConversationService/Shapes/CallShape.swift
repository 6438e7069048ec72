package import Conversations
package import OrderedJSON

extension Call {
    /// What `--json` prints of a call.
    ///
    /// - Parameter prices: say what it cost.
    package func json(pricedBy prices: some ModelPrices) -> JSON {
        .object([
            "object": "call", "id": .string(id.description), "handle": .string(handle),
            "thread_id": .string(threadID.description),
            "message_ids": .array(messageIDs.map { .string($0.description) }),
            "replay_id": .optional(replayID?.description),
            "upstream": .string(upstream), "dialect": .optional(dialect?.rawValue),
            "model_requested": .name(modelRequested), "model_sent": .name(modelSent),
            "model_reported": .optional(modelReported), "response_id": .optional(responseID),
            "created": created.map { Int(exactly: $0).map { .int($0) } ?? .double($0) } ?? .null,
            "system_fingerprint": .optional(systemFingerprint),
            "status": .string(status.rawValue), "error": error?.json ?? .null,
            "usage": .object([
                "input_tokens": .optional(usage.input), "cached_tokens": .optional(usage.cached),
                "output_tokens": .optional(usage.output), "reasoning_tokens": .optional(usage.reasoning),
                "estimated": .bool(usage.input == nil && usage.output == nil),
            ]),
            "cost": cost(by: prices.price(of: modelSent, at: upstream)), "parameters": parameters.json,
            // What another program's call sent is not known here.
            "context": plan.map { plan in
                .object([
                    "mode": .string(plan.mode.description), "sent": .array(plan.sent.map(\.json)),
                    "left_out": .array(plan.leftOut.map(\.json)),
                ])
            } ?? .null,
            "queued_at": .optional(queuedAt), "sent_at": .optional(sentAt), "first_token_at": .optional(firstTokenAt),
            "finished_at": .optional(finishedAt),
        ])
    }
}

extension JSON {
    /// A model's name; null where another program did not tell it.
    fileprivate static func name(_ name: String) -> JSON { name.isEmpty ? .null : .string(name) }
}

extension Call {
    /// What it cost; null where the price is not known or the tokens were not counted.
    private func cost(by price: ModelPrice?) -> JSON {
        guard let price, let amount = price.cost(of: usage) else { return .null }
        return .object([
            "amount": .amount(amount), "currency": .string(price.currency), "price_date": .optional(price.date),
        ])
    }
}

extension ClosedRange<Int> {
    /// The first and the last message of a run, counted from 1 as addresses are.
    fileprivate var json: JSON { .array([.int(lowerBound + 1), .int(upperBound + 1)]) }
}
