import Conversations
import OrderedJSON
import Testing

@testable import ConversationStorage

struct CanaryTests {
    private func canary(asking origin: MessageID) -> NewCanary {
        NewCanary(
            id: CanaryID(at: .test()), originID: origin, upstream: "u", model: "m",
            settings: ["mode": "anchored", "parameters": ["seed": 1]], everySeconds: 60,
            createdAt: Timestamp(milliseconds: 1000), dueAt: Timestamp(milliseconds: 1000))
    }

    @Test func `a canary is kept whole, and taken away`() async throws {
        try await TestVault.with { test in
            let thread = try await test.newThread()
            let asked = try await test.ask("Question?", after: nil, in: thread)
            let added = try await test.vault.add(canary(asking: asked.answers[0]))
            #expect(added.threadID == thread && added.originID == asked.answers[0] && added.runIDs.isEmpty)
            #expect(try await test.vault.canaries() == [added])
            #expect(try await test.vault.canaries(handlePrefix: added.handle) == [added])
            try await test.vault.removeCanary(added.id)
            #expect(try await test.vault.canaries().isEmpty)
        }
    }

    @Test func `a run that is due is claimed once`() async throws {
        try await TestVault.with { test in
            let thread = try await test.newThread()
            let asked = try await test.ask("Question?", after: nil, in: thread)
            let added = try await test.vault.add(canary(asking: asked.question))
            let now = Timestamp(milliseconds: 2000)
            #expect(try await test.vault.claimRun(of: added.id, dueAt: added.dueAt, nextAt: added.due(afterRunAt: now)))
            #expect(try await !test.vault.claimRun(of: added.id, dueAt: added.dueAt, nextAt: now))
            #expect(try await test.vault.canary(added.id).dueAt.milliseconds == 61_000)
        }
    }

    @Test func `runs that were missed are not made up for`() async throws {
        try await TestVault.with { test in
            let thread = try await test.newThread()
            let asked = try await test.ask("Question?", after: nil, in: thread)
            let added = try await test.vault.add(canary(asking: asked.question))
            #expect(added.due(afterRunAt: Timestamp(milliseconds: 1000)).milliseconds == 61_000)
            #expect(added.due(afterRunAt: Timestamp(milliseconds: 60_999)).milliseconds == 61_000)
            #expect(added.due(afterRunAt: Timestamp(milliseconds: 61_000)).milliseconds == 121_000)
            #expect(added.due(afterRunAt: Timestamp(milliseconds: 601_500)).milliseconds == 661_000)
            // One that was run before it was due is due when it was.
            #expect(added.due(afterRunAt: Timestamp(milliseconds: 0)).milliseconds == 61_000)
        }
    }

    @Test func `an erasure takes the canary of its thread with it, and shortens one of a path that ends sooner`()
        async throws
    {
        try await TestVault.with { test in
            let (one, other) = (try await test.newThread(), try await test.newThread())
            let first = try await test.ask("One?", after: nil, in: one)
            let second = try await test.ask("Two?", after: first.answers[0], in: one)
            let gone = try await test.ask("Gone?", after: nil, in: other)
            let kept = try await test.vault.add(canary(asking: second.answers[0]))
            _ = try await test.vault.add(canary(asking: gone.answers[0]))
            _ = try await test.vault.erase(threads: [other], messages: [second.question])
            #expect(try await test.vault.canaries().map(\.id) == [kept.id])
            #expect(try await test.vault.canary(kept.id).originID == first.answers[0])
            _ = try await test.vault.erase(messages: [first.question])
            #expect(try await test.vault.canaries().isEmpty)
        }
    }

    @Test func `a canary that asks another thread's message, or cannot be read, is found`() async throws {
        try await TestVault.with(agreesAfter: false) { test in
            let (one, other) = (try await test.newThread(), try await test.newThread())
            let asked = try await test.ask("One?", after: nil, in: one)
            _ = try await test.ask("Other?", after: nil, in: other)
            _ = try await test.vault.add(canary(asking: asked.question))
            try test.vandalise(
                "UPDATE canary SET thread = (SELECT max(id) FROM thread), settings = 'x', short = 'zzzzz'")
            let found = try await test.vault.examine()
            #expect(found.counts == [.canary: 2, .handle: 1])
            #expect(try await test.vault.repair().repaired == [.handle: 1])
        }
    }
}
