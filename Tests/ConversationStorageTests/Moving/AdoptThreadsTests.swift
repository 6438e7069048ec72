import Conversations
import Testing

@testable import ConversationStorage

struct AdoptThreadsTests {
    @Test(arguments: 1...12 as ClosedRange<UInt64>)
    func `what goes from one vault to another is the same there, and agrees with itself`(_ seed: UInt64) async throws {
        var random = RandomRecords(seed: seed)
        let records = random.threads(12)
        try await TestVault.with { one in
            let adoption = try await one.adopt(records)
            #expect(adoption.refusals.isEmpty)
            #expect(adoption.newThreads == records.count)
            #expect(adoption.newMessages == records.map(\.messages.count).reduce(0, +))
            #expect(adoption.newCalls == records.map(\.calls.count).reduce(0, +))
            try await TestVault.with { other in
                try await other.adopt(one.records().reversed())
                #expect(try await other.vault.contentDigest() == one.vault.contentDigest())
                for record in records {
                    #expect(try await other.vault.threadRecord(record.id).messages == record.messages.sortedAsKept)
                }
            }
        }
    }

    @Test(arguments: 1...4 as ClosedRange<UInt64>)
    func `bringing the same in again adds nothing`(_ seed: UInt64) async throws {
        var random = RandomRecords(seed: 100 + seed)
        let records = random.threads(8)
        try await TestVault.with { test in
            try await test.adopt(records)
            let digest = try await test.vault.contentDigest()
            let cursor = try await test.vault.threadIDs().cursor
            let again = try await test.adopt(records)
            #expect(again.newThreads == 0 && again.newMessages == 0 && again.changedMessages == 0)
            #expect(again.newCalls == 0 && again.erasedMessages == 0)
            #expect(again.knownThreads == records.count)
            #expect(again.knownMessages == records.map(\.messages.count).reduce(0, +))
            #expect(try await test.vault.contentDigest() == digest)
            #expect(try await test.vault.threadIDs(changedSince: cursor).threads.isEmpty)
        }
    }

    @Test(arguments: 1...6 as ClosedRange<UInt64>)
    func `a thread that comes in pieces is the same as one that comes whole`(_ seed: UInt64) async throws {
        var random = RandomRecords(seed: 200 + seed)
        let records = random.threads(4, messages: 20...40).map { record in
            // Where a thread goes on from depends on what came first: see AdoptedTipTests.
            var record = record
            record.tipID = nil
            return record
        }
        try await TestVault.with { whole in
            try await whole.adopt(records)
            try await TestVault.with { pieces in
                for count in [7, 15, 1000] {
                    _ = try await pieces.adopt(records.map { $0.prefix(count) })
                }
                #expect(try await pieces.vault.contentDigest() == whole.vault.contentDigest())
            }
        }
    }

    @Test func `a changed message becomes a sibling, and what continues it follows`() async throws {
        let record = ThreadRecord.line("a", ["one", "two", "three", "four"])
        var edited = record
        edited.messages[1].parts = [.text("zwei")]
        try await TestVault.with { test in
            try await test.adopt([record])
            let adoption = try await test.adopt([edited])
            #expect(adoption.knownMessages == 1 && adoption.changedMessages == 3 && adoption.newMessages == 0)
            let again = try await test.adopt([edited, record])
            #expect(again.knownMessages == 8 && again.changedMessages == 0)
            let siblings = try await test.vault.siblings(of: record.messages[1].id)
            #expect(siblings.count == 2)
            let tip = try #require(try await test.vault.thread(record.id).tipID)
            // The old words are where the thread goes on: a changed copy does not continue them.
            #expect(try await test.vault.path(to: tip).map(\.text) == ["one", "two", "three", "four"])
            let other = try await test.vault.messages(of: record.id).map(\.text)
            #expect(other == ["one", "two", "three", "four", "zwei", "three", "four"])
        }
    }

