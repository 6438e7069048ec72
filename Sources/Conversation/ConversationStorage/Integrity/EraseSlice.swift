import Conversations
import GRDB
import GRDBSQLite
import OrderedJSON

/// What one step of an erasure did.
struct ErasedSlice: Sendable {
    var threads = 0
    var messages = 0
    var calls = 0
    var blobs = 0
    var upstreams: Set<String> = []
    var isIndex = false
    /// The pages of the index that were written.
    var pages = 0
    /// Messages that hold words of what went: they are next.
    var copies: [MessageID] = []
}

extension Database {
    /// A step holds the lock for as long as it takes; the commit adds to it.
    private static var sliceDuration: Duration { .milliseconds(50) }
    /// How much of the index one merge writes, in pages: some 20 ms.
    private static var mergedPages: Int { 400 }
    /// Others write meanwhile, and what they write may be put on the one level again and again.
    private static var mostRounds: Int { 3 }

    /// Does the next step of the erasure that is noted in the vault, and notes how far it has come.
    ///
    /// - Returns: nil when only the file's unused places and its log are left.
    func eraseSlice() throws -> ErasedSlice? {
        guard var erasure = try unfinishedErasure() else { return nil }
        var slice = ErasedSlice()
        switch erasure.phase {
        case .rows: try eraseRows(&erasure, &slice)
        case .messageIndex, .messageIndexMerging, .threadIndex, .threadIndexMerging:
            slice.isIndex = true
            try mergeIndex(&erasure, &slice)
        case .unusedBytes: return nil
        }
        try note(erasure)
        return slice
    }

    private func eraseRows(_ erasure: inout UnfinishedErasure, _ slice: inout ErasedSlice) throws {
        let clock = ContinuousClock()
        let end = clock.now + Self.sliceDuration
        while clock.now < end {
            if let message = erasure.messages.last {
                guard let place = try place(of: message) else {
                    erasure.messages.removeLast()
                    continue
                }
                try eraseSome(of: strands(from: place), &slice)
                erasure.take(&slice.copies)
            } else if let thread = erasure.threads.last {
                guard
                    let row = try first(
                        "SELECT id FROM thread WHERE uid = ?", .blob(thread.bytes), value: { $0.integer(0) })
                else {
                    erasure.threads.removeLast()
                    continue
                }
                let strands = try all(
                    "SELECT id, fork + 1 FROM strand WHERE thread = ? ORDER BY id DESC LIMIT 64", .integer(row),
                    value: { ($0.integer(0), $0.integer(1)) })
                if strands.isEmpty { try erase(thread, row, &slice) } else { try eraseSome(of: strands, &slice) }
                erasure.take(&slice.copies)
            } else {
                erasure.phase = .messageIndex
                return
            }
        }
    }

    /// Merges an index until it is one segment: only then are the words of deleted rows out of it. SQLite 3.40's FTS5 has
    /// no `secure-delete` (https://www.sqlite.org/fts5.html, 6.8: a negative number begins what `optimize` does at once).
    private func mergeIndex(_ erasure: inout UnfinishedErasure, _ slice: inout ErasedSlice) throws {
        let isMessages = erasure.phase == .messageIndex || erasure.phase == .messageIndexMerging
        let table = isMessages ? "message_search" : "thread_search"
        let isFirst = erasure.phase == .messageIndex || erasure.phase == .threadIndex
        if isFirst {
            let moved = try merge(table, pages: -Self.mergedPages)
            slice.pages += Self.mergedPages
            erasure.rounds += 1
            if moved && erasure.rounds <= Self.mostRounds {
                erasure.phase = isMessages ? .messageIndexMerging : .threadIndexMerging
            } else {
                erasure.phase = isMessages ? .threadIndex : .unusedBytes
                erasure.rounds = 0
            }
            return
        }
        let clock = ContinuousClock()
        let end = clock.now + Self.sliceDuration
        while clock.now < end {
            guard try merge(table, pages: Self.mergedPages) else {
                erasure.phase = isMessages ? .messageIndex : .threadIndex
                return
            }
            slice.pages += Self.mergedPages
        }
    }

    /// - Returns: whether anything moved: a merge that does nothing changes one row or none (section 6.8).
    private func merge(_ table: String, pages: Int) throws -> Bool {
        let before = totalChangesCount
        try run("INSERT INTO \(table) (\(table), rank) VALUES ('merge', ?)", .integer(pages))
        return totalChangesCount - before >= 2
    }

