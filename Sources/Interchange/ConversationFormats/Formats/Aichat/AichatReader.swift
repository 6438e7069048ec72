import OrderedJSON

/// Reads what aichat keeps: its log `messages.md`, where each question is a conversation of its own, and its sessions,
/// `sessions/**/*.yaml`.
///
/// The layouts are those of sigoden/aichat, `src/config/mod.rs` (`save_message`), `src/config/session.rs` (`Session`)
/// and `src/client/message.rs` (`Message`).
package struct AichatReader: ConversationReader {
    package static let format = ConversationFormat.aichat

    package init() {}

    package static func recognize(_ source: any ImportSource) -> Recognition? {
        var best: Recognition?
        for entry in source.entries {
            guard let head = try? source.head(of: entry, upTo: 16 << 10) else { continue }
            if isLog(entry, head) { return .certain }
            if isSession(entry, head) { best = head.contains("\nmessages:") ? .certain : best ?? .possible }
        }
        return best
    }

    package func read(_ source: any ImportSource, into sink: any ImportSink) async throws {
        var found = false
        for entry in source.entries {
            let head = try source.head(of: entry, upTo: 16 << 10)
            if Self.isLog(entry, head) {
                found = true
                try await AichatLog(entry: entry, sink: sink).read(try source.bytes(of: entry, limit: 1 << 30))
            } else if Self.isSession(entry, head) {
                found = true
                do {
                    let session = try AichatSession(try source.bytes(of: entry), entry: entry)
                    try await sink.add(try await session.conversation(sink: sink))
                } catch let error as FormatError {
                    sink.note(ImportNote(.lost, "session that cannot be read: \(error.code)", at: entry.path))
                    if source.entries.count == 1 { throw error }
                }
            }
        }
        guard found else {
            throw FormatError(
                .unknownFormat, "\(source.name) holds nothing of aichat: `aichat --info` prints where its files are.")
        }
    }

    private static func isLog(_ entry: ImportEntry, _ head: [UInt8]) -> Bool {
        head.starts(with: Array("# CHAT:".utf8))
    }

    private static func isSession(_ entry: ImportEntry, _ head: [UInt8]) -> Bool {
        guard entry.hasExtension("yaml") || entry.hasExtension("yml") else { return false }
        return head.starts(with: Array("model:".utf8)) || head.contains("\nmodel:") && head.contains("messages:")
    }
}