    @Test func `an answer that was changed has a call of its own, and the first one keeps its body`() async throws {
        var record = ThreadRecord.line("a", ["one", "two"])
        let body = Array("{\"content\":\"two\"}".utf8)
        record.calls = [
            CallRecord(
                id: CallID(derivedFrom: ["c"]), questionID: record.messages[0].id, upstream: "u", dialect: nil,
                modelRequested: "m", modelSent: "m", usage: TokenUsage(input: 5), finishedAt: .test(), body: body)
        ]
        record.messages[1].callID = record.calls[0].id
        record.messages[1].choice = 0
        var edited = record
        edited.messages[1].parts = [.text("zwei")]
        try await TestVault.with { test in
            try await test.adopt([record])
            try await test.adopt([edited])
            let calls = try await test.vault.calls(of: record.id)
            #expect(calls.count == 2 && calls.allSatisfy { $0.messageIDs.count == 1 && $0.modelSent == "m" })
            #expect(calls.compactMap(\.usage.input) == [5])
            #expect(try await test.vault.body(of: record.calls[0].id) == body)
        }
    }

    @Test func `one identity in two threads is two messages, and no thread loses any`() async throws {
        let one = ThreadRecord.line("a", ["one", "two"])
        var other = ThreadRecord.line("b", ["eins", "zwei"])
        other.messages[1].id = one.messages[1].id
        other.tipID = other.messages[1].id
        try await TestVault.with { test in
            #expect(try await test.adopt([one, other]).changedMessages == 1)
            #expect(try await test.adopt([one, other]).knownMessages == 4)
            #expect(try await test.vault.messages(of: other.id).map(\.text) == ["eins", "zwei"])
            let tip = try #require(try await test.vault.thread(other.id).tipID)
            #expect(try await test.vault.message(tip).text == "zwei")
        }
    }

    @Test func `two records of one thread are one thread, which goes on from the later one's tip`() async throws {
        let (short, long) = (ThreadRecord.line("a", ["one"]), ThreadRecord.line("a", ["one", "two"]))
        try await TestVault.with { test in
            let adoption = try await test.adopt([short, long, short])
            #expect(adoption.newThreads == 1 && adoption.knownThreads == 2 && adoption.newMessages == 2)
            #expect(try await test.vault.thread(long.id).tipID == long.tipID)
        }
    }

    @Test func `a title that nobody gave here is replaced, one that a person gave stays`() async throws {
        try await TestVault.with { test in
            var record = ThreadRecord.line("a", ["one"])
            try await test.adopt([record])
            record.title = "Better"
            try await test.adopt([record])
            #expect(try await test.vault.thread(record.id).title == "Better")
            try await test.vault.rename(record.id, "Mine")
            try await test.adopt([record])
            #expect(try await test.vault.thread(record.id).title == "Mine")
        }
    }

    @Test func `marks and tags come with a new thread and are left alone after`() async throws {
        try await TestVault.with { test in
            var record = ThreadRecord.line("a", ["one"])
            record.tags = ["x"]
            record.pinnedAt = .init(milliseconds: 5)
            try await test.adopt([record])
            try await test.vault.tag(record.id, "x", removing: true)
            try await test.vault.mark(record.id, .pinned, at: nil)
            record.activeAt = .init(milliseconds: 900)
            try await test.adopt([record])
            let thread = try await test.vault.thread(record.id)
            #expect(thread.tags.isEmpty && thread.pinnedAt == nil && thread.activeAt == .init(milliseconds: 900))
        }
    }
}

extension ThreadRecord {
    /// The thread as it was when it had so many messages.
    fileprivate func prefix(_ count: Int) -> ThreadRecord {
        guard count < messages.count else { return self }
        var record = self
        record.messages = Array(messages.prefix(count))
        let ids = Set(record.messages.map(\.id))
        record.calls = calls.filter { call in call.questionID.map { ids.contains($0) } ?? false }
        return record
    }
}

extension [MessageRecord] {
    /// Labels have no order of their own.
    fileprivate var sortedAsKept: [MessageRecord] {
        map { message in
            var message = message
            message.labels.sort()
            return message
        }
    }
}
