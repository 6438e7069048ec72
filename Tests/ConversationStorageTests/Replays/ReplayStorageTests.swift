import Conversations
import Foundation
import OrderedJSON
import Testing

@testable import ConversationStorage

@Suite struct ReplayStorageTests {
    /// A thread of two turns and a replay of it.
    private func replayed(
        _ test: TestVault, models: [String] = ["m-new"], samples: Int = 1
    ) async throws -> (thread: ThreadID, first: TestVault.Exchange, last: TestVault.Exchange, replay: Replay) {
        let thread = try await test.newThread()
        let first = try await test.ask("Where is the tide?", after: nil, in: thread)
        let last = try await test.ask("And now?", after: first.answers[0], in: thread)
        let arms = models.flatMap { model in
            (1...samples).map { sample in
                NewReplayArm(
                    key: ReplayArm.Key(threadID: thread, upstream: "up", model: model, sample: sample),
                    originID: last.answers[0],
                    turns: [(first.question, first.answers[0]), (last.question, last.answers[0])])
            }
        }
        let replay = try await test.vault.begin(
            NewReplay(
                id: ReplayID(at: .test()), mode: .anchored, settings: ["parallel": 8], arms: arms, startedAt: .test()))
        return (thread, first, last, replay)
    }

    /// Asks one turn of an arm.
    @discardableResult
    private func ask(
        _ test: TestVault, _ replay: Replay, turn: Int, arm: Int = 0, status: Call.Status = .complete,
        before: CallID? = nil, text: String = "Out."
    ) async throws -> (call: CallID, answer: MessageID) {
        let arm = replay.arms[arm]
        var call = NewCall.test([], after: arm.turns[turn - 1].questionID, in: arm.threadID, tip: nil)
        call.movesTip = false
        call.replayPlace = ReplayPlace(replay: replay.id, arm: arm.key, turn: turn, askedBefore: before)
        _ = try await test.vault.begin(call)
        let answer = NewMessage(
            id: MessageID(at: .test()), role: .assistant, parts: [.text(text)],
            status: status.isAnswer ? .complete : .interrupted, createdAt: .test())
        try await test.vault.finish(call.id, CallOutcome(status: status, answers: [answer], finishedAt: .test()))
        return (call.id, answer.id)
    }

    @Test func `a turn knows its call, no tip moves, and the last answer has the arm's label`() async throws {
        try await TestVault.with { test in
            let (thread, _, last, replay) = try await replayed(test)
            let before = try await test.vault.thread(thread)
            let first = try await ask(test, replay, turn: 1)
            #expect(try await test.vault.labels(in: thread).isEmpty)
            let second = try await ask(test, replay, turn: 2)
            let after = try await test.vault.thread(thread)
            #expect(after.tipID == last.answers[0] && after.activeAt == before.activeAt)
            #expect(try await test.vault.labels(in: thread) == [second.answer: ["m-new"]])
            let read = try await test.vault.replay(replay.id)
            #expect(read.arms[0].turns.map(\.callID) == [first.call, second.call])
            #expect(try await test.vault.call(first.call).replayID == replay.id)
            let standing = try await test.vault.standing(of: replay.id)
            #expect((standing.answered, standing.failed, standing.total) == (2, 0, 2))
        }
    }

    @Test func `asked again, what the call before left goes out of sight, unless someone went on from it`() async throws
    {
        try await TestVault.with { test in
            let (thread, _, _, replay) = try await replayed(test)
            let cut = try await ask(test, replay, turn: 1, status: .interrupted)
            try await ask(test, replay, turn: 1, before: cut.call)
            #expect(try await test.vault.message(cut.answer).trashedAt != nil)
            let kept = try await ask(test, replay, turn: 2, status: .interrupted)
            try await test.append("Go on", after: kept.answer, in: thread)
            let whole = try await ask(test, replay, turn: 2, before: kept.call)
            #expect(try await test.vault.message(kept.answer).trashedAt == nil)
            #expect(try await test.vault.labels(in: thread) == [whole.answer: ["m-new"]])
        }
    }

    @Test func `two processes that go on with one replay ask no question twice`() async throws {
        try await TestVault.with { test in
            let (_, _, _, replay) = try await replayed(test)
            try await ask(test, replay, turn: 1)
            await #expect(throws: StorageError.self) { try await ask(test, replay, turn: 1) }
            #expect(try await test.vault.calls(of: replay.id).count == 1)
        }
    }

