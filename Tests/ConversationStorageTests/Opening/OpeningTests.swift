import Conversations
import DiwanSchema
import Foundation
import GRDB
import Testing

@testable import ConversationStorage

struct OpeningTests {
    @Test func `a new vault and its companions are nobody else's`() async throws {
        try await TestVault.withFolder { folder in
            let file = folder + "/of/mine/vault.db"
            let old = umask(0)
            defer { umask(old) }
            let vault = try Vault.open(file)
            _ = try await vault.create(NewThread(id: ThreadID(at: .test()), createdAt: .test()))
            for path in [file, file + "-wal", file + "-shm"] { #expect(try permissions(path) == 0o600, "\(path)") }
            #expect(try permissions(folder + "/of/mine") == 0o700)
            vault.close()
        }
    }

    @Test func `a vault that others could read is taken from them`() async throws {
        try await TestVault.with { test in
            chmod(test.file, 0o644)
            let again = try Vault.open(test.file)
            #expect(try permissions(test.file) == 0o600)
            again.close()
        }
    }

    @Test(arguments: [Vault.Access.reading, .writing])
    func `a newer vault is refused with the words that say so, and not a byte of it changes`(
        _ access: Vault.Access
    ) async throws {
        try await withClosedVault { file in
            try sqlite(file, "PRAGMA user_version = 99")
            let before = FileManager.default.contents(atPath: file)
            let error = await expect(.newerVault) { _ = try Vault.open(file, for: access) }
            #expect(
                error?.message
                    == "this vault was written by a newer Diwan (schema 99, this one knows \(Migration.store.count)). Nothing was changed."
            )
            #expect(FileManager.default.contents(atPath: file) == before)
        }
    }

    @Test(arguments: [Vault.Access.reading, .writing])
    func `another program's database is refused, and not a byte of it changes`(_ access: Vault.Access) async throws {
        try await TestVault.withFolder { folder in
            let file = folder + "/theirs.db"
            try sqlite(file, "CREATE TABLE theirs (a); INSERT INTO theirs VALUES (1)")
            let before = FileManager.default.contents(atPath: file)
            let error = await expect(.notAVault) { _ = try Vault.open(file, for: access) }
            #expect(error?.message.contains("--vault") == true)
            #expect(FileManager.default.contents(atPath: file) == before)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["theirs.db"])
        }
    }

    @Test(arguments: [Vault.Access.reading, .writing])
    func `what is no database is refused, and not a byte of it changes`(_ access: Vault.Access) async throws {
        try await TestVault.withFolder { folder in
            let file = folder + "/notes.txt"
            let notes = Data(String(repeating: "Some notes of mine.\n", count: 400).utf8)
            try notes.write(to: URL(fileURLWithPath: file))
            await expect(.notAVault) { _ = try Vault.open(file, for: access) }
            #expect(FileManager.default.contents(atPath: file) == notes)
        }
    }

    @Test func `a vault that is not there is made for writing and not for reading`() async throws {
        try await TestVault.withFolder { folder in
            let error = await expect(.notFound) { _ = try Vault.open(folder + "/vault.db", for: .reading) }
            #expect(error?.message.contains("diwan ask") == true)
            let left = try FileManager.default.contentsOfDirectory(atPath: folder)
            #expect(left.isEmpty)
        }
    }

