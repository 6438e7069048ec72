import Conversations
import GRDB

/// Reads what is shown of the messages and titles found.
struct SearchHitReader {
    private let database: Database
    private let phrases: [MatchExpression.Phrase]
    /// Several hits are often of one thread.
    private var threads: [Int64: FoundThread] = [:]

    private struct FoundThread {
        let id: ThreadID
        let handle: String
        let title: String?
    }

    init(_ database: Database, phrases: [MatchExpression.Phrase]) {
        self.database = database
        self.phrases = phrases
    }

    /// The hit; nil where it may not be seen.
    mutating func hit(_ candidate: SearchCandidate, _ sight: inout SearchSight) throws -> SearchHit? {
        if let place = candidate.place, try sight.isInTrash(place) { return nil }
        let thread = try thread(candidate.thread)
        guard let place = candidate.place else {
            let snippet = Snippet(of: thread.title ?? "", for: phrases)
            return SearchHit(
                threadID: thread.id, threadHandle: thread.handle, threadTitle: thread.title, messageID: nil,
                position: nil, sibling: nil, role: nil, snippet: snippet.text, marks: snippet.marks,
                score: candidate.score, model: nil, createdAt: candidate.createdAt, isOnTipPath: true, alsoOn: 0)
        }
        guard let message = try message(place) else { return nil }
        let snippets = message.texts.map { Snippet(of: $0, for: phrases) }
        let best = snippets.max { $0.found < $1.found || $0.found == $1.found && $0.text.isEmpty } ?? snippets[0]
        let isOnTipPath = try sight.isOnTipPath(place, ofThread: candidate.thread)
        let siblings = try database.siblings(of: place)
        let isBesideTipPath =
            try isOnTipPath || siblings.contains { try sight.isOnTipPath($0, ofThread: candidate.thread) }
        return SearchHit(
            threadID: thread.id, threadHandle: thread.handle, threadTitle: thread.title, messageID: message.id,
            position: Int(place.position),
            sibling: isBesideTipPath ? siblings.firstIndex(of: place).map { $0 + 1 } : nil, role: message.role,
            snippet: best.text, marks: best.marks, score: candidate.score, model: message.model,
            createdAt: candidate.createdAt, isOnTipPath: isOnTipPath, alsoOn: candidate.alsoOn)
    }

    private mutating func thread(_ row: Int64) throws -> FoundThread {
        if let known = threads[row] { return known }
        guard
            let (id, short, title) = try database.first(
                "SELECT uid, short, title FROM thread WHERE id = ?", .integer(row),
                value: { (ThreadID(bytes: $0.blob(0)), $0.text(1), $0.textOrNil(2)) }), let id
        else { throw StorageError(.damaged, "a message lies in no thread. Look with: diwan doctor") }
        let thread = FoundThread(id: id, handle: try database.handle(short: short), title: title)
        threads[row] = thread
        return thread
    }

    private struct FoundMessage {
        let id: MessageID
        let role: Role
        /// What the index holds of it, column by column; without parts the first alone.
        var texts: [String]
        let model: String?
    }

    private func message(_ place: MessagePlace) throws -> FoundMessage? {
        let found = try database.first(
            """
            SELECT message.uid, message.role, message.text, message.parts IS NOT NULL, message.arrival,
              coalesce(call.model_reported, call.model_sent)
            FROM message LEFT JOIN call ON call.id = message.call WHERE message.id = ?
            """, .integer(place.row),
            value: { row in
                MessageID(bytes: row.blob(0)).map {
                    (
                        message: FoundMessage(
                            id: $0, role: Role(row.text(1)), texts: [row.text(2)], model: row.textOrNil(5)),
                        hasParts: row.integer(3) != 0, arrival: row.integer(4)
                    )
                }
            }
        ).flatMap { $0 }
        guard var found else { return nil }
        if found.hasParts {
            // The view looks into JSON for what few messages have.
            found.message.texts +=
                try database.first(
                    "SELECT reasoning, tool FROM message_words WHERE arrival = ?", .integer(found.arrival),
                    value: { [$0.textOrNil(0) ?? "", $0.textOrNil(1) ?? ""] }) ?? []
        }
        return found.message
    }
}
