import Conversations
import GRDB

/// A condition in SQL, with the values of its question marks.
struct SQLCondition {
    let sql: String
    let values: [SQLValue]

    init(_ sql: String, _ values: SQLValue...) {
        self.sql = sql
        self.values = values
    }

    init(_ sql: String, values: [SQLValue]) {
        self.sql = sql
        self.values = values
    }

    /// What is true of rows of which the other is not; a row it says nothing about counts as not.
    static prefix func ! (condition: SQLCondition) -> SQLCondition {
        SQLCondition("NOT coalesce((\(condition.sql)), 0)", values: condition.values)
    }

    init(joining conditions: [SQLCondition], with connective: String) {
        self.init(
            conditions.map { "(\($0.sql))" }.joined(separator: " \(connective) "), values: conditions.flatMap(\.values))
    }
}

extension SearchQuery.Filter {
    /// The condition on a row of `message`, and its `thread`; nil for a thread's title if it says something of messages.
    ///
    /// - Parameter readsAll: whether one statement reads many rows, so that it is worth it to make a list of the threads
    ///   meant first.
    func condition(onTitles: Bool = false, readsAll: Bool = false) -> SQLCondition? {
        switch self {
        case .thread(let name):
            var conditions = [SQLCondition("thread.title = ? COLLATE NOCASE", .text(name))]
            if let id = ThreadID(name) { conditions.append(SQLCondition("thread.uid = ?", .blob(id.bytes))) }
            if let handle = Handle.canonical(name) {
                conditions.append(
                    SQLCondition("thread.short >= ? AND thread.short < ?", .text(handle), .text(handle + "~")))
            }
            return Self.ofThreads(SQLCondition(joining: conditions, with: "OR"), readsAll)
        case .tag(let name):
            let tag = "SELECT tag.thread FROM tag WHERE tag.name = ? COLLATE NOCASE"
            return SQLCondition(
                readsAll ? "thread.id IN (\(tag))" : "EXISTS (\(tag) AND tag.thread = thread.id)", .text(name))
        case .from(let program): return Self.origin(["program", "key", "from", "format"], program, readsAll)
        case .import(let name):
            var conditions = [Self.origin(["import"], name, readsAll)]
            if let handle = Handle.canonical(name) { conditions.append(Self.imported(handle, readsAll)) }
            return SQLCondition(joining: conditions, with: "OR")
        case .time(let range):
            let column = onTitles ? "thread.created_ms" : "message.created_ms"
            var conditions: [SQLCondition] = []
            if let from = range.from { conditions.append(SQLCondition("\(column) >= ?", .integer(from.milliseconds))) }
            if let upTo = range.upTo { conditions.append(SQLCondition("\(column) < ?", .integer(upTo.milliseconds))) }
            return SQLCondition(joining: conditions, with: "AND")
        default: return onTitles ? nil : conditionOnMessages
        }
    }

    /// Whether it says something of threads and nothing of their messages.
    var isOfThreads: Bool {
        switch self {
        case .thread, .tag, .from, .import: true
        default: false
        }
    }

    /// The statement that gives the arrivals of what it may let through, the newest first, where few messages are such and
    /// an index holds them.
    var arrivals: SQLCondition? {
        switch self {
        case .status(let status) where status != "complete":
            SQLCondition(
                "SELECT arrival FROM message WHERE status = ? AND status <> 'complete' ORDER BY arrival DESC",
                .text(status))
        case .role(let role) where !["user", "assistant"].contains(role):
            SQLCondition(
                """
                SELECT arrival FROM message WHERE role = ? AND role NOT IN ('user', 'assistant') ORDER BY arrival DESC
                """, .text(role))
        case .has(.image), .has(.file):
            SQLCondition("SELECT arrival FROM message WHERE parts IS NOT NULL ORDER BY arrival DESC")
        case .has(.code):
            SQLCondition("SELECT arrival FROM message WHERE instr(text, '```') > 0 ORDER BY arrival DESC")
        case .replay(let name):
            Handle.canonical(name).map { handle in
                SQLCondition(
                    """
                    SELECT arrival FROM (
                      SELECT message.arrival FROM replay CROSS JOIN call ON call.replay = replay.id
                      CROSS JOIN message ON message.call = call.id WHERE replay.short >= ?1 AND replay.short < ?2
                      UNION SELECT message.arrival FROM replay CROSS JOIN call ON call.replay = replay.id
                      CROSS JOIN message ON message.id = call.question WHERE replay.short >= ?1 AND replay.short < ?2)
                    ORDER BY arrival DESC
                    """.replacing("?1", with: "?").replacing("?2", with: "?"),
                    values: Array(repeating: [.text(handle), .text(handle + "~")], count: 2).flatMap(\.self))
            }
        case .has(.link):
            SQLCondition(
                """
                SELECT rowid FROM message_search WHERE message_search MATCH '"http" OR "https"' ORDER BY rowid DESC
                """)
        default: nil
        }
    }

