import Conversations
import GRDB

extension Vault {
    /// Adds up the tokens of calls that have ended, each once however many answers it brought.
    ///
    /// What an upstream did not count is estimated where there is an answer: what was sent from the call's plan, or from
    /// the words on its path where another program made it, and what came from the answers' words. A call that brought
    /// nothing and counted nothing is a call of no tokens. With ``UsageGrouping/tag`` a call of a thread with two tags is
    /// in both groups.
    ///
    /// - Returns: sums whose tokens are charged at one rate each, in no order; and those of all calls, each once, by model.
    package func usage(
        _ question: UsageQuestion
    ) async throws(StorageError) -> (groups: [UsageSum], total: [UsageSum]) {
        try await read { database in
            var table = UsageTable(question)
            var rows: [Int64]?
            if let threads = question.threads {
                rows = try threads.map { try database.threadRow($0).row }
            }
            try database.addCounted(to: &table, inThreads: rows)
            try database.addUncounted(to: &table)
            return (try table.sums(database), table.totals())
        }
    }
}

extension Database {
    /// Past so many threads reading every call is faster than looking each thread's up.
    private static var mostLookedUp: Int { 2000 }

    /// Reads calls, only those of some threads where such are given.
    private func eachCall(
        _ sql: (_ condition: String) -> String, inThreads threads: [Int64]?,
        row: (ExactRow, _ thread: Int64) throws -> Void
    ) throws {
        guard let threads else {
            try step(sql("1"), []) { try row($0, $0.integer(0)) }
            return
        }
        if threads.count <= Self.mostLookedUp {
            for thread in threads {
                try step(sql("call.thread = ?"), [.integer(thread)]) { try row($0, thread) }
            }
            return
        }
        let wanted = Set(threads)
        try step(sql("1"), []) { found in
            let thread = found.integer(0)
            if wanted.contains(thread) { try row(found, thread) }
        }
    }

    fileprivate func addCounted(to table: inout UsageTable, inThreads threads: [Int64]?) throws {
        try eachCall(
            {
                """
                SELECT thread, finished_ms, dialect = '', upstream, model_sent, input_tokens, cached_tokens, output_tokens,
                  reasoning_tokens, id FROM call
                WHERE \($0) AND finished_ms IS NOT NULL AND (dialect = '' OR plan <> 'null')
                """
            }, inThreads: threads
        ) { row, thread in
            let usage = row.usage(from: 5)
            guard usage.input != nil, usage.output != nil else {
                // Whether there is an answer, and how long it is, is looked up for all of these together.
                table.uncounted.append(row.integer(9))
                return
            }
            table.add(
                usage, at: row.integer(1), thread: thread, isImported: row.integer(2) == 1,
                name: table.name(row, upstream: 3, model: 4), isEstimated: false)
        }
    }

    fileprivate func addUncounted(to table: inout UsageTable) throws {
        struct Uncounted {
            var thread: Int64
            var time: Int64
            var isImported: Bool
            var name: Int
            var usage: TokenUsage
            var question: Int64?
        }
        var calls: [Uncounted] = []
        let estimate = table.question.estimatedTokens
        for id in table.uncounted {
            try step(
                // An imported call without dates of its own was made when its answer was.
                """
                SELECT call.thread, CASE WHEN call.dialect <> '' OR coalesce(queued_ms, sent_ms, first_token_ms) IS NOT NULL
                    THEN call.finished_ms ELSE coalesce(min(message.created_ms), call.finished_ms) END,
                  call.dialect = '', upstream, model_sent, input_tokens, cached_tokens, output_tokens, reasoning_tokens,
                  CASE WHEN plan <> 'null' THEN json_extract(plan, '$.estimated_tokens') END, call.question,
                  count(message.id),
                  sum(length(CAST(message.text AS BLOB)) + coalesce(length(CAST(message.parts AS BLOB)), 0))
                FROM call LEFT JOIN message ON message.call = call.id WHERE call.id = ?
                """, [.integer(id)]
            ) { row in
                var call = Uncounted(
                    thread: row.integer(0), time: row.integer(1), isImported: row.integer(2) == 1,
                    name: table.name(row, upstream: 3, model: 4), usage: row.usage(from: 5))
                guard row.integer(11) > 0 else {
                    table.add(
                        call.usage, at: call.time, thread: call.thread, isImported: call.isImported, name: call.name,
                        isEstimated: false)
                    return
                }
                if call.usage.output == nil { call.usage.output = estimate(Int(row.integer(12))) }
                if call.usage.input == nil {
                    call.usage.input = row.integerOrNil(9).map { Int($0) }
                    if call.usage.input == nil { call.question = row.integerOrNil(10) }
                }
                calls.append(call)
            }
        }
        let questions = Set(calls.compactMap(\.question))
        let asked = questions.isEmpty ? [:] : try tokensOfPaths(to: questions, estimate)
        for call in calls {
            var usage = call.usage
            if let question = call.question { usage.input = asked[question] }
            table.add(
                usage, at: call.time, thread: call.thread, isImported: call.isImported, name: call.name,
                isEstimated: true)
        }
    }

    /// About how many tokens lie on the paths to some messages: one reading of every message, in the order in which their
    /// strands began, so that what a strand forked from has been added up before it.
    private func tokensOfPaths(
        to messages: Set<Int64>, _ estimate: (_ bytes: Int) -> Int
    ) throws -> [Int64: Int] {
        var beginnings: [Int64: Int64] = [:]
        try each("SELECT id, parent << 24 | fork FROM strand WHERE parent IS NOT NULL") { row in
            beginnings[row.integer(0)] = row.integer(1)
        }
        let forks = Set(beginnings.values)
        var sums: [Int64: Int] = [:]
        var (strand, sum): (Int64, Int) = (-1, 0)
        try each(
            """
            SELECT id, length(CAST(text AS BLOB)) + coalesce(length(CAST(parts AS BLOB)), 0) FROM message ORDER BY id
            """
        ) { row in
            let id = row.integer(0)
            if id >> 24 != strand {
                strand = id >> 24
                sum = beginnings[strand].flatMap { sums[$0] } ?? 0
            }
            sum += estimate(Int(row.integer(1)))
            if messages.contains(id) || forks.contains(id) { sums[id] = sum }
        }
        return sums
    }
}

extension ExactRow {
    fileprivate func usage(from column: Int32) -> TokenUsage {
        func count(_ column: Int32) -> Int? { integerOrNil(column).map { Int($0) } }
        return TokenUsage(
            input: count(column), cached: count(column + 1), output: count(column + 2), reasoning: count(column + 3))
    }
}
