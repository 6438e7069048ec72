import Conversations
import Foundation
import Testing

@testable import ConversationStorage

/// What a commit survives is what the pragma says on the connection that commits, and what the kernel was asked for.
struct DurabilityTests {
    @Test func `the connection that writes flushes at each commit that is to survive a lost power supply`() async throws
    {
        try await TestVault.with { test in
            // 2 is FULL, 1 is NORMAL: GRDB's pool sets NORMAL after our preparation.
            let full = try await test.vault.write(surviving: .power) {
                try $0.first("PRAGMA synchronous", value: { $0.integer(0) })
            }
            #expect(full == 2)
            let journal = try await test.vault.write(surviving: .process) {
                try $0.first("PRAGMA synchronous", value: { $0.integer(0) })
            }
            #expect(journal == 1)
            let again = try await test.vault.write(surviving: .power) {
                try $0.first("PRAGMA synchronous", value: { $0.integer(0) })
            }
            #expect(again == 2)
        }
    }

    @Test func `the connection that writes is set up as a vault's has to be`() async throws {
        try await TestVault.with { test in
            let found = try await test.vault.write { database in
                try ["journal_mode", "foreign_keys", "secure_delete"].map { pragma in
                    try database.first("PRAGMA \(pragma)", value: { $0.text(0) })
                }
            }
            #expect(found == ["wal", "1", "1"])
        }
    }

    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/strace"), "strace is not installed"))
    func `each of ten answers is flushed to the disk, counted by the kernel`() async throws {
        try await TestVault.with { test in
            let thread = try await test.newThread()
            let trace = test.folder + "/trace.txt"
            let run = try VaultProcess(
                "/usr/bin/strace",
                [
                    "-f", "-e", "trace=fdatasync,fsync", "-o", trace, VaultProcess.vaultTool, "append", test.file,
                    "\(thread)", "10", "a",
                ])
            let lines = run.allLines()
            guard run.exitStatus() == 0, lines.last == "appended 10" else {
                // A container may forbid tracing; then there is nothing to count.
                return
            }
            let calls = try String(contentsOfFile: trace, encoding: .utf8).split(separator: "\n").filter {
                $0.contains("sync(")
            }
            // A question and an answer each, no two of them in one transaction: nobody else is waiting.
            #expect(calls.count >= 20)
            #expect(calls.count <= 20 + 12)
        }
    }

    @Test func `what is handed back is there for everybody else`() async throws {
        try await TestVault.with { test in
            let other = try Vault.open(test.file, for: .reading)
            for _ in 0..<50 {
                let thread = try await test.newThread()
                #expect(try await other.thread(thread).id == thread)
            }
            other.close()
        }
    }
}