    private var conditionOnMessages: SQLCondition? {
        switch self {
        case .replay(let name): Self.replayed(name)
        case .role(let role): SQLCondition("message.role = ?", .text(role))
        case .status(let status): SQLCondition("message.status = ?", .text(status))
        case .model(let model):
            SQLCondition(
                """
                CASE WHEN message.call IS NULL THEN lower(thread.model) GLOB ?1 ELSE EXISTS (
                  SELECT 1 FROM call WHERE call.id = message.call AND (lower(model_requested) GLOB ?1
                    OR lower(model_sent) GLOB ?1 OR lower(model_reported) GLOB ?1)) END
                """.replacing("?1", with: "?"), values: Array(repeating: .text(Self.glob(model)), count: 4))
        case .upstream(let upstream):
            SQLCondition(
                """
                CASE WHEN message.call IS NULL THEN thread.upstream = ? COLLATE NOCASE ELSE EXISTS (
                  SELECT 1 FROM call WHERE call.id = message.call AND call.upstream = ? COLLATE NOCASE) END
                """, .text(upstream), .text(upstream))
        case .has(.code): SQLCondition("instr(message.text, '```') > 0")
        case .has(.link): SQLCondition("instr(message.text, 'http://') > 0 OR instr(message.text, 'https://') > 0")
        case .has(.tool):
            SQLCondition("message.role = 'tool' OR " + Self.holdsPart(["tool_call", "tool_result"]))
        case .has(.image): SQLCondition(Self.holdsPart(["image"]))
        case .has(.file): SQLCondition(Self.holdsPart(["file", "audio"]))
        default: nil
        }
    }

    private static func holdsPart(_ types: [String]) -> String {
        let list = types.map { "'\($0)'" }.joined(separator: ", ")
        return """
            message.parts IS NOT NULL AND EXISTS (
              SELECT 1 FROM json_each(message.parts) WHERE json_extract(value, '$.type') IN (\(list)))
            """
    }

    /// As the indexes on `thread.origin` have it.
    private static func origin(_ keys: [String], _ value: String, _ readsAll: Bool) -> SQLCondition {
        let alternatives = keys.map { "json_extract(thread.origin, '$.\($0)') = ? COLLATE NOCASE" }
        return ofThreads(
            SQLCondition(
                alternatives.joined(separator: " OR "), values: Array(repeating: .text(value), count: keys.count)),
            readsAll)
    }

    /// A condition on the columns of `thread` alone.
    private static func ofThreads(_ condition: SQLCondition, _ readsAll: Bool) -> SQLCondition {
        guard readsAll else { return condition }
        return SQLCondition("thread.id IN (SELECT id FROM thread WHERE \(condition.sql))", values: condition.values)
    }

    private static func imported(_ handle: String, _ readsAll: Bool) -> SQLCondition {
        let threads = """
            SELECT import_thread.thread FROM import CROSS JOIN import_thread ON import_thread.import = import.id
            WHERE import.short >= ? AND import.short < ?
            """
        return SQLCondition(
            readsAll ? "thread.id IN (\(threads))" : "EXISTS (\(threads) AND import_thread.thread = thread.id)",
            .text(handle), .text(handle + "~"))
    }

    /// The answers a replay brought, and the questions that were copied into an arm of its own.
    private static func replayed(_ name: String) -> SQLCondition {
        guard let handle = Handle.canonical(name) else { return SQLCondition("0") }
        return SQLCondition(
            """
            EXISTS (SELECT 1 FROM call JOIN replay ON replay.id = call.replay
              WHERE call.id = message.call AND replay.short >= ? AND replay.short < ?)
            OR message.call IS NULL AND EXISTS (SELECT 1 FROM call JOIN replay ON replay.id = call.replay
              WHERE call.question = message.id AND replay.short >= ? AND replay.short < ?
                AND NOT EXISTS (SELECT 1 FROM replay_turn WHERE replay_turn.question = message.id))
            """, values: Array(repeating: [.text(handle), .text(handle + "~")], count: 2).flatMap(\.self))
    }

    /// A model's name as a pattern: `*` stands for anything, the rest for itself in either case.
    static func glob(_ name: String) -> String {
        name.lowercased().map { "[?".contains($0) ? "[\($0)]" : String($0) }.joined()
    }
}
