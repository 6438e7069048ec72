import Conversations
import DiwanSchema
import GRDB
import Testing

@testable import ConversationStorage

struct MigrationTests {
    /// A vault as the version with so many migrations made it.
    private func makeVault(_ file: String, migrations count: Int) throws {
        var configuration = Configuration()
        configuration.prepareDatabase { $0.add(tokenizer: DiwanTokenizer.self) }
        let queue = try DatabaseQueue(path: file, configuration: configuration)
        try queue.writeWithoutTransaction { database in
            for migration in Migration.store.prefix(count) { try database.execute(sql: migration.sql) }
            try database.execute(
                sql: """
                    INSERT INTO thread (uid, short, title, model, created_ms, active_ms)
                    VALUES (zeroblob(16), '000000000000000', 'from before', 'Model', 1, 1);
                    INSERT INTO thread_search (rowid, title) VALUES (1, 'from before');
                    INSERT INTO strand (id, thread, parent, fork) VALUES (1, 1, NULL, -1);
                    """)
            let lineage = Lineage(parent: .beginning, role: .user, parts: [.text("Then?")])
            try database.run(
                """
                INSERT INTO message (id, arrival, uid, lineage, role, text, status, created_ms)
                VALUES (1 << 24, 1, zeroblob(16), ?, 'user', 'Then?', 'complete', 4711)
                """, .blob(lineage.bytes))
            try database.execute(
                sql: """
                    INSERT INTO message_search (rowid, text) VALUES (1, 'Then?');
                    PRAGMA user_version = \(count)
                    """)
            // Triggers wrote these before version 5, the operations since.
            if count >= 5 {
                try database.execute(
                    sql: """
                        INSERT INTO arrival_block (id, first_ms, last_ms) VALUES (0, 4711, 4711);
                        INSERT INTO model_name (name) VALUES ('model');
                        """)
            }
        }
        try queue.close()
    }

    private func schema(_ test: TestVault) async throws -> [String] {
        try await test.vault.read { database in
            try database.all(
                "SELECT type || ' ' || name || ' ' || coalesce(sql, '') FROM sqlite_schema ORDER BY type, name",
                value: { $0.text(0) })
        }
    }

    @Test(arguments: 1..<Migration.store.count)
    func `an older vault becomes the same as a new one, and goes on`(_ migrations: Int) async throws {
        try await TestVault.withFolder { folder in
            try makeVault(folder + "/vault.db", migrations: migrations)
            let test = try TestVault(folder: folder, vault: .open(folder + "/vault.db"))
            try await test.expectAgreement()
            try await TestVault.with { new in
                let (brought, made) = (try await schema(test), try await schema(new))
                #expect(brought == made)
            }
            let thread = try #require(try await test.vault.threads().first)
            let tip = try await test.vault.messages(of: thread.id).first?.id
            try await test.append("Now.", after: tip, in: thread.id)
            _ = try await Story(test)
            try await test.expectAgreement()
            test.vault.close()
        }
    }

    @Test func `no trigger stands between a statement and the index`() async throws {
        try await TestVault.with { test in
            let triggers = try await test.count("SELECT count(*) FROM sqlite_schema WHERE type = 'trigger'")
            #expect(triggers == 0)
        }
    }
}
