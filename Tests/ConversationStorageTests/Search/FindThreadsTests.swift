import Conversations
import Foundation
import Testing

@testable import ConversationStorage

struct FindThreadsTests {
    private func query(_ text: String) -> SearchQuery {
        SearchQuery(text, now: .test(), calendar: Calendar(identifier: .gregorian))
    }

    @Test func `every thread with a match is found, whole words and nothing relaxed`() async throws {
        try await TestVault.with { test in
            var both: [ThreadID] = []
            // More than a search weighs.
            for _ in 0..<30 {
                let thread = try await test.newThread()
                both.append(thread)
                try await test.vault.write(surviving: .process) { database in
                    let row = try database.threadRow(thread).row
                    for number in 0..<40 {
                        _ = try database.append(
                            NewMessage(
                                id: MessageID(at: .test()), role: .user, parts: [.text("quick fox \(number)")],
                                createdAt: .test()), after: nil, inThread: row)
                    }
                }
            }
            let one = try await test.newThread("Quick")
            try await test.append("a quick answer", after: nil, in: one)
            #expect(Set(try await test.vault.threads(matching: query("quick fox"))) == Set(both))
            #expect(Set(try await test.vault.threads(matching: query("quick"))) == Set(both + [one]))
            #expect(try await test.vault.threads(matching: query("quick -fox")) == [one])
            #expect(try await test.vault.threads(matching: query("quick in:title")) == [one])
            #expect(try await test.vault.threads(matching: query("fix")).isEmpty)
            #expect(try await test.vault.threads(matching: query("")).isEmpty)
        }
    }

    @Test func `filters alone pick threads, and the trash picks none`() async throws {
        try await TestVault.with { test in
            let tagged = try await test.newThread("One", tags: ["Work"])
            let first = try await test.append("walrus", after: nil, in: tagged)
            let second = try await test.append("penguin", after: first, in: tagged)
            let other = try await test.newThread("Two")
            try await test.append("walrus", after: nil, in: other)
            #expect(try await test.vault.threads(matching: query("tag:work")) == [tagged])
            #expect(try await test.vault.threads(matching: query("-tag:work")) == [other])
            #expect(try await test.vault.threads(matching: query("thread:two walrus")) == [other])
            #expect(try await test.vault.threads(matching: query("penguin OR tag:nothing")) == [tagged])
            try await test.vault.trash(first, at: .test())
            #expect(try await test.vault.threads(matching: query("penguin")).isEmpty)
            #expect(try await test.vault.threads(matching: query("walrus")) == [other])
            try await test.vault.trash(first, at: nil)
            let aside = try await test.append("ostrich", after: first, in: tagged)
            #expect(try await test.vault.threads(matching: query("penguin OR ostrich")) == [tagged])
            #expect(try await test.vault.thread(tagged).tipID != aside)
            #expect(second != aside)
        }
    }

    @Test func `an import's threads are found by the beginning of its name`() async throws {
        // The import made up here has no handle of its own.
        try await TestVault.with(agreesAfter: false) { test in
            let brought = try await test.newThread("Brought")
            try await test.append("capybara", after: nil, in: brought)
            let own = try await test.newThread("Own")
            try await test.append("capybara", after: nil, in: own)
            try await test.interfere(
                """
                INSERT INTO import (id, uid, short, format, source, started_ms)
                  VALUES (1, randomblob(16), 'h4k2m9', 'chatgpt', 'x.zip', 1);
                INSERT INTO import_thread (import, thread) SELECT 1, id FROM thread WHERE title = 'Brought';
                UPDATE thread SET origin = '{"format":"chatgpt","key":"laptop"}' WHERE title = 'Brought';
                """)
            for text in ["import:h4k2", "import:H4K2 capybara", "from:ChatGPT", "from:laptop capybara"] {
                #expect(try await test.vault.threads(matching: query(text)) == [brought], "\(text)")
                let hits = try await test.vault.search(query(text), now: .test()).hits
                #expect(hits.map(\.threadID) == [brought], "\(text)")
            }
            for text in ["import:zzzz", "from:claude capybara", "-from:chatgpt import:h4k2"] {
                #expect(try await test.vault.threads(matching: query(text)).isEmpty, "\(text)")
            }
            #expect(try await test.vault.threads(matching: query("-from:chatgpt")) == [own])
        }
    }
}
