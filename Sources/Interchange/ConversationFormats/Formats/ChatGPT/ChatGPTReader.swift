import Conversations
import OrderedJSON

/// Reads ChatGPT's data export: `conversations.json` or its shards, alone, in a folder or in a ZIP archive, and single
/// conversations as browser extensions save them.
///
/// Every node of every conversation's tree is read, the hidden ones included: what a regeneration replaced, what a tool
/// was asked and what it said. What has no words and no attachments (the empty root of each tree) is left out and its
/// children continue what it continued.
package struct ChatGPTReader: ConversationReader {
    package static let format = ConversationFormat.chatgpt

    package init() {}

    package static func recognize(_ source: any ImportSource) -> Recognition? {
        var best: Recognition?
        for entry in candidates(in: source).prefix(16) {
            guard let head = try? source.head(of: entry, upTo: 64 << 10) else { continue }
            let isTree = head.contains("\"mapping\"")
            if isTree, head.contains("\"create_time\"") || head.contains("\"current_node\"") { return .certain }
            if isTree || isEmptyExport(head, in: source) { best = .possible }
        }
        return best
    }

    /// An account without conversations exports `[]` beside its other files.
    private static func isEmptyExport(_ head: [UInt8], in source: any ImportSource) -> Bool {
        head.count < 8
            && source.entries.contains { $0.plainName == "chat.html" || $0.plainName == "message_feedback.json" }
    }

    /// The JSON files that may hold conversations, in the order of their names.
    private static func candidates(in source: any ImportSource) -> [ImportEntry] {
        let json = source.entries.filter { entry in
            let name = entry.plainName
            return (name.hasSuffix(".json") || name.hasSuffix(".jsonl")) && !sideFiles.contains(name)
                && !entry.path.hasPrefix("__MACOSX/") && !entry.isCanvasDocument
        }
        let named = json.filter { $0.plainName.hasPrefix("conversations") }
        return (named.isEmpty ? json : named).sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    }

    /// What an export has beside its conversations and is no part of one.
    private static let sideFiles: Set<String> = [
        "user.json", "user_settings.json", "message_feedback.json", "model_comparisons.json", "shopping.json",
        "sora.json", "export_manifest.json", "library_files.json", "shared_conversations.json", "group_chats.json",
        ChatGPTAssets.indexName,
    ]

    package func read(_ source: any ImportSource, into sink: any ImportSink) async throws {
        let assets = ChatGPTAssets(source, sink: sink)
        let ratings = ChatGPTRatings(source)
        var failures: [UnreadableEntry] = []
        var conversationCount = 0
        for entry in Self.candidates(in: source) {
            do {
                try await source.eachElement(of: entry, under: "conversations") { element in
                    switch element {
                    case .damaged(let reason, let number):
                        sink.note(
                            ImportNote(
                                .lost, "conversation that cannot be read: \(reason)",
                                at: "\(entry.path), number \(number)"))
                    case .json(let json):
                        let conversation = try await ChatGPTConversation(json, in: entry)?.read(
                            assets, ratings, sink: sink)
                        guard let conversation else {
                            ChatGPTConversation.note(unread: json, in: entry, sink: sink)
                            return
                        }
                        conversationCount += 1
                        try await sink.add(conversation)
                    }
                }
            } catch let failure as UnreadableEntry {
                sink.note(ImportNote(.lost, "file that cannot be read to its end", at: entry.path))
                failures.append(failure)
            }
        }
        try await readCanvasDocuments(of: source, sink: sink)
        noteSideFiles(of: source, assets: assets, sink: sink)
        ratings.noteThoseLeft(sink: sink)
        // With something read, the notes say what was not.
        if conversationCount == 0, let failure = failures.first { throw failure.reason }
    }

    private func noteSideFiles(of source: any ImportSource, assets: ChatGPTAssets, sink: any ImportSink) {
        for entry in source.entries where entry.byteCount > 16 {
            switch entry.plainName {
            case "shared_conversations.json":
                sink.note(
                    ImportNote(.skipped, "list of shared links: the conversations themselves are read", at: entry.path))
            case "group_chats.json":
                sink.note(ImportNote(.skipped, "group chats: they are no conversations with a model", at: entry.path))
            default: break
            }
        }
        guard sink.wantsAttachments else { return }
        for entry in assets.unnamed {
            sink.note(ImportNote(.skipped, "attachment that no message names", at: entry.path))
        }
    }

    /// Reads the documents of the canvas, which newer exports have as files of their own.
    private func readCanvasDocuments(of source: any ImportSource, sink: any ImportSink) async throws {
        for entry in source.entries where entry.isCanvasDocument {
            guard let bytes = try? source.bytes(of: entry), let json = try? JSON(parsing: bytes),
                let object = json.object,
                let words = object["content"]?.words ?? object["text"]?.words
            else {
                sink.note(ImportNote(.lost, "document of the canvas in a form not known here", at: entry.path))
                continue
            }
            let name = entry.plainName.dropLast(".json".utf8.count)
            var document = ForeignConversation(
                id: "textdoc:" + (object["id"]?.words ?? String(name)),
                title: object["title"]?.words ?? object["name"]?.words)
            document.createdAt = Timestamp(exported: object["created_at"] ?? object["create_time"])
            document.updatedAt = Timestamp(exported: object["updated_at"] ?? object["update_time"])
            var message = ForeignMessage(id: "content", parent: .none, role: .assistant, parts: [.text(words)])
            message.createdAt = document.updatedAt ?? document.createdAt
            document.messages = [message]
            document.extras = object.leftovers(besides: [
                "id", "title", "name", "content", "text", "created_at", "create_time", "updated_at", "update_time",
            ])
            sink.note(ImportNote(.degraded, "document of the canvas, kept as a thread of its own", at: entry.path))
            try await sink.add(document)
        }
    }
}

extension ImportEntry {
    fileprivate var isCanvasDocument: Bool {
        plainName.hasSuffix(".json") && path.split(separator: "/").dropLast().contains("textdocs")
    }
}
