import Conversations
import Foundation
import Testing

@testable import ConversationStorage

struct FindMessagesTests {
    private func query(_ text: String) -> SearchQuery {
        SearchQuery(text, now: .test(), calendar: Calendar(identifier: .gregorian))
    }

    private func search(_ test: TestVault, _ text: String, limit: Int = 20) async throws -> SearchPage {
        try await test.vault.search(query(text), limit: limit, now: .test())
    }

    private func marked(_ hit: SearchHit) -> [String] {
        let bytes = Array(hit.snippet.utf8)
        return hit.marks.map { String(decoding: bytes[$0], as: UTF8.self) }
    }

    @Test func `a message is found with its thread, place, marks and model`() async throws {
        try await TestVault.with { test in
            let thread = try await test.newThread("Cooking")
            let exchange = try await test.ask(
                "How do I make a crème brûlée?", after: nil, in: thread, answers: ["Caramelise the sugar slowly."])
            let hit = try #require(try await search(test, "creme brulee").hits.first)
            #expect(hit.threadID == thread)
            #expect(hit.threadTitle == "Cooking")
            #expect(hit.messageID == exchange.question)
            #expect(hit.position == 0)
            #expect(hit.sibling == 1)
            #expect(hit.role == .user)
            #expect(hit.isOnTipPath)
            #expect(hit.snippet == "How do I make a crème brûlée?")
            #expect(marked(hit) == ["crème", "brûlée"])
            let answer = try #require(try await search(test, "sugar").hits.first)
            #expect(answer.messageID == exchange.answers[0])
            #expect(answer.model == "m")
            #expect(answer.position == 1)
        }
    }

    @Test func `marks cover what was asked, not the piece it was found by`() async throws {
        try await TestVault.with { test in
            let thread = try await test.newThread()
            try await test.append("今天天气很好，我们去公园。", after: nil, in: thread)
            for (asked, marks) in [("气", ["气"]), ("天气", ["天气"]), ("天气很", ["天气很"]), ("公园", ["公园"]), ("天", ["天天"])] {
                let hit = try #require(try await search(test, asked).hits.first)
                #expect(marked(hit) == marks, "\(asked)")
            }
        }
    }

    @Test func `a long message is shown around what was asked for`() async throws {
        try await TestVault.with { test in
            let thread = try await test.newThread()
            let filler = Array(repeating: "füllwort", count: 500).joined(separator: "\n ")
            try await test.append(filler + " the needle\tin here " + filler, after: nil, in: thread)
            let hit = try #require(try await search(test, "needle here").hits.first)
            #expect(hit.snippet.hasPrefix("…") && hit.snippet.hasSuffix("…"))
            #expect(hit.snippet.contains("the needle in here"))
            #expect(marked(hit) == ["needle", "here"])
            #expect(hit.snippet.utf8.count < 300)
            #expect(!hit.snippet.contains("\n") && !hit.snippet.contains("\u{FFFD}"))
        }
    }

    @Test func `any of the words follow when too little holds them all, and the page says so`() async throws {
        try await TestVault.with { test in
            let thread = try await test.newThread()
            let both = try await test.append("the quick brown fox", after: nil, in: thread)
            let one = try await test.append("a quick answer", after: both, in: thread)
            try await test.append("nothing of it", after: one, in: thread)
            let page = try await search(test, "quick fox")
            #expect(page.hits.map(\.messageID) == [both, one])
            #expect(page.isRelaxed)
            #expect(page.understood == "quick fox")
            let exact = try await search(test, "\"quick brown\" role:user")
            #expect(exact.hits.map(\.messageID) == [both])
            #expect(!exact.isRelaxed)
            #expect(try await search(test, "\"brown quick\"").hits.isEmpty)
            #expect(try await search(test, "quick zebra -fox").hits.map(\.messageID) == [one])
        }
    }

