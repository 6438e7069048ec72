import Conversations
import Testing

@testable import ConversationStorage

struct ChangedThreadsTests {
    @Test func `every kind of change to a thread is after the cursor that was taken before it`() async throws {
        try await TestVault.with { test in
            let story = try await Story(test)
            let other = try await test.newThread("left alone")
            let thread = story.thread
            let tip = try #require(try await test.vault.thread(thread).tipID)
            let changes: [(String, () async throws -> Void)] = [
                ("title", { try await test.vault.rename(thread, "Renamed") }),
                ("no title", { try await test.vault.unname(thread, title: nil) }),
                ("pin", { try await test.vault.mark(thread, .pinned, at: .test()) }),
                ("tag", { try await test.vault.tag(thread, "new") }),
                ("tag gone", { try await test.vault.tag(thread, "new", removing: true) }),
                ("label", { try await test.vault.label(tip, "here") }),
                ("model", { try await test.vault.change(thread, model: "another") }),
                ("tip", { try await test.vault.moveTip(of: thread, to: nil) }),
                ("question and answer", { try await test.ask("more", after: tip, in: thread) }),
                ("trash", { _ = try await test.vault.putInTrash(tip, at: .test()) }),
                ("out of the trash", { try await test.vault.trash(tip, at: nil) }),
                ("erasure", { _ = try await test.vault.erase(messages: [tip]) }),
            ]
            for (what, change) in changes {
                let cursor = try await test.vault.threadIDs().cursor
                #expect(try await test.vault.threadIDs(changedSince: cursor).threads.isEmpty)
                try await change()
                #expect(try await test.vault.threadIDs(changedSince: cursor).threads == [thread], "\(what)")
            }
            #expect(try await Set(test.vault.threadIDs().threads).isSuperset(of: [thread, other]))
        }
    }

    @Test func `a number is not given twice, also where the thread that had it was erased`() async throws {
        try await TestVault.with { test in
            _ = try await test.newThread("stays")
            let gone = try await test.newThread("goes")
            let cursor = try await test.vault.threadIDs().cursor
            _ = try await test.vault.erase(threads: [gone])
            let new = try await test.newThread("comes")
            #expect(try await test.vault.threadIDs(changedSince: cursor).threads == [new])
            #expect(try await test.vault.threadIDs(changedSince: cursor).cursor.number > cursor.number)
        }
    }

    @Test func `a cursor of a vault that has come further is refused`() async throws {
        try await TestVault.with { test in
            _ = try await test.newThread("one")
            let far = try #require(ChangeCursor("99"))
            await expect(.refused) { _ = try await test.vault.threadIDs(changedSince: far) }
            #expect(ChangeCursor("-1") == nil && ChangeCursor("x") == nil)
        }
    }
}
