package import Conversations
package import OrderedJSON

extension BackendHistory {
    /// What `drift --json` prints of it.
    package var json: JSON {
        let overlapping = overlapping
        return .object([
            "object": "drift", "id": .string("\(upstream)/\(model)"), "upstream": .string(upstream),
            "model": .string(model), "calls": .int(configurations.map(\.calls).reduce(0, +)),
            "configurations": .array(
                configurations.map { seen in
                    .object([
                        "model_reported": .optional(seen.modelReported),
                        "system_fingerprint": .optional(seen.systemFingerprint), "first_at": .optional(seen.firstAt),
                        "last_at": .optional(seen.lastAt), "calls": .int(seen.calls),
                        "overlaps": .bool(overlapping.contains(seen)),
                    ])
                }),
            "changes": .array(
                changes.map { change in
                    .object([
                        "changed_at": .optional(change.at), "model_reported": change.modelReported?.json ?? .null,
                        "system_fingerprint": change.systemFingerprint?.json ?? .null,
                    ])
                }),
        ])
    }
}

extension BackendChange.Value {
    fileprivate var json: JSON {
        .object(["before": .string(before), "since_at": .optional(since), "now": .string(now)])
    }
}