    @Test(arguments: [2, 8])
    func `so many first starts at once make one vault`(_ count: Int) async throws {
        for _ in 0..<5 {
            try await TestVault.withFolder { folder in
                let file = folder + "/vault.db"
                let starts = try (0..<count).map { _ in try VaultProcess.vault("open", file) }
                for start in starts { #expect(start.line() == "open") }
                for start in starts { start.closeInput() }
                for start in starts { #expect(start.exitStatus() == 0) }
                let test = TestVault(folder: folder, vault: try .open(file))
                try await test.expectAgreement()
                #expect(try await test.count("PRAGMA user_version") == Migration.store.count)
                test.vault.close()
            }
        }
    }

    @Test(arguments: [2, 8])
    func `so many starts at once bring an older vault up to date, and keep one whole copy of it`(
        _ count: Int
    ) async throws {
        try await TestVault.withFolder { folder in
            let file = folder + "/vault.db"
            try makeOlderVault(file)
            let starts = try (0..<count).map { _ in try VaultProcess.vault("open", file) }
            for start in starts { #expect(start.line() == "open") }
            for start in starts { start.closeInput() }
            for start in starts { #expect(start.exitStatus() == 0) }
            let test = TestVault(folder: folder, vault: try .open(file))
            try await test.expectAgreement()
            #expect(try await test.vault.threads().map(\.title) == ["from before"])
            test.vault.close()
            let copies = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.contains(".before-") }
            #expect(copies == ["vault.db.before-schema-\(Migration.store.count)"])
            for copy in copies {
                #expect(try values(folder + "/" + copy, "PRAGMA integrity_check") == ["ok"])
                #expect(try values(folder + "/" + copy, "SELECT title FROM thread") == ["from before"])
            }
        }
    }

    /// A vault as the first version wrote it.
    private func makeOlderVault(_ file: String) throws {
        var configuration = Configuration()
        configuration.prepareDatabase { $0.add(tokenizer: DiwanTokenizer.self) }
        let queue = try DatabaseQueue(path: file, configuration: configuration)
        try queue.writeWithoutTransaction { database in
            try database.execute(sql: Migration.store[0].sql)
            try database.execute(
                sql: """
                    INSERT INTO thread (uid, short, title, created_ms, active_ms)
                    VALUES (zeroblob(16), '000000000000000', 'from before', 1, 1);
                    INSERT INTO thread_search (rowid, title) VALUES (1, 'from before');
                    PRAGMA user_version = 1
                    """)
        }
        try queue.close()
    }

    @Test func `a migration that fails changes nothing`() async throws {
        try await TestVault.withFolder { folder in
            let file = folder + "/vault.db"
            // A vault by its header that has none of the schema, and a table in its way.
            try sqlite(
                file,
                "PRAGMA application_id = \(VaultFile.applicationID); CREATE TABLE call_event (mine); INSERT INTO call_event VALUES (1)"
            )
            await expect(.damaged) { _ = try Vault.open(file) }
            #expect(try values(file, "SELECT name FROM sqlite_schema") == ["call_event"])
            #expect(try values(file, "PRAGMA user_version") == ["0"])
            #expect(try values(file, "SELECT mine FROM call_event") == ["1"])
        }
    }

    @Test(arguments: [(folder: 0o500, file: 0o600), (0o700, 0o400), (0o500, 0o400)])
    func `what may not be written can be read, and says so when it is to be written`(
        _ permissions: (folder: Int, file: Int)
    ) async throws {
        try await withClosedVault { file in
            let folder = (file as NSString).deletingLastPathComponent
            // The administrator may write everything: then somebody else tries.
            let nobody: uid_t = 65534
            let isRoot = getuid() == 0
            if isRoot { for path in [folder, file] { chown(path, nobody, nobody) } }
            chmod(file, mode_t(permissions.file))
            chmod(folder, mode_t(permissions.folder))
            let before = FileManager.default.contents(atPath: file)
            func run(_ verb: String) throws -> String? {
                let tool = VaultProcess.vaultTool
                let process =
                    try isRoot
                    ? VaultProcess(
                        "/usr/bin/env", ["setpriv", "--reuid=\(nobody)", "--clear-groups", tool, verb, file])
                    : VaultProcess(tool, [verb, file])
                defer { process.closeInput() }
                return process.line()
            }
            let read = try run("read")
            // Where nobody may run what was built here there is nothing to see.
            guard read != nil || !isRoot else { return }
            #expect(read == "threads 1")
            let opened = try #require(try run("open"))
            #expect(opened.hasPrefix("failed cannot_open: "), "\(opened)")
            #expect(opened.contains(file))
            #expect(FileManager.default.contents(atPath: file) == before)
        }
    }

    @Test func `reading changes not a byte, and writes nothing beside that stays`() async throws {
        try await withClosedVault { file in
            let before = FileManager.default.contents(atPath: file)
            let vault = try Vault.open(file, for: .reading)
            #expect(try await vault.threads().count == 1)
            await expect(.refused) {
                _ = try await vault.create(NewThread(id: ThreadID(at: .test()), createdAt: .test()))
            }
            vault.close()
            #expect(FileManager.default.contents(atPath: file) == before)
        }
    }

    private func withClosedVault(_ body: (String) async throws -> Void) async throws {
        try await TestVault.withFolder { folder in
            let vault = try Vault.open(folder + "/vault.db")
            _ = try await vault.create(NewThread(id: ThreadID(at: .test()), title: "here", createdAt: .test()))
            vault.close()
            try await body(folder + "/vault.db")
        }
    }

    private func permissions(_ path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }

    private func values(_ file: String, _ sql: String) throws -> [String] {
        let queue = try DatabaseQueue(path: file)
        defer { try? queue.close() }
        return try queue.read { try $0.all(sql, value: { $0.text(0) }) }
    }

    private func sqlite(_ file: String, _ sql: String) throws {
        let queue = try DatabaseQueue(path: file)
        try queue.writeWithoutTransaction { try $0.execute(sql: sql) }
        try queue.close()
    }
}

extension OpeningTests {
    @Test func `a closed vault is one file`() async throws {
        try await TestVault.withFolder { folder in
            let test = try TestVault(folder: folder, vault: .open(folder + "/vault.db"))
            _ = try await Story(test)
            _ = try await test.vault.examine()
            test.vault.close()
            let left = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
            #expect(left == ["vault.db", "vault.db.workers"])
        }
    }
}
