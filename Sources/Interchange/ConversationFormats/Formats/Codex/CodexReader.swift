import OrderedJSON

/// Reads the session files of Codex, `~/.codex/sessions/**/rollout-*.jsonl`: one conversation a file.
///
/// The lines are those of openai/codex, `codex-rs/protocol/src/protocol.rs` (`RolloutLine`, `RolloutItem`,
/// `SessionMetaLine`, `TurnContextItem`, `CompactedItem`), `codex-rs/protocol/src/models.rs` (`ResponseItem`) and
/// `codex-rs/core/src/rollout/policy.rs` (what is written at all). The first versions wrote the session's fields as the
/// first line and the items bare.
package struct CodexReader: ConversationReader {
    package static let format = ConversationFormat.codex

    package init() {}

    package static func recognize(_ source: any ImportSource) -> Recognition? {
        source.entries.contains { isRollout($0, in: source) } ? .certain : nil
    }

    package func read(_ source: any ImportSource, into sink: any ImportSink) async throws {
        var found = false
        for entry in source.entries where source.entries.count == 1 || Self.isRollout(entry, in: source) {
            var lines: [JSON] = []
            try await source.eachDocument(of: entry, sink: sink) { lines.append($0) }
            let session = CodexSession(lines, entry: entry, sink: sink)
            guard let conversation = try await session.conversation() else { continue }
            found = true
            try await sink.add(conversation)
        }
        guard found else {
            throw FormatError(.unknownFormat, "\(source.name) holds no Codex session: they are in ~/.codex/sessions.")
        }
    }

    private static func isRollout(_ entry: ImportEntry, in source: any ImportSource) -> Bool {
        guard entry.hasExtension("jsonl") || source.entries.count == 1 else { return false }
        let head = source.beginning(of: entry, upTo: 64 << 10)
        if head.contains("\"type\":\"session_meta\"") { return true }
        if head.contains("\"type\":\"response_item\"") { return head.contains("\"payload\":{") }
        return entry.plainName.hasPrefix("rollout-") && head.contains("\"id\":\"") && head.contains("\"timestamp\":\"")
    }
}
