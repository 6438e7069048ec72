import Conversations
import OrderedJSON
import Testing

@testable import ConversationStorage

struct ImportRecordTests {
    @Test func `an import remembers what it was of, what came of it, and which threads it brought or added to`()
        async throws
    {
        let (short, long) = (ThreadRecord.line("a", ["one"]), ThreadRecord.line("a", ["one", "two"]))
        let other = ThreadRecord.line("b", ["x"])
        try await TestVault.with { test in
            let begun = try await test.vault.beginImport(
                format: "chatgpt", source: "/home/somebody/conversations.json", now: .test())
            #expect(begun.source == "conversations.json" && begun.finishedAt == nil && begun.report == nil)
            try await test.adopt([short, other], import: begun.id)
            let done = try await test.vault.finishImport(begun.id, report: ["new": 2], now: .test())
            #expect(done.finishedAt != nil && done.report == ["new": 2] && done.threadCount == 2)
            let second = try await test.vault.beginImport(format: "chatgpt", source: "later.json", now: .test())
            try await test.adopt([long, other], import: second.id)
            #expect(try await test.vault.threadIDs(broughtBy: second.id) == [long.id])
            #expect(try await test.vault.imports().map(\.id) == [second.id, begun.id])
            #expect(try await test.vault.imports(handlePrefix: done.handle).map(\.id) == [begun.id])
            _ = try await test.vault.erase(threads: [other.id])
            #expect(try await test.vault.threadIDs(broughtBy: begun.id) == [short.id])
        }
    }

    @Test func `an import's handle is of one set of names with threads`() async throws {
        try await TestVault.with { test in
            let begun = try await test.vault.beginImport(format: "chatgpt", source: "a.json", now: .test())
            let near = ThreadID(bytes: [0, 0, 0, 0, 0, 0] + begun.id.bytes[6..<15] + [begun.id.bytes[15] ^ 0x10])
            _ = try await test.vault.create(NewThread(id: #require(near), title: "t", createdAt: .test()))
            let handle = try #require(try await test.vault.imports().first).handle
            #expect(handle.count > 4)
            #expect(try await test.vault.threads(handlePrefix: handle).isEmpty)
        }
    }

    @Test func `imports are this device's own: the digest leaves them out`() async throws {
        try await TestVault.with { test in
            try await test.adopt([.line("a", ["one"])])
            let digest = try await test.vault.contentDigest()
            let begun = try await test.vault.beginImport(format: "chatgpt", source: "a.json", now: .test())
            _ = try await test.vault.finishImport(begun.id, report: .null, now: .test())
            #expect(try await test.vault.contentDigest() == digest)
        }
    }

    @Test func `a call of another program has no dialect and no plan`() async throws {
        var record = ThreadRecord.line("a", ["one", "two"])
        record.calls = [
            CallRecord(
                id: CallID(derivedFrom: ["c"]), questionID: record.messages[0].id, upstream: "elsewhere", dialect: nil,
                modelRequested: "m", modelSent: "m")
        ]
        record.messages[1].callID = record.calls[0].id
        try await TestVault.with { test in
            try await test.adopt([record])
            let call = try await test.vault.call(record.calls[0].id)
            #expect(call.dialect == nil && call.plan == nil && call.upstream == "elsewhere")
            // A call that is over has an end, if only that of its thread.
            #expect(call.finishedAt == record.activeAt)
        }
    }
}
