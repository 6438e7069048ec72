import OrderedJSON

/// Reads the session files of Claude Code, `~/.claude/projects/*/*.jsonl`: one conversation a file.
///
/// The program does not document them; the layout is taken from daaain/claude-code-log, `claude_code_log/models.py`, from
/// DRMacIver/claude-reliability, `notes/transcript-format.md`, and from oneryalcin/agent-schemas, `claude-code`.
package struct ClaudeCodeReader: ConversationReader {
    package static let format = ConversationFormat.claudeCode

    package init() {}

    package static func recognize(_ source: any ImportSource) -> Recognition? {
        source.entries.contains { isSession($0, in: source) } ? .certain : nil
    }

    package func read(_ source: any ImportSource, into sink: any ImportSink) async throws {
        var found = false
        for entry in source.entries where source.entries.count == 1 || Self.isSession(entry, in: source) {
            let session = ClaudeCodeSession(entry: entry, sink: sink)
            try await source.eachDocument(of: entry, sink: sink) { try await session.add($0) }
            guard let conversation = session.conversation() else { continue }
            found = true
            try await sink.add(conversation)
        }
        guard found else {
            throw FormatError(
                .unknownFormat, "\(source.name) holds no Claude Code session: they are in ~/.claude/projects.")
        }
    }

    private static func isSession(_ entry: ImportEntry, in source: any ImportSource) -> Bool {
        guard entry.hasExtension("jsonl") || source.entries.count == 1 else { return false }
        let head = source.beginning(of: entry, upTo: 64 << 10)
        guard head.contains("\"sessionId\":\"") || head.contains("\"leafUuid\":\"") else { return false }
        return head.contains("\"parentUuid\":") || head.contains("\"type\":\"summary\"")
            || head.contains("\"type\":\"file-history-snapshot\"") || head.contains("\"type\":\"queue-operation\"")
    }
}
