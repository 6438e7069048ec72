import Conversations
import Foundation
import Testing

@testable import ConversationStorage

/// What a search does not look at, and what it says of it.
struct SearchBoundsTests {
    private func query(_ text: String) -> SearchQuery {
        SearchQuery(text, now: .test(), calendar: Calendar(identifier: .gregorian))
    }

    private func search(_ test: TestVault, _ text: String, limit: Int = 20) async throws -> SearchPage {
        try await test.vault.search(query(text), limit: limit, now: .test())
    }

    /// Writes so many messages, the n-th a day after the one before, each a beginning.
    private func fill(
        _ test: TestVault, _ thread: ThreadID, _ count: Int, from day: Int64, by role: Role = .user,
        _ text: @escaping @Sendable (Int) -> String
    ) async throws {
        try await test.vault.write(surviving: .process) { database in
            let row = try database.threadRow(thread).row
            for number in 0..<count {
                _ = try database.append(
                    NewMessage(
                        id: MessageID(at: .test()), role: role, parts: [.text(text(number))],
                        createdAt: Timestamp(milliseconds: (day + Int64(number)) * 86_400_000)), after: nil,
                    inThread: row)
            }
        }
    }

    @Test func `of very many matches the newest are weighed, and the page says so`() async throws {
        try await TestVault.with(agreesAfter: false) { test in
            let thread = try await test.newThread()
            try await fill(test, thread, SearchBounds.ranked + 500, from: 0) { "common word \($0)" }
            let page = try await search(test, "common")
            #expect(page.ranked == SearchBounds.ranked)
            #expect(page.matched == SearchBounds.ranked)
            #expect(!page.explanation.limits.isEmpty)
            let all = try await search(test, "\"word 7\"")
            #expect(all.ranked == nil)
            #expect(all.hits.count == 1)
        }
    }

    @Test func `old conversations brought in later are not the newest`() async throws {
        try await TestVault.with(agreesAfter: false) { test in
            let own = try await test.newThread("own")
            try await fill(test, own, 1_200, from: 20_000) { "common word own\($0)" }
            let old = try await test.newThread("old")
            // Each older than the vault's own.
            try await fill(test, old, 4_000, from: 1_000) { "common word old\($0)" }
            let page = try await search(test, "common")
            #expect(page.ranked != nil)
            #expect(page.hits.first { $0.threadID == own } != nil)
            let filtered = try await search(test, "common role:user")
            #expect(filtered.hits.first { $0.threadID == own } != nil)
            // A date is a range of arrivals, found whatever came after it.
            let day = try await search(test, "common on:2024-10-04")
            #expect(day.hits.count == 1 && day.hits.first?.threadID == own)
        }
    }

    @Test func `what only an old message is, is found behind thousands that are not`() async throws {
        try await TestVault.with(agreesAfter: false) { test in
            let thread = try await test.newThread()
            let first = try await test.append("common [a link](ftp://old)", after: nil, in: thread, role: .assistant)
            try await fill(test, thread, SearchBounds.examined + 100, from: 0) { "common \($0)" }
            let page = try await search(test, "common role:assistant")
            #expect(page.hits.map(\.messageID) == [first])
            let alone = try await search(test, "role:assistant")
            #expect(alone.hits.map(\.messageID) == [first])
            for text in ["common role:tool", "common model:unheard-of"] {
                let none = try await search(test, text)
                #expect(none.hits.isEmpty, "\(text)")
            }
        }
    }

