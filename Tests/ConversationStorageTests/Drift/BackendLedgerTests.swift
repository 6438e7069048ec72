import Conversations
import TestSupport
import Testing

@testable import ConversationStorage

struct BackendLedgerTests {
    /// A thread of questions that were asked of `m` and brought nothing but who answers.
    private func record(_ name: String, _ calls: [(time: Int, reported: String?, fingerprint: String?)]) -> ThreadRecord
    {
        var record = ThreadRecord.line(name, ["A question."])
        record.calls = calls.map { call in
            CallRecord(
                id: CallID(derivedFrom: ["call", name, "\(call.time)"]), questionID: record.messages[0].id,
                upstream: "u", dialect: .chat, modelRequested: "m", modelSent: "m", modelReported: call.reported,
                systemFingerprint: call.fingerprint, plan: .whole(messageCount: 1, mode: .auto),
                finishedAt: Timestamp(milliseconds: Int64(call.time)))
        }
        return record
    }

    private func ledger(_ test: TestVault) async throws -> [BackendConfiguration] {
        try await test.vault.backendHistories().flatMap(\.configurations)
    }

    /// 100 threads of 100 calls that lie in one another: a fingerprint that changes at call 6,000, an alias that goes
    /// elsewhere at 8,000, and every seventh call silent.
    private var tenThousand: [ThreadRecord] {
        (0..<100).map { thread in
            record(
                "thread \(thread)",
                (0..<100).map { number in
                    let time = number * 100 + thread
                    let isSilent = time % 7 == 3
                    return (
                        time, time < 8000 ? "m-1" : "m-2", isSilent ? nil : time < 6000 ? "fp_a" : "fp_b"
                    )
                })
        }
    }

    @Test func `ten thousand calls out of order give the ledger they give in order, and the same two changes`()
        async throws
    {
        let records = tenThousand
        var numbers = SeededNumbers(seed: 4)
        // In pieces and several times over, as they come from other devices.
        var pieces = records.flatMap { record in
            [0..<37, 37..<100, 20..<60].map { calls in
                var piece = record
                piece.calls = Array(record.calls[calls])
                return piece
            }
        }
        pieces.shuffle(using: &numbers)
        try await TestVault.with { ordered in
            try await ordered.adopt(records)
            let expected = try await ledger(ordered)
            #expect(expected.map(\.calls).reduce(0, +) == 10_000)
            let changes = try await ordered.vault.backendHistories().flatMap(\.changes)
            #expect(changes.map(\.at.milliseconds) == [6000, 8000])
            #expect(changes.map(\.systemFingerprint?.now) == ["fp_b", nil])
            #expect(changes.map(\.modelReported?.now) == [nil, "m-2"])
            try await TestVault.with { other in
                for piece in pieces.chunked(50) { try await other.adopt(piece) }
                #expect(try await ledger(other) == expected)
                // What happened elsewhere was told there.
                #expect(try await other.vault.untoldBackendChanges().isEmpty)
            }
        }
    }

    @Test func `a change is left to be told by the call that showed it, once`() async throws {
        try await TestVault.with { test in
            let thread = try await test.newThread()
            var told: [Int] = []
            for number in 0..<8 {
                try await test.call(in: thread, reported: "m-1", fingerprint: number < 5 ? "fp_a" : "fp_b", at: number)
                for change in try await test.vault.untoldBackendChanges() {
                    told.append(number)
                    #expect(change.systemFingerprint?.before == "fp_a" && change.systemFingerprint?.now == "fp_b")
                    #expect(change.upstream == "test" && change.model == "m")
                    #expect(try await test.vault.noteTold(change, at: .test()))
                    #expect(try await !test.vault.noteTold(change, at: .test()))
                }
            }
            #expect(told == [5])
            #expect(try await ledger(test).map(\.calls) == [5, 3])
        }
    }

    @Test func `an answer that says nothing of itself is not in the ledger`() async throws {
        try await TestVault.with { test in
            let thread = try await test.newThread()
            try await test.call(in: thread, reported: nil, fingerprint: nil, at: 1)
            #expect(try await ledger(test).isEmpty)
        }
    }

    @Test func `calls of other programs, and what stands for a call, are not counted`() async throws {
        var foreign = record("a", [(1, "m-1", "fp_a")])
        foreign.calls[0].dialect = nil
        foreign.calls[0].plan = nil
        var own = record("b", [(2, "m-1", "fp_a")])
        own.messages.append(
            MessageRecord(
                id: MessageID(derivedFrom: ["answer"]), parentID: own.messages[0].id, role: .assistant,
                parts: [.text("one")], callID: own.calls[0].id, choice: 0, createdAt: .test()))
        var changed = own
        changed.messages[1].parts = [.text("two")]
        try await TestVault.with { test in
            try await test.adopt([foreign, own, changed])
            #expect(try await test.vault.calls().count == 3)
            #expect(try await ledger(test).map(\.calls) == [1])
        }
    }

    @Test func `what an erasure takes stays counted, and nothing is found wrong with that`() async throws {
        try await TestVault.with { test in
            let (one, other) = (try await test.newThread(), try await test.newThread())
            try await test.call(in: one, reported: "m-1", fingerprint: "fp_a", at: 1)
            try await test.call(in: other, reported: "m-1", fingerprint: "fp_a", at: 2)
            _ = try await test.vault.erase(threads: [one])
            #expect(try await ledger(test).map(\.calls) == [2])
        }
    }

    @Test(arguments: [
        "DELETE FROM backend", "UPDATE backend SET calls = 1", "UPDATE backend SET first_ms = last_ms",
        "UPDATE backend SET last_ms = first_ms",
    ])
    func `a ledger that holds less than the calls show is found, and filled again`(_ damage: String) async throws {
        try await TestVault.with { test in
            let thread = try await test.newThread()
            for number in 1...3 { try await test.call(in: thread, reported: "m-1", fingerprint: "fp_a", at: number) }
            let before = try await ledger(test)
            try test.vandalise(damage)
            let found = try await test.vault.examine()
            #expect(found.findings.map(\.kind) == [.backendLedger])
            let repairs = try await test.vault.repair()
            #expect(repairs.repaired == [.backendLedger: 1] && repairs.after.isClean)
            #expect(try await ledger(test) == before)
        }
    }
}

extension TestVault {
    /// A call that ended and said this of who answered it.
    fileprivate func call(in thread: ThreadID, reported: String?, fingerprint: String?, at number: Int) async throws {
        let call = NewCall.test(
            [.text("Question \(number).")], after: nil, in: thread, tip: try await vault.thread(thread).tipID)
        _ = try await vault.begin(call)
        try await vault.finish(
            call.id,
            CallOutcome(
                status: .complete,
                answers: [
                    NewMessage(
                        id: MessageID(at: .test()), role: .assistant, parts: [.text("An answer.")], choice: 0,
                        createdAt: .test())
                ], modelReported: reported, systemFingerprint: fingerprint,
                finishedAt: Timestamp(milliseconds: 1_800_000_000_000 + Int64(number))))
    }
}

extension Array {
    fileprivate func chunked(_ count: Int) -> [[Element]] {
        stride(from: 0, to: self.count, by: count).map { Array(self[$0..<Swift.min($0 + count, self.count)]) }
    }
}