    @Test func `a title is found, once for a thread`() async throws {
        try await TestVault.with { test in
            let titled = try await test.newThread("Gardening in spring")
            try await test.append("When to sow?", after: nil, in: titled)
            let both = try await test.newThread("Spring cleaning")
            let message = try await test.append("spring is here", after: nil, in: both)
            let page = try await search(test, "spring")
            #expect(Set(page.hits.map(\.threadID)) == [titled, both])
            #expect(page.hits.count == 2)
            let title = try #require(page.hits.first { $0.threadID == titled })
            #expect(title.messageID == nil)
            #expect(marked(title) == ["spring"])
            #expect(page.hits.first { $0.threadID == both }?.messageID == message)
            #expect(try await search(test, "spring in:text").hits.map(\.threadID) == [both])
            #expect(Set(try await search(test, "spring in:title").hits.map(\.threadID)) == [titled, both])
            #expect(try await search(test, "spring role:user").hits.map(\.messageID) == [message])
        }
    }

    @Test func `what is in the trash is not found, nor what continues it`() async throws {
        try await TestVault.with { test in
            let thread = try await test.newThread()
            let first = try await test.append("walrus one", after: nil, in: thread)
            let second = try await test.append("walrus two", after: first, in: thread)
            let third = try await test.append("walrus three", after: second, in: thread)
            let branch = try await test.append("walrus four", after: first, in: thread)
            #expect(Set(try await search(test, "walrus").hits.map(\.messageID)) == [first, second, third, branch])
            try await test.vault.trash(second, at: .test())
            #expect(Set(try await search(test, "walrus").hits.map(\.messageID)) == [first, branch])
            try await test.vault.trash(second, at: nil)
            #expect(try await search(test, "walrus").hits.count == 4)
            try await test.vault.mark(thread, .trashed, at: .test())
            #expect(try await search(test, "walrus").hits.isEmpty)
        }
    }

    @Test func `a branch that is not the tip's is found, and left out of branch tip`() async throws {
        try await TestVault.with { test in
            let thread = try await test.newThread()
            let asked = try await test.ask("about penguins", after: nil, in: thread, answers: ["penguins swim"])
            let aside = try await test.append("penguins fly", after: asked.question, in: thread, role: .assistant)
            let hits = try await search(test, "penguins").hits
            #expect(hits.first { $0.messageID == aside }?.isOnTipPath == false)
            #expect(hits.first { $0.messageID == aside }?.sibling == 2)
            #expect(hits.first { $0.messageID == asked.question }?.isOnTipPath == true)
            #expect(try await search(test, "penguins branch:tip").hits.allSatisfy { $0.messageID != aside })
        }
    }

    @Test func `answers to one question are one hit that says how many more`() async throws {
        try await TestVault.with { test in
            let thread = try await test.newThread()
            try await test.ask(
                "a question", after: nil, in: thread, answers: ["ostrich one", "ostrich two", "ostrich three"])
            let hits = try await search(test, "ostrich").hits
            #expect(hits.count == 1)
            #expect(hits.first?.alsoOn == 2)
        }
    }

    @Test func `filters choose among messages`() async throws {
        try await TestVault.with { test in
            let work = try await test.newThread("At work", tags: ["work"])
            let home = try await test.newThread("At home")
            let asked = try await test.ask("lynx at work", after: nil, in: work, answers: ["```swift\nlynx\n```"])
            let linked = try await test.append("lynx https://example.com/x", after: nil, in: home)
            let tool = try await test.append(
                [.reasoning(Reasoning(text: "lynx thoughts"))], after: linked, in: home, role: .assistant)
            for (text, found) in [
                ("lynx", [asked.question, asked.answers[0], linked, tool]),
                ("lynx role:assistant", [asked.answers[0], tool]),
                ("lynx -role:assistant", [asked.question, linked]),
                ("lynx tag:WORK", [asked.question, asked.answers[0]]),
                ("lynx -tag:work", [linked, tool]), ("lynx has:code", [asked.answers[0]]), ("lynx has:link", [linked]),
                ("lynx thread:\"At home\"", [linked, tool]), ("lynx thread:\(home)", [linked, tool]),
                ("lynx model:M", [asked.answers[0]]),
                ("lynx model:gpt*", []), ("lynx upstream:test", [asked.answers[0]]), ("lynx in:reasoning", [tool]),
                ("lynx in:text", [asked.question, asked.answers[0], linked]), ("lynx status:failed", []),
                ("lynx before:2020", []), ("lynx after:2020", [asked.question, asked.answers[0], linked, tool]),
                ("lynx (has:link OR has:code)", [linked, asked.answers[0]]),
                ("tag:work", [asked.question, asked.answers[0]]),
                ("-lynx", []), ("lynx OR role:tool", [asked.question, asked.answers[0], linked, tool]),
                ("lynx from:codex", []), ("lynx import:x replay:y", []), ("has:tool", []), ("has:image has:file", []),
            ] as [(String, [MessageID])] {
                let hits = try await search(test, text).hits.filter { $0.messageID != nil }
                #expect(Set(hits.compactMap(\.messageID)) == Set(found), "\(text)")
            }
        }
    }