    // MARK: - Rows

    /// The strands of a message and of everything that continues it, each from its first place on; those that forked
    /// later come first, so that what continues a message goes before it.
    func strands(from place: MessagePlace) throws -> [(strand: Int64, first: Int64)] {
        var found: [Int64: Int64] = [place.strand: place.position]
        var open = [(strand: place.strand, first: place.position)]
        while let next = open.popLast() {
            for (strand, fork) in try all(
                "SELECT id, fork FROM strand WHERE parent = ? AND fork >= ?", .integer(next.strand),
                .integer(next.first), value: { ($0.integer(0), $0.integer(1)) })
            {
                found[strand] = fork + 1
                open.append((strand, fork + 1))
            }
        }
        return found.sorted { $0.key > $1.key }.map { (strand: $0.key, first: $0.value) }
    }

    /// The most messages that go at once.
    private static var chunk: Int64 { 64 }

    /// Removes some messages from the end of the first of these strands, and the strand where nothing is left of it.
    private func eraseSome(of strands: [(strand: Int64, first: Int64)], _ slice: inout ErasedSlice) throws {
        let clock = ContinuousClock()
        let end = clock.now + Self.sliceDuration
        for (strand, first) in strands {
            while let last = try lastPosition(ofStrand: strand), last >= first {
                // Somebody may have gone on from here since the strands were looked up: that goes before.
                let forked = try self.first(
                    "SELECT max(fork) FROM strand WHERE parent = ?", .integer(strand), value: { $0.integerOrNil(0) })
                let start = max(first, last - Self.chunk + 1, (forked.flatMap { $0 } ?? -1) + 1)
                guard clock.now < end, start <= last else { return }
                try erase(
                    from: MessagePlace(strand: strand, position: start),
                    to: MessagePlace(strand: strand, position: last), &slice)
            }
            // In one transaction with its last message, or there would be nothing left to find it by.
            if try lastPosition(ofStrand: strand) == nil {
                try run("DELETE FROM strand WHERE id = ?", .integer(strand))
            }
        }
    }

    /// Removes the messages of a strand's end, whose continuations are gone.
    private func erase(from first: MessagePlace, to last: MessagePlace, _ slice: inout ErasedSlice) throws {
        guard let thread = try thread(ofStrand: first.strand) else {
            throw StorageError(.damaged, "a message lies in no strand. Look with: diwan doctor")
        }
        let range = (SQLValue.integer(first.row), SQLValue.integer(last.row))
        try forgetTitle(ofThread: thread, from: first, to: last)
        try run("INSERT OR IGNORE INTO purged (uid) SELECT uid FROM message WHERE id BETWEEN ? AND ?", range.0, range.1)
        try run(
            "UPDATE thread SET tip = ? WHERE tip BETWEEN ? AND ?", .integer(try parent(of: first)?.row), range.0,
            range.1)
        try run(
            """
            INSERT INTO message_search (message_search, rowid, text, reasoning, tool)
            SELECT 'delete', arrival, text, reasoning, tool FROM message_words
            WHERE arrival IN (SELECT arrival FROM message WHERE id BETWEEN ? AND ?)
              AND +arrival IN (SELECT id FROM message_search_docsize)
            """, range.0, range.1)
        let answered = try all(
            "SELECT DISTINCT call FROM message WHERE id BETWEEN ? AND ? AND call IS NOT NULL", range.0, range.1,
            value: { $0.integer(0) })
        let asked = try all(
            "SELECT id FROM call WHERE question BETWEEN ? AND ?", range.0, range.1, value: { $0.integer(0) })
        let blobs = try all(
            "SELECT DISTINCT sha256 FROM message_blob WHERE message BETWEEN ? AND ?", range.0, range.1,
            value: { $0.blob(0) })
        try cutReplays(from: first, to: last)
        slice.copies += try forgetJudgements(from: first, to: last)
        // A summary of words that go goes with them: it covers nothing beyond its last message.
        try run("DELETE FROM summary WHERE last BETWEEN ? AND ?", range.0, range.1)
        try cutCanaries(from: first, to: last)
        try run("DELETE FROM label WHERE message BETWEEN ? AND ?", range.0, range.1)
        try run("DELETE FROM message_blob WHERE message BETWEEN ? AND ?", range.0, range.1)
        try run("DELETE FROM message WHERE id BETWEEN ? AND ?", range.0, range.1)
        slice.messages += changesCount
        for call in Set(answered).union(asked) { try erase(call: call, wasAsked: asked.contains(call), &slice) }
        try noteChange(ofThread: thread)
        for blob in blobs {
            try run(
                "DELETE FROM blob WHERE sha256 = ?1 AND NOT EXISTS (SELECT 1 FROM message_blob WHERE sha256 = ?1)",
                .blob(blob))
            slice.blobs += changesCount
        }
    }

