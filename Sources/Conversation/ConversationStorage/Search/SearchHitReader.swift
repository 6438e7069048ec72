import Conversations
import GRDB

/// Reads what is shown of the messages and titles found: a page of them at a time.
struct SearchHitReader: ~Copyable {
    private let database: Database
    private let phrases: [PhraseFinder.Wanted]
    private let segmenter = WordSegmenter()
    /// Several hits are often of one thread.
    private var threads: [Int64: FoundThread] = [:]

    private struct FoundThread {
        let id: ThreadID
        let handle: String
        let title: String?
    }

    init(_ database: Database, phrases: [MatchExpression.Phrase]) {
        self.database = database
        self.phrases = PhraseFinder.wanted(phrases)
    }

    /// The hits of those that may be seen, in their order.
    mutating func hits(_ candidates: ArraySlice<SearchCandidate>, _ sight: inout SearchSight) throws -> [SearchHit] {
        let seen = try candidates.filter { try $0.place.map { try !sight.isInTrash($0) } ?? true }
        try readThreads(of: seen, &sight)
        var messages = try messages(seen.compactMap(\.place))
        var hits: [SearchHit] = []
        for candidate in seen {
            guard let thread = threads[candidate.thread] else {
                throw StorageError(.damaged, "a message lies in no thread. Look with: diwan doctor")
            }
            guard let place = candidate.place else {
                hits.append(hit(candidate, thread))
                continue
            }
            guard let message = messages.removeValue(forKey: place.row) else { continue }
            hits.append(try hit(candidate, place, message, thread, &sight))
        }
        return hits
    }

    private func hit(_ candidate: SearchCandidate, _ thread: FoundThread) -> SearchHit {
        var title = thread.title ?? ""
        let snippet = title.withUTF8 { Snippet(of: $0, for: phrases, segmenter) }
        return SearchHit(
            threadID: thread.id, threadHandle: thread.handle, threadTitle: thread.title, messageID: nil,
            position: nil, sibling: nil, role: nil, snippet: snippet.text, marks: snippet.marks,
            score: candidate.score, model: nil, createdAt: candidate.createdAt, isOnTipPath: true, alsoOn: 0)
    }

    private func hit(
        _ candidate: SearchCandidate, _ place: MessagePlace, _ message: FoundMessage, _ thread: FoundThread,
        _ sight: inout SearchSight
    ) throws -> SearchHit {
        let isOnTipPath = try sight.isOnTipPath(place, ofThread: candidate.thread)
        let siblings = message.isAlone ? [place] : try database.siblings(of: place)
        let isBesideTipPath =
            try isOnTipPath || siblings.contains { try sight.isOnTipPath($0, ofThread: candidate.thread) }
        return SearchHit(
            threadID: thread.id, threadHandle: thread.handle, threadTitle: thread.title, messageID: message.id,
            position: Int(place.position),
            sibling: isBesideTipPath ? siblings.firstIndex(of: place).map { $0 + 1 } : nil, role: message.role,
            snippet: message.snippet.text, marks: message.snippet.marks, score: candidate.score,
            model: message.model, createdAt: candidate.createdAt, isOnTipPath: isOnTipPath, alsoOn: candidate.alsoOn)
    }

    private mutating func readThreads(of candidates: [SearchCandidate], _ sight: inout SearchSight) throws {
        let unread = Set(candidates.map(\.thread)).subtracting(threads.keys)
        guard !unread.isEmpty else { return }
        try database.each(
            """
            SELECT thread.id, thread.uid, thread.short, thread.title, thread.tip,
              ending.id IS NOT NULL AND ending.parent IS NULL, \(Database.neighbours(of: "thread.short"))
            FROM json_each(?) AS wanted CROSS JOIN thread ON thread.id = wanted.value
            LEFT JOIN strand AS ending ON ending.id = thread.tip >> 24
            """, .text(MessageSearch.list(unread))
        ) { row in
            guard let id = ThreadID(bytes: row.blob(1)) else { return }
            threads[row.integer(0)] = FoundThread(
                id: id, handle: Database.handle(short: row.text(2), row, from: 6), title: row.textOrNil(3))
            if row.integer(5) != 0 {
                sight.note(straightPathTo: MessagePlace(row: row.integer(4)), ofThread: row.integer(0))
            }
        }
    }

    private struct FoundMessage {
        let id: MessageID
        let role: Role
        let model: String?
        let snippet: Snippet
        /// Whether nothing else continues what it continues.
        let isAlone: Bool
    }

    private func messages(_ places: [MessagePlace]) throws -> [Int64: FoundMessage] {
        guard !places.isEmpty else { return [:] }
        var found: [Int64: FoundMessage] = [:]
        try database.each(
            """
            SELECT message.id, message.uid, message.role, message.text,
              CASE WHEN message.parts IS NOT NULL THEN message.arrival END,
              nullif(coalesce(call.model_reported, call.model_sent), ''),
              CASE WHEN message.id & 16777215 > strand.fork + 1 THEN NOT EXISTS (
                  SELECT 1 FROM strand AS other
                  WHERE other.parent = strand.id AND other.fork = (message.id & 16777215) - 1)
                WHEN strand.parent IS NULL THEN NOT EXISTS (
                  SELECT 1 FROM strand AS other
                  WHERE other.thread = strand.thread AND other.parent IS NULL AND other.id <> strand.id)
                ELSE 0 END
            FROM json_each(?) AS wanted CROSS JOIN message ON message.id = wanted.value
            CROSS JOIN strand ON strand.id = message.id >> 24 LEFT JOIN call ON call.id = message.call
            """, .text(MessageSearch.list(places.lazy.map(\.row)))
        ) { row in
            guard let id = MessageID(bytes: row.blob(1)) else { return }
            var snippet = row.withBytes(3) { Snippet(of: $0, for: phrases, segmenter) }
            if let arrival = row.integerOrNil(4) {
                for other in try snippets(ofPartsOf: arrival)
                where other.found > snippet.found || other.found == snippet.found && snippet.text.isEmpty {
                    snippet = other
                }
            }
            found[row.integer(0)] = FoundMessage(
                id: id, role: Role(row.text(2)), model: row.textOrNil(5), snippet: snippet,
                isAlone: row.integer(6) != 0)
        }
        return found
    }

    /// What the index holds of a message besides its text: the view looks into JSON, which few messages have.
    private func snippets(ofPartsOf arrival: Int64) throws -> [Snippet] {
        try database.first(
            "SELECT reasoning, tool FROM message_words WHERE arrival = ?", .integer(arrival),
            value: { row in [0, 1].map { row.withBytes($0) { Snippet(of: $0, for: phrases, segmenter) } } }) ?? []
    }
}