    @Test func `a filter that picks very many threads is looked through thread by thread`() async throws {
        try await TestVault.with(agreesAfter: false) { test in
            var tagged: [MessageID] = []
            for number in 0..<SearchBounds.threads + 10 {
                let thread = try await test.newThread("Number \(number)", tags: ["many"])
                let first = try await test.append("lynx at \(number)", after: nil, in: thread)
                // Common, so that it takes less to ask thread by thread.
                var last = first
                for _ in 0..<25 { last = try await test.append("lynx again", after: last, in: thread) }
                if number == 3 { tagged.append(try await test.append("zebra and lynx", after: last, in: thread)) }
            }
            let other = try await test.newThread("Other")
            try await test.append("lynx and zebra elsewhere", after: nil, in: other)
            let page = try await search(test, "lynx tag:many")
            #expect(page.hits.count == 20 && page.hits.allSatisfy { $0.threadID != other })
            #expect(page.ranked == nil || page.ranked ?? 0 >= SearchBounds.filtered)
            #expect(try await search(test, "\"zebra and lynx\" tag:many").hits.map(\.messageID) == tagged)
            #expect(try await search(test, "lynx tag:many role:assistant").hits.isEmpty)
            #expect(try await search(test, "lynx tag:many role:assistant").lookedBackTo == nil)
        }
    }

    @Test func `copies and trashed threads do not keep what lies behind them off the page`() async throws {
        try await TestVault.with(agreesAfter: false) { test in
            let kept = try await test.newThread("kept")
            let behind = try await test.append("a walrus, far behind", after: nil, in: kept)
            let trashed = try await test.newThread("trashed")
            var last: MessageID?
            for number in 0..<100 { last = try await test.append("walrus \(number)", after: last, in: trashed) }
            try await test.vault.mark(trashed, .trashed, at: .test())
            let page = try await search(test, "walrus")
            #expect(page.hits.map(\.messageID) == [behind])
            #expect(page.matched == 1)
        }
    }

    @Test func `any text is a search`() async throws {
        try await TestVault.with { test in
            let thread = try await test.newThread("(title")
            try await test.append("some \"quoted\" text: a* -b OR (c) \0 end", after: nil, in: thread)
            for text in [
                "", "\"", "(((", "OR OR", "a* -b", "-", "*", "text:", "NEAR(a, b)", "end\0x", "{text} : a", "\u{E000}",
                "\u{E000}x",
                "in:title", "branch:tip", "-(-a)", "a OR -b", "(a OR role:user) -c", "'; DROP TABLE thread; --",
                "model:[", "model:a?*",
            ] {
                _ = try await search(test, text)
            }
            #expect(try await search(test, "end").hits.count == 1)
        }
    }

    @Test func `of what is in very many messages the newest are weighed, and the page says so`() async throws {
        try await TestVault.with(agreesAfter: false) { test in
            let thread = try await test.newThread()
            try await test.vault.write { database in
                let row = try database.threadRow(thread).row
                for number in 0..<1_500 {
                    _ = try database.append(
                        NewMessage(
                            id: MessageID(at: .test()), role: .user, parts: [.text("common word number\(number)")],
                            createdAt: .test()), after: nil, inThread: row)
                }
            }
            let page = try await search(test, "common")
            #expect(page.ranked == SearchBounds.ranked)
            #expect(page.hits.count == 20)
            let rare = try await search(test, "common number7")
            #expect(rare.ranked == nil || rare.isRelaxed)
            #expect(rare.hits.first?.snippet.contains("number7") == true)
        }
    }
}
