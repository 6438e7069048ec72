import OrderedJSON

/// Reads the JSON exports of LibreChat: the tree whose messages hold their children, the flat list of all branches, and
/// the one path.
///
/// The layouts are those of danny-avila/LibreChat, `client/src/hooks/Conversations/useExportConversation.ts` and
/// `api/server/utils/import/importers.js`. That importer passes over messages without text and loses what hangs below
/// them; here they are messages as the others are.
package struct LibreChatReader: ConversationReader {
    package static let format = ConversationFormat.librechat

    package init() {}

    package static func recognize(_ source: any ImportSource) -> Recognition? {
        var best: Recognition?
        for entry in source.jsonEntries {
            let head = source.beginning(of: entry)
            guard head.contains("\"conversationId\":") else { continue }
            if head.contains("\"messagesTree\":[") || head.contains("\"exportAt\":") { return .certain }
            if head.contains("\"messageId\":") { best = .possible }
        }
        return best
    }

    package func read(_ source: any ImportSource, into sink: any ImportSink) async throws {
        var found = false
        for entry in source.jsonEntries {
            if source.entries.count > 1, !source.beginning(of: entry).contains("\"conversationId\":") { continue }
            found = true
            // A tree goes as deep as the conversation is long, deeper than JSON is read.
            if let flat = try LibreChatTree.flattened(source, entry) {
                try await add(flat, of: entry, into: sink)
            } else {
                try await source.eachDocument(of: entry, sink: sink) { try await add($0, of: entry, into: sink) }
            }
        }
        guard found else {
            throw FormatError(
                .unknownFormat, "\(source.name) holds no LibreChat export: use Export conversation there, as JSON.")
        }
    }

    private func add(_ json: JSON, of entry: ImportEntry, into sink: any ImportSink) async throws {
        guard let object = json.object, object["messagesTree"] ?? object["messages"] != nil else {
            sink.note(ImportNote(.lost, "conversation without messages in it", at: json["title"]?.string ?? entry.path))
            return
        }
        let thread = LibreChatThread(object, sink: sink)
        try await sink.add(try await thread.conversation())
    }
}
