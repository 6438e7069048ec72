import Conversations
import Foundation
import GRDB
import Testing

@testable import ConversationStorage

/// What a search asks of SQLite, for each query that is measured.
struct QueryPlanTests {
    static let queries: [String] = {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appending(path: "../../../Benchmarks/queries.txt")
        let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
        return text.split(separator: "\n").map(String.init).filter { !$0.hasPrefix("# ") }
    }()

    @Test func `no search reads through a table of what people said`() async throws {
        #expect(Self.queries.count == 200)
        try await TestVault.with { test in
            let thread = try await test.newThread("the music of travel 电影", tags: ["travel"])
            var last: MessageID?
            for text in ["the cat and you", "我喜欢电影和音乐吗", "```code``` https://example.com the movie", "well the dog"] {
                last = try await test.append(text, after: last, in: thread)
            }
            try await test.ask("the weather", after: last, in: thread, answers: ["you and i", "the snow"])
            let statements = try await statements(of: Self.queries, in: test)
            #expect(statements.count > 15)
            try await expectNoScan(statements, in: test)
        }
    }

    @Test func `nor does one in a vault where nothing fits its bounds`() async throws {
        try await TestVault.with(agreesAfter: false) { test in
            for number in 0..<SearchBounds.threads + 10 {
                let thread = try await test.newThread("the music of travel 电影 \(number)", tags: ["travel"])
                var last: MessageID?
                for text in ["the cat and you like that", "我喜欢电影和音乐吗", "and a dog I am", "how https://example.com"] {
                    last = try await test.append(text, after: last, in: thread)
                }
            }
            // As many arrivals as make a search give up on reading all, and blocks whose dates are in disorder.
            try await test.vault.write { database in
                try database.run("UPDATE message SET arrival = arrival + 200000")
                try database.run("INSERT INTO message_search (message_search) VALUES ('delete-all')")
                try database.run("INSERT INTO message_search (rowid, text) SELECT arrival, text FROM message")
                try database.run("INSERT INTO arrival_block VALUES (1, 0, 9000000000000), (2, 0, 8000000000000)")
            }
            let statements = try await statements(
                of: Self.queries + ["tag:travel the", "\"and a\" role:user"], in: test)
            try await expectNoScan(statements, in: test)
            // The paths that a small vault does not take.
            for piece in [
                "SELECT arrival, text FROM message", "ORDER BY rowid ASC",
                "SELECT id, first_ms, last_ms FROM arrival_block", "ORDER BY id DESC LIMIT 1)",
            ] {
                #expect(statements.contains { $0.contains(piece) }, "\(piece)")
            }
        }
    }

    private func expectNoScan(_ statements: Set<String>, in test: TestVault) async throws {
        for statement in statements {
            for step in try await plan(statement, in: test) {
                #expect(!Self.isScan(step), "\(step)\n\(statement)")
            }
        }
    }

    @Test func `a statement that reads through a table is seen as one`() async throws {
        try await TestVault.with { test in
            let steps = try await plan("SELECT count(*) FROM message WHERE text LIKE '%x%'", in: test)
            #expect(steps.contains(where: Self.isScan))
            let unmatched = try await plan("SELECT rowid FROM message_search", in: test)
            #expect(unmatched.contains(where: Self.isScan))
        }
    }

    /// Every statement that the searches run, once.
    private func statements(of queries: [String], in test: TestVault) async throws -> Set<String> {
        try await test.vault.read { database in
            let seen = Statements()
            database.trace { event in
                if case .statement(let statement) = event { seen.add(statement.sql) }
            }
            defer { database.trace(nil) }
            for text in queries {
                let query = SearchQuery(text, now: .test(), calendar: Calendar(identifier: .gregorian))
                var search = MessageSearch(database: database, query: query, order: .relevance, limit: 20, now: .test())
                _ = try search.run()
            }
            return seen.all
        }
    }

    private final class Statements {
        private(set) var all: Set<String> = []
        func add(_ sql: String) { all.insert(sql) }
    }

    private func plan(_ statement: String, in test: TestVault) async throws -> [String] {
        guard statement.hasPrefix("SELECT") else { return [] }
        return try await test.vault.read { database in
            try database.all("EXPLAIN QUERY PLAN \(statement)", value: { $0.text(3) })
        }
    }

    /// Indexes that hold few rows: what is in the trash, what has code or parts, what did not end well.
    private static let smallIndexes = [
        "message_in_trash", "message_with_code", "message_with_parts", "message_not_complete", "message_of_other_role",
    ]

    /// A scan of a whole table, or of the index without a MATCH. `arrival_block` has a row for 1,024 messages.
    private static func isScan(_ step: String) -> Bool {
        guard step.hasPrefix("SCAN ") else { return false }
        if step.contains("VIRTUAL TABLE") { return step.contains("_search ") && !step.contains(":M") }
        let table = String(step.dropFirst(5).prefix { $0 != " " })
        return ["message", "thread", "call", "strand", "tag", "import", "import_thread"].contains(table)
            && !smallIndexes.contains { step.hasSuffix("INDEX \($0)") }
    }
}
