import Conversations
import Testing

@testable import ConversationStorage

struct AdoptedTipTests {
    private func tip(_ test: TestVault, _ record: ThreadRecord) async throws -> String? {
        guard let tip = try await test.vault.thread(record.id).tipID else { return nil }
        return try await test.vault.message(tip).text
    }

    private let short = ThreadRecord.line("a", ["one", "two"])
    private let long = ThreadRecord.line("a", ["one", "two", "three", "four"])

    @Test func `a thread goes on from what was added after its tip`() async throws {
        try await TestVault.with { test in
            try await test.adopt([short])
            try await test.adopt([long])
            #expect(try await tip(test, long) == "four")
        }
    }

    @Test func `a thread that a person went on with stays where they are`() async throws {
        try await TestVault.with { test in
            try await test.adopt([short])
            try await test.ask("mine", after: short.tipID, in: short.id, answers: ["yours"])
            try await test.adopt([long])
            #expect(try await tip(test, long) == "yours")
            #expect(try await test.vault.messages(of: long.id).count == 6)
        }
    }

    @Test func `a person who went back stays there when nothing new comes`() async throws {
        try await TestVault.with { test in
            try await test.adopt([long])
            try await test.vault.moveTip(of: long.id, to: long.messages[0].id)
            try await test.adopt([long])
            #expect(try await tip(test, long) == "one")
        }
    }

    @Test func `a tip that was erased is the nearest message that was not`() async throws {
        try await TestVault.with { test in
            try await test.vault.adoptPurges([#require(PurgedID(bytes: long.messages[2].id.bytes))])
            let adoption = try await test.adopt([long])
            #expect(adoption.erasedMessages == 2 && adoption.newMessages == 2)
            #expect(try await tip(test, long) == "two")
        }
    }
}