    /// Removes a call whose question or answers were erased. One with another answer that stays is kept, without what
    /// held the erased words: the body and events, and if its question went, the request's digest.
    private func erase(call: Int64, wasAsked: Bool, _ slice: inout ErasedSlice) throws {
        try run("DELETE FROM call_body WHERE call = ?", .integer(call))
        try run("DELETE FROM call_event WHERE call = ?", .integer(call))
        let remains = try first("SELECT 1 FROM message WHERE call = ? LIMIT 1", .integer(call), value: { _ in true })
        if let upstream = try first("SELECT upstream FROM call WHERE id = ?", .integer(call), value: { $0.text(0) }) {
            slice.upstreams.insert(upstream)
        }
        if remains == true {
            if wasAsked {
                try run("UPDATE call SET question = NULL, request_digest = NULL WHERE id = ?", .integer(call))
            }
            return
        }
        let words =
            try first(
                "SELECT instructions, tools FROM call WHERE id = ?", .integer(call),
                value: { [$0.integerOrNil(0), $0.integerOrNil(1)].compactMap { $0 } }) ?? []
        try run("INSERT OR IGNORE INTO purged (uid) SELECT uid FROM call WHERE id = ?", .integer(call))
        try run("UPDATE replay_turn SET call = NULL WHERE call = ?", .integer(call))
        try forgetReasons(ofCall: call)
        try run("DELETE FROM call WHERE id = ?", .integer(call))
        slice.calls += changesCount
        for row in words {
            try run(
                """
                DELETE FROM words WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM call WHERE instructions = ?1)
                  AND NOT EXISTS (SELECT 1 FROM call WHERE tools = ?1)
                """, .integer(row))
        }
    }

    /// Removes a thread that holds no message any more.
    private func erase(_ id: ThreadID, _ row: Int64, _ slice: inout ErasedSlice) throws {
        for call in try all("SELECT id FROM call WHERE thread = ?", .integer(row), value: { $0.integer(0) }) {
            try erase(call: call, wasAsked: true, &slice)
        }
        try run(
            """
            INSERT INTO thread_search (thread_search, rowid, title) SELECT 'delete', id, title FROM thread
            WHERE id = ? AND id IN (SELECT id FROM thread_search_docsize)
            """, .integer(row))
        try run("DELETE FROM tag WHERE thread = ?", .integer(row))
        try run("DELETE FROM import_thread WHERE thread = ?", .integer(row))
        try forgetReplays(ofThread: row)
        try forgetCanaries(where: "thread = ?", .integer(row))
        try noteChangeBeforeErasing(thread: row)
        try run("DELETE FROM thread WHERE id = ?", .integer(row))
        slice.threads += changesCount
        try run("INSERT OR IGNORE INTO purged (uid) VALUES (?)", .blob(id.bytes))
        // What was said of it once: names that begin with it, up to the character after the slash.
        try run("DELETE FROM memory WHERE name >= ? AND name < ?", .text("losses:\(id)/"), .text("losses:\(id)0"))
        let used = try recentlyUsedThreads()
        if used.contains(id) {
            try remember("used_threads", used.filter { $0 != id }.map(\.description).joined(separator: " "))
        }
    }

    /// A title that nobody gave was made of a question's words: it goes with them, and the next question makes another.
    private func forgetTitle(ofThread thread: Int64, from first: MessagePlace, to last: MessagePlace) throws {
        guard
            let title = try self.first(
                "SELECT title FROM thread WHERE id = ? AND title_given = 0 AND title IS NOT NULL", .integer(thread),
                value: { $0.text(0) })
        else { return }
        var isTheirs = first.position == 0
        if !isTheirs {
            let words = Self.words(title.hasSuffix("…") ? title.dropLast() : title[...])
            try each("SELECT text FROM message WHERE id BETWEEN ? AND ?", .integer(first.row), .integer(last.row)) {
                row in
                if !isTheirs { isTheirs = Self.words(row.text(0)[...]).contains(words) }
            }
        }
        if isTheirs { try retitle(thread, nil, given: false) }
    }

    private static func words(_ text: Substring) -> String {
        text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
}
