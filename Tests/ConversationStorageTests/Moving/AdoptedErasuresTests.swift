import Conversations
import Testing

@testable import ConversationStorage

struct AdoptedErasuresTests {
    @Test func `what was erased is not brought back, nor what continues it`() async throws {
        let record = ThreadRecord.line("a", ["one", "two", "three"])
        let gone = ThreadRecord.line("b", ["secret"])
        try await TestVault.with { test in
            try await test.adopt([record, gone])
            _ = try await test.vault.erase(threads: [gone.id], messages: [record.messages[1].id])
            let digest = try await test.vault.contentDigest()
            var longer = ThreadRecord.line("a", ["one", "two", "three", "four"])
            longer.tipID = record.messages[0].id
            longer.activeAt = record.activeAt
            let adoption = try await test.adopt([longer, gone])
            #expect(adoption.erasedThreads == 1 && adoption.erasedMessages == 4)
            #expect(adoption.knownMessages == 1 && adoption.newMessages == 0 && adoption.newThreads == 0)
            #expect(try await test.vault.contentDigest() == digest)
        }
    }

    @Test func `a call whose question was erased comes only with an answer that stays, without what held its words`()
        async throws
    {
        var record = ThreadRecord.line("a", ["one", "two", "three"])
        // Going on with a cut answer: the question is the cut answer, the whole one is its sibling.
        record.messages[2].parentID = record.messages[0].id
        record.messages[2].role = .assistant
        record.calls = [
            CallRecord(
                id: CallID(derivedFrom: ["c"]), questionID: record.messages[1].id, upstream: "u", dialect: .chat,
                modelRequested: "m", modelSent: "m", plan: .whole(messageCount: 2, mode: .auto),
                requestDigest: [1, 2, 3], finishedAt: .test(), body: Array("{}".utf8))
        ]
        record.messages[2].callID = record.calls[0].id
        record.messages[2].choice = 0
        try await TestVault.with { test in
            try await test.vault.adoptPurges([#require(PurgedID(bytes: record.messages[1].id.bytes))])
            #expect(try await test.adopt([record]).erasedMessages == 1)
            let call = try await test.vault.call(record.calls[0].id)
            #expect(call.questionID == nil && call.requestDigest == nil && call.messageIDs == [record.messages[2].id])
            #expect(try await test.vault.body(of: call.id) == nil)
        }
    }

    @Test func `erasures go from one vault to another, and erase nothing there`() async throws {
        let record = ThreadRecord.line("a", ["one", "two"])
        try await TestVault.with { one in
            try await one.adopt([record, .line("b", ["x"])])
            _ = try await one.vault.erase(threads: [ThreadID(derivedFrom: ["b"])], messages: [record.messages[1].id])
            try await TestVault.with { other in
                let purged = try await one.vault.purgedIDs()
                #expect(try await other.vault.adoptPurges(purged) == 3)
                #expect(try await other.vault.adoptPurges(purged) == 0)
                try await other.adopt(one.records())
                #expect(try await other.vault.contentDigest() == one.vault.contentDigest())
            }
            try await TestVault.with { other in
                try await other.adopt([record])
                #expect(try await other.vault.adoptPurges(one.vault.purgedIDs()) == 2)
                #expect(try await other.vault.messages(of: record.id).count == 2)
            }
        }
    }

    @Test func `a title made of erased words does not come back with the rest`() async throws {
        var record = ThreadRecord.line("a", ["secret words", "two"])
        record.title = "secret words"
        try await TestVault.with { test in
            try await test.adopt([record])
            _ = try await test.vault.erase(messages: [record.messages[0].id])
            try await test.adopt([record])
            #expect(try await test.vault.thread(record.id).title == nil)
        }
    }
}
