import Conversations
import Testing

@testable import ConversationStorage

/// What a judge was shown goes with what it judged.
struct EraseJudgementsTests {
    private func judge(
        _ test: TestVault, _ original: MessageID, _ candidate: MessageID, in thread: ThreadID
    ) async throws -> TestVault.Exchange {
        let asked = try await test.ask("which is better of these copies", after: nil, in: thread)
        try await test.vault.keep(
            Judgement(
                originalID: original, candidateID: candidate, shownFirst: .original, verdict: .candidate,
                reason: "words of it", upstream: "test", model: "j", callID: asked.call, createdAt: .test()))
        return asked
    }

    @Test func `an erased answer takes its judgements and the judge's copies along, and no others`() async throws {
        try await TestVault.with { test in
            let thread = try await test.newThread("judged")
            let judges = try await test.newThread("judging")
            let exchange = try await test.ask("q", after: nil, in: thread, answers: ["one", "two", "three"])
            let gone = try await judge(test, exchange.answers[0], exchange.answers[1], in: judges)
            let stays = try await judge(test, exchange.answers[0], exchange.answers[2], in: judges)
            let receipt = try await test.vault.erase(messages: [exchange.answers[1]])
            #expect(receipt.isComplete && receipt.messages == 3)
            #expect(try await test.vault.judgements(of: exchange.answers).map(\.candidateID) == [exchange.answers[2]])
            let left = Set(try await test.vault.messages(of: judges).map(\.id))
            #expect(left == Set([stays.question] + stays.answers))
            #expect(!left.contains(gone.question))
        }
    }

    @Test func `a verdict outlives the judge's words`() async throws {
        try await TestVault.with { test in
            let thread = try await test.newThread("judged")
            let judges = try await test.newThread("judging")
            let exchange = try await test.ask("q", after: nil, in: thread, answers: ["one", "two"])
            _ = try await judge(test, exchange.answers[0], exchange.answers[1], in: judges)
            _ = try await test.vault.erase(threads: [judges])
            let left = try #require(try await test.vault.judgements(of: [exchange.answers[1]]).first)
            #expect(left.verdict == .candidate && left.reason == nil && left.callID == nil)
        }
    }
}