    @Test func `of sixty thousand messages only so many are looked at, and the page says how many`() async throws {
        try await TestVault.with(agreesAfter: false) { test in
            let thread = try await test.newThread()
            try await fill(test, thread, 1, from: 0, by: .assistant) { _ in "pear, the first" }
            try await fill(test, thread, 60 * SearchBounds.recent, from: 1) { $0 % 3 == 0 ? "apple 的书 \($0)" : "pear" }
            for text in ["a*", "的"] {
                let page = try await search(test, text)
                #expect(page.hits.count == 20, "\(text)")
                #expect(page.ranked == 60, "\(text)")
                #expect(page.explanation.expressions.isEmpty, "\(text)")
            }
            // Where it is rare the index is asked.
            let rare = try await search(test, "z*")
            #expect(rare.hits.isEmpty)
            // What no match lets through within the bound is not said not to be there.
            let far = try await search(test, "pear role:assistant")
            #expect(far.hits.isEmpty && far.ranked == 0)
            let day = try #require(far.lookedBackTo).milliseconds / 86_400_000
            #expect(day > 10_000 && day < 60_000 - Int64(SearchBounds.examinedForAny))
            let further = try await search(test, "pear role:assistant before:1990")
            #expect(further.hits.map(\.snippet) == ["pear, the first"] && further.lookedBackTo == nil)
            // Where common words meet nowhere, the rarer follows.
            let together = try await search(test, "pear apple")
            #expect(together.isRelaxed && together.hits.count == 20)
        }
    }

    /// Twenty words: "aaa bbb ccc …".
    private static let twenty = "abcdefghijklmnopqrst".map { String(repeating: $0, count: 3) }.joined(separator: " ")

    @Test(arguments: [300, 3_000])
    func `the best of any of the words is found behind newer messages that hold a long phrase of the query`(
        count: Int
    ) async throws {
        try await TestVault.with(agreesAfter: false) { test in
            let thread = try await test.newThread()
            try await fill(test, thread, 1, from: 0) { _ in "quince, medlar and sorb" }
            try await fill(test, thread, count, from: 1) { $0 < count - 200 ? "nothing" : "\(Self.twenty) \($0)" }
            let page = try await search(test, "quince medlar sorb unheard-of \"\(Self.twenty)\"")
            #expect(page.isRelaxed && page.ranked == nil)
            #expect(page.hits.first?.snippet == "quince, medlar and sorb")
        }
    }

    @Test func `in a vault of few messages all are weighed, however many words have to meet`() async throws {
        try await TestVault.with(agreesAfter: false) { test in
            let thread = try await test.newThread()
            try await fill(test, thread, 300, from: 0) { "\(Self.twenty) \($0)" }
            for text in [Self.twenty, "\"\(Self.twenty)\""] {
                let page = try await search(test, text)
                #expect(page.ranked == nil && page.matched == 300, "\(text)")
            }
        }
    }

    @Test func `terms beyond the limit are counted`() async throws {
        try await TestVault.with { test in
            let words = (0..<300).map { "word\($0)" }.joined(separator: " ")
            let long = try await search(test, words)
            #expect(long.explanation.omittedTerms == 300 - SearchQueryParser.termLimit)
            let short = try await search(test, "one two")
            #expect(short.explanation.omittedTerms == 0)
        }
    }

    @Test func `a search tells its steps and what the index was asked`() async throws {
        try await TestVault.with { test in
            let thread = try await test.newThread()
            try await test.append("one two", after: nil, in: thread)
            let explanation = try await search(test, "one two").explanation
            #expect(explanation.expressions.first == #"("one" AND "two")"#)
            #expect(explanation.steps.map(\.name).contains("index"))
            #expect(explanation.steps.allSatisfy { $0.duration >= .zero })
        }
    }

    @Test func `a message far from the tip's path has no sibling's number`() async throws {
        try await TestVault.with { test in
            let thread = try await test.newThread()
            let asked = try await test.ask("a question", after: nil, in: thread, answers: ["an answer"])
            let aside = try await test.append("kiwi aside", after: asked.question, in: thread, role: .assistant)
            let far = try await test.append("kiwi far", after: aside, in: thread)
            let hits = try await search(test, "kiwi").hits
            #expect(hits.first { $0.messageID == aside }?.sibling == 2)
            let hit = try #require(hits.first { $0.messageID == far })
            #expect(hit.sibling == nil && !hit.isOnTipPath)
        }
    }
}
