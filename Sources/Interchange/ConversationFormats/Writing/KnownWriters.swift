package import ConversationStorage
package import Conversations

/// The formats that can be written.
package enum KnownWriters {
    package static let formats: [ConversationFormat] = [.diwan, .markdown, .html, .sharegpt, .openai]

    /// What a writer of a format has to know.
    package struct Options: Sendable {
        package var exportedAt: Timestamp
        /// Diwan's own: the cursor of the export that it goes on from, what was erased, and how far it comes.
        package var since: ChangeCursor?
        package var purged: [PurgedID] = []
        package var cursor: ChangeCursor?
        /// Markdown: the other branches as well.
        package var includesBranches = false
        /// ShareGPT: one array.
        package var asArray = false

        package init(exportedAt: Timestamp) { self.exportedAt = exportedAt }
    }

    /// A writer of one of ``formats``.
    package static func writer(of format: ConversationFormat, _ options: Options) -> any ConversationWriter {
        switch format {
        case .markdown: MarkdownWriter(includesBranches: options.includesBranches)
        case .html: HTMLWriter()
        case .sharegpt: ShareGPTWriter(asArray: options.asArray)
        case .openai: OpenAIFineTuningWriter()
        default:
            DiwanWriter(
                exportedAt: options.exportedAt, since: options.since?.description, purged: options.purged,
                cursor: options.cursor?.description)
        }
    }
}

extension ConversationFormat {
    /// Whether a thread is a document of its own.
    package var isOfDocuments: Bool { self == .markdown || self == .html }
}

extension Vault {
    /// A thread as a format is to hold it: what is in the trash goes out only in Diwan's own.
    ///
    /// - Returns: nil where it was erased; and how many messages were left out.
    package func exported(
        _ id: ThreadID, in format: ConversationFormat
    ) async throws(StorageError) -> (ThreadRecord, trashed: Int)? {
        do {
            var record = try await threadRecord(id)
            return (record, format == .diwan ? 0 : record.removeTrash())
        } catch {
            guard error.code == .notFound else { throw error }
            return nil
        }
    }
}