    @Test func `arms have labels that nothing else in their thread has`() async throws {
        try await TestVault.with { test in
            let (thread, first, _, replay) = try await replayed(test, models: ["a/b c", "keep", "m"], samples: 2)
            #expect(replay.arms.map(\.label) == ["a-b-c", "a-b-c-2", "up-keep", "up-keep-2", "m", "m-2"])
            try await test.vault.label(first.question, "n")
            let arm = NewReplayArm(
                key: ReplayArm.Key(threadID: thread, upstream: "up", model: "n", sample: 1),
                originID: first.question, turns: [(first.question, nil)])
            let other = try await test.vault.begin(
                NewReplay(id: ReplayID(at: .test()), mode: .chain, settings: [:], arms: [arm], startedAt: .test()))
            #expect(other.arms.map(\.label) == ["up-n"])
            #expect(try await test.vault.replays(of: thread).map(\.id) == [other.id, replay.id])
        }
    }

    @Test func `a label that a person moved meanwhile is theirs`() async throws {
        try await TestVault.with { test in
            let (thread, first, _, replay) = try await replayed(test)
            try await test.vault.label(first.question, "m-new")
            try await ask(test, replay, turn: 2)
            #expect(try await test.vault.labels(in: thread) == [first.question: ["m-new"]])
        }
    }

    @Test func `an arm that ended early has its label on its last answer`() async throws {
        try await TestVault.with { test in
            let (thread, _, _, replay) = try await replayed(test)
            let first = try await ask(test, replay, turn: 1)
            try await test.vault.note(.failed, ofArm: replay.arms[0].key, in: replay.id, note: "no such model")
            #expect(try await test.vault.labels(in: thread) == [first.answer: ["m-new"]])
            let arm = try await test.vault.replay(replay.id).arms[0]
            #expect(arm.status == .failed && arm.note == "no such model")
        }
    }

    @Test func `what is erased is cut out of the replays, and a replay of nothing is gone`() async throws {
        try await TestVault.with { test in
            let (thread, first, last, replay) = try await replayed(test)
            let arm = try await ask(test, replay, turn: 1)
            try await ask(test, replay, turn: 2)
            _ = try await test.vault.erase(messages: [arm.answer])
            #expect(try await test.vault.replay(replay.id).arms[0].turns[0].callID == nil)
            _ = try await test.vault.erase(messages: [last.answers[0]])
            var cut = try await test.vault.replay(replay.id).arms[0]
            #expect(cut.originID == last.question && cut.turns[1].originalID == nil)
            _ = try await test.vault.erase(messages: [last.question])
            cut = try await test.vault.replay(replay.id).arms[0]
            #expect(cut.originID == first.answers[0] && cut.turns.count == 1)
            _ = try await test.vault.erase(threads: [thread])
            #expect(try await test.vault.replays().isEmpty)
        }
    }

    @Test func `replay: finds what a replay brought and nothing else`() async throws {
        try await TestVault.with { test in
            let (thread, _, _, replay) = try await replayed(test)
            let first = try await ask(test, replay, turn: 1, text: "The ebb.")
            let second = try await ask(test, replay, turn: 2, text: "The flood.")
            func found(_ text: String) async throws -> Set<MessageID> {
                let query = SearchQuery(text, now: .test(), calendar: .current)
                return Set(try await test.vault.search(query, limit: 50, now: .test()).hits.compactMap(\.messageID))
            }
            #expect(try await found("replay:\(replay.handle)") == [first.answer, second.answer])
            #expect(try await found("flood replay:\(replay.handle)") == [second.answer])
            #expect(try await found("replay:zzzzzz").isEmpty)
            let query = SearchQuery("replay:\(replay.handle)", now: .test(), calendar: .current)
            #expect(try await test.vault.threads(matching: query) == [thread])
        }
    }

    @Test func `doctor finds an arm that names another thread's messages`() async throws {
        try await TestVault.with(agreesAfter: false) { test in
            let (_, _, _, replay) = try await replayed(test)
            let other = try await test.newThread()
            let stranger = try await test.append("Elsewhere", after: nil, in: other)
            let row = try await test.row(of: stranger)
            try await test.interfere("UPDATE replay_turn SET question = \(row) WHERE turn = 1")
            let findings = try await test.vault.examine().findings
            #expect(findings.map(\.kind) == [.replay])
            #expect(findings.first?.subject.name == replay.id.description)
        }
    }
}
