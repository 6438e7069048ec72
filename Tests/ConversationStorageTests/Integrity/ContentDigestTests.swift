import Conversations
import TestSupport
import Testing

@testable import ConversationStorage

struct ContentDigestTests {
    /// One history in two orders: two branches written one after the other, or by turns.
    private func write(_ test: TestVault, order: [Int]) async throws {
        let thread = ThreadID(at: Timestamp(milliseconds: 1), randomness: SeededNumbers(seed: 1))
        let (root, time) = (
            MessageID(at: Timestamp(milliseconds: 2), randomness: SeededNumbers(seed: 2)), Timestamp(milliseconds: 5)
        )
        _ = try await test.vault.create(NewThread(id: thread, title: "A thread", createdAt: time))
        try await append(test, root, "root", nil, thread)
        var ends = [root, root]
        for (step, branch) in order.enumerated() {
            let depth = order[..<step].count { $0 == branch }
            let id = MessageID(
                at: Timestamp(milliseconds: 3), randomness: SeededNumbers(seed: UInt64(10 + 10 * branch + depth)))
            try await append(test, id, "branch \(branch) depth \(depth)", ends[branch], thread)
            ends[branch] = id
        }
        try await test.vault.moveTip(of: thread, to: ends[0])
    }

    private func append(
        _ test: TestVault, _ id: MessageID, _ text: String, _ parent: MessageID?, _ thread: ThreadID
    ) async throws {
        try await test.vault.write { database in
            _ = try database.append(
                NewMessage(id: id, role: .user, parts: [.text(text)], createdAt: Timestamp(milliseconds: 5)),
                after: try parent.flatMap { try database.place(of: $0) }, inThread: database.threadRow(thread).row)
        }
    }

    @Test func `two vaults that say the same have one digest, however their rows lie`() async throws {
        try await TestVault.with { one in
            try await TestVault.with { other in
                try await write(one, order: [0, 0, 0, 1, 1])
                try await write(other, order: [1, 0, 1, 0, 0])
                // The branches are different strands in the two.
                let strands = "SELECT sum(id * (1 + (text LIKE 'branch 0%'))) FROM message"
                #expect(try await one.count(strands) != other.count(strands))
                let digest = try await one.vault.contentDigest()
                #expect(try await other.vault.contentDigest() == digest)
                try await other.append("more", after: nil, in: other.vault.threads()[0].id)
                #expect(try await other.vault.contentDigest() != digest)
            }
        }
    }

    @Test(arguments: [
        "UPDATE message SET text = text || 'x' WHERE id = (SELECT min(id) FROM message)",
        "UPDATE message SET status = 'failed'", "UPDATE thread SET title = 'x'", "UPDATE thread SET tip = NULL",
        "UPDATE call SET system_fingerprint = 'x'", "DELETE FROM tag", "DELETE FROM label",
        "INSERT INTO purged VALUES (x'01')", "DELETE FROM call_body", "UPDATE message SET call = NULL",
    ])
    func `everything said counts`(_ change: String) async throws {
        try await TestVault.with(agreesAfter: false) { test in
            _ = try await Story(test)
            let digest = try await test.vault.contentDigest()
            try test.vandalise(change)
            #expect(try await test.vault.contentDigest() != digest)
        }
    }

    @Test func `what is this device's own does not count`() async throws {
        try await TestVault.with { test in
            let story = try await Story(test)
            let digest = try await test.vault.contentDigest()
            try await test.vault.noteUse(of: story.thread)
            try await test.vault.remember("anything", "at all")
            #expect(try await test.vault.contentDigest() == digest)
        }
    }
}
