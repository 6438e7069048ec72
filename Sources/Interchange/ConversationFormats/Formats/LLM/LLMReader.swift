import Conversations
import OrderedJSON

/// Reads the `logs.db` of `llm`, every generation: the one table of its first months (`log`, `logs`), `conversations` and
/// `responses`, and the `threads`, `turns`, `messages` and `parts` of 0.32 and later. A database that holds several — an
/// upgrade leaves the old rows where they are — gives each conversation once, with what every generation knows of it.
///
/// The tables are those of simonw/llm, `llm/migrations.py`; how a row becomes messages is `llm/models.py`
/// (`_BaseResponse.from_row`, `Prompt.messages`) and `llm/logs.py` (`LogStore`).
package struct LLMReader: ConversationReader {
    package static let format = ConversationFormat.llm

    package init() {}

    package static func recognize(_ source: any ImportSource) -> Recognition? {
        var best: Recognition?
        for entry in source.entries where isDatabase(entry, in: source) {
            guard let database = try? open(entry, in: source) else { continue }
            let isCertain =
                database.has("_llm_migrations") || database.has("responses") && database.has("conversations")
                || database.has("threads") && database.has("turns")
            if isCertain { return .certain }
            if database.has("log", "prompt") || database.has("logs", "prompt") { best = .possible }
        }
        return best
    }

    package func read(_ source: any ImportSource, into sink: any ImportSink) async throws {
        var found = false
        for entry in source.entries where Self.isDatabase(entry, in: source) {
            let database: LLMDatabase
            do {
                database = try Self.open(entry, in: source)
            } catch let error as FormatError {
                throw error
            } catch {
                throw FormatError(
                    .damaged, "\(entry.path) cannot be read as a SQLite database: copy it again with `llm logs backup`."
                )
            }
            guard database.has("responses") || database.has("threads") || database.has("logs") || database.has("log")
            else { continue }
            found = true
            try await read(database, at: entry.path, into: sink)
        }
        guard found else {
            throw FormatError(
                .unknownFormat, "\(source.name) holds no database of llm: `llm logs path` prints where yours is.")
        }
    }

    private func read(_ database: LLMDatabase, at path: String, into sink: any ImportSink) async throws {
        let conversations: [LLMConversationKey]
        do {
            conversations = try LLMConversationKey.all(in: database)
        } catch {
            throw FormatError(.damaged, "\(path) is damaged: `sqlite3 logs.db .recover` may save what is left of it.")
        }
        noteGaps(at: path, to: sink) { try LLMGaps.note(in: database, to: sink) }
        var reached: Set<String> = []
        for key in conversations {
            let thread = LLMThread(key: key, database: database, sink: sink)
            do {
                try await thread.build()
            } catch let error where LLMDatabase.isDamage(error) {
                sink.note(ImportNote(.lost, "conversation in a damaged part of the database", at: key.id))
                if thread.conversation.messages.isEmpty { continue }
            }
            reached.formUnion(thread.reached)
            try await sink.add(thread.conversation)
        }
        noteGaps(at: path, to: sink) { try LLMGaps.noteUnreached(reached, in: database, to: sink) }
    }

    private func noteGaps(at path: String, to sink: any ImportSink, _ look: () throws -> Void) {
        do {
            try look()
        } catch {
            sink.note(ImportNote(.lost, "what lay in a damaged part of the database", at: path))
        }
    }

    private static func isDatabase(_ entry: ImportEntry, in source: any ImportSource) -> Bool {
        guard entry.byteCount >= 512, let head = try? source.head(of: entry, upTo: 16) else { return false }
        return head == Array("SQLite format 3\0".utf8)
    }

    private static func open(_ entry: ImportEntry, in source: any ImportSource) throws -> LLMDatabase {
        let path = try source.localFile(of: entry)
        // In an archive the log is an entry of its own, and lands where SQLite does not look for it.
        let log = try source.entries.first { $0.path == entry.path + "-wal" }.map { try source.localFile(of: $0) }
        return try LLMDatabase(path: path, log: log == path + "-wal" ? nil : log)
    }
}

/// Which rows are one conversation.
enum LLMConversationKey {
    /// The rows with this conversation's id, in the old tables and in the new ones.
    case conversation(String)
    /// A response that belongs to none.
    case response(String)
    /// The rows of the first table that answer each other, by the first one's id.
    case log(table: String, String)

    /// The id the conversation gets.
    var id: String {
        switch self {
        case .conversation(let id), .response(let id): id
        case .log(_, let id): "log:\(id)"
        }
    }

    /// Every conversation, oldest first: the ids are ULIDs.
    static func all(in database: LLMDatabase) throws -> [LLMConversationKey] {
        var keys: [LLMConversationKey] = []
        for table in ["log", "logs"] where database.has(table, "prompt") {
            let rows = try database.ids(
                table,
                database.has(table, "chat_id") ? "coalesce(chat_id, id)" : database.has(table, "id") ? "id" : "rowid")
            keys += rows.map { .log(table: table, $0) }
        }
        var ids: Set<String> = []
        for (table, column) in [
            ("conversations", "id"), ("responses", "conversation_id"), ("threads", "id"), ("turns", "thread_id"),
        ] where database.has(table, column) {
            ids.formUnion(try database.ids(table, column))
        }
        var conversations = ids.map { LLMConversationKey.conversation($0) }
        if database.has("responses") {
            let alone = database.has("responses", "conversation_id") ? "WHERE conversation_id IS NULL" : ""
            for id in try database.ids("responses", "id", alone) {
                conversations.append(.response(id))
            }
        }
        return keys + conversations.sorted { $0.id < $1.id }
    }
}
