import Conversations
import Testing

@testable import ConversationStorage

struct RepairTests {
    @Test(arguments: [
        "DELETE FROM message_search_docsize WHERE id = (SELECT min(arrival) FROM message)",
        "INSERT INTO message_search (rowid, text) VALUES (4711, 'nothing')",
        "INSERT INTO thread_search (rowid, title) VALUES (4711, 'nothing')",
        "INSERT INTO call_event SELECT id, 0, x'00' FROM call",
        "DELETE FROM message_blob",
        "INSERT INTO blob VALUES (zeroblob(32), NULL, x'01')",
        "INSERT INTO words (digest, text) VALUES (zeroblob(32), 'unused')",
        "INSERT INTO strand (thread, parent, fork) SELECT min(id), NULL, -1 FROM thread",
        "UPDATE thread SET short = '0' || substr(short, 2) || 'x'",
        "DELETE FROM message_search_data WHERE id > 10",
        "DELETE FROM arrival_block",
        "UPDATE arrival_block SET first_ms = 0, last_ms = 0",
        "DELETE FROM model_name",
    ])
    func `what is derived is rebuilt and nothing else changes`(_ damage: String) async throws {
        try await TestVault.with { test in
            _ = try await Story(test)
            let digest = try await test.vault.contentDigest()
            try test.vandalise(damage)
            let repairs = try await test.vault.repair()
            #expect(!repairs.repaired.isEmpty)
            #expect(repairs.after.isClean, "\(repairs.after.findings)")
            if !damage.contains("INTO blob") {
                #expect(try await test.vault.contentDigest() == digest)
            }
        }
    }

    @Test func `a tip that points nowhere goes to the newest leaf`() async throws {
        try await TestVault.with { test in
            let thread = try await test.newThread()
            let first = try await test.append("first", after: nil, in: thread)
            let old = try await test.append("old", after: first, in: thread)
            let new = try await test.append("new", after: first, in: thread)
            let row = try await test.row(of: old)
            try test.vandalise(
                "UPDATE thread SET tip = 4711 << 24; UPDATE message SET created_ms = created_ms - 1000 WHERE id = \(row)"
            )
            let repairs = try await test.vault.repair()
            #expect(repairs.repaired[.tipMissing] == 1)
            #expect(repairs.after.isClean)
            #expect(try await test.vault.thread(thread).tipID == new)
        }
    }

    @Test func `what people said is never repaired`() async throws {
        try await TestVault.with(agreesAfter: false) { test in
            let story = try await Story(test)
            let row = try await test.row(of: story.first.question)
            try test.vandalise("UPDATE message SET lineage = zeroblob(16) WHERE id = \(row)")
            let repairs = try await test.vault.repair()
            #expect(repairs.repaired.isEmpty)
            #expect(repairs.after.counts == [.lineage: 1])
        }
    }
}

extension RepairTests {
    @Test func `an attachment of parts that cannot be read is not dropped`() async throws {
        try await TestVault.with(agreesAfter: false) { test in
            let story = try await Story(test)
            try test.vandalise("UPDATE message SET parts = 'damaged' WHERE parts IS NOT NULL; DELETE FROM message_blob")
            let repairs = try await test.vault.repair()
            #expect(repairs.after.counts[.blobUnused] == 1)
            #expect(try await test.vault.bytes(of: story.image) == [1, 2, 3, 4, 5])
        }
    }
}
