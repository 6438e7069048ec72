/// What a `logs.db` has to have and has not: somebody took it out, or a copy ended early.
///
/// Which columns stand in a table from its first day, and which tables come together, is in simonw/llm,
/// `llm/migrations.py`. A column or table that is not there reads like one of an older generation, which holds nothing in
/// it; only the others tell that it held something.
enum LLMGaps {
    private static let columns: KeyValuePairs<String, [String]> = [
        "responses": ["id", "model", "prompt", "system", "response", "conversation_id", "datetime_utc"],
        "conversations": ["id"],
        "attachments": ["id", "type", "path", "url", "content"],
        "prompt_attachments": ["response_id", "attachment_id", "order"],
        "fragments": ["id", "content"],
        "prompt_fragments": ["response_id", "fragment_id", "order"],
        "system_fragments": ["response_id", "fragment_id", "order"],
        "tool_calls": ["response_id", "name", "arguments", "tool_call_id"],
        "tool_results": ["response_id", "name", "output", "tool_call_id"],
        "threads": ["id", "tip_message_hash"],
        "turns": ["id", "thread_id", "parent_message_hash", "tip_message_hash"],
        "messages": ["hash", "parent_hash", "role"],
        "parts": ["message_hash", "position", "type", "text", "payload"],
    ]

    private static let companions: KeyValuePairs<String, [String]> = [
        "conversations": ["responses"],
        "prompt_attachments": ["attachments"],
        "prompt_fragments": ["fragments", "system_fragments"],
        "system_fragments": ["fragments", "prompt_fragments"],
        "tool_responses": ["tool_calls", "tool_results"],
        "tool_calls": ["tool_results"],
        "tool_results": ["tool_calls"],
        "threads": ["turns", "messages", "parts"],
        "turns": ["threads", "messages", "parts"],
    ]

    /// Where a row says what it is of, or, an answer, what is of it.
    private static let owners: KeyValuePairs<String, String> = [
        "responses": "id", "parts": "message_hash", "tool_calls": "response_id", "tool_results": "response_id",
        "prompt_fragments": "response_id", "system_fragments": "response_id", "prompt_attachments": "response_id",
    ]

    /// Says what is missing, each thing once.
    static func note(in database: LLMDatabase, to sink: any ImportSink) throws {
        for (table, names) in columns where database.has(table) {
            for name in names where !database.has(table, name) {
                sink.note(ImportNote(.lost, "column that is not in the database", at: "\(table).\(name)"))
            }
        }
        var missing: [String] = []
        for (table, names) in companions where database.has(table) {
            for name in names where !database.has(name) && !missing.contains(name) { missing.append(name) }
        }
        for table in missing { sink.note(ImportNote(.lost, "table that is not in the database", at: table)) }
        for (table, owner) in owners where database.has(table, owner) {
            for row in try database.texts("SELECT CAST(rowid AS TEXT) FROM \(table) WHERE \(owner) IS NULL") {
                sink.note(ImportNote(.lost, "row that says not what it belongs to", at: "\(table) \(row)"))
            }
        }
    }

    /// Says which messages no conversation leads to: what continued them says so no more.
    static func noteUnreached(_ reached: Set<String>, in database: LLMDatabase, to sink: any ImportSink) throws {
        guard database.has("turns"), database.has("messages", "hash") else { return }
        for hash in try database.texts("SELECT hash FROM messages") where !reached.contains(hash) {
            sink.note(ImportNote(.lost, "message that no conversation leads to", at: hash))
        }
    }
}
