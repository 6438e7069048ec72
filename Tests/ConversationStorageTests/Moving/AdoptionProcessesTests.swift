import Conversations
import Foundation
import Testing

@testable import ConversationStorage

/// Adoptions beside other processes, and adoptions that are killed.
struct AdoptionProcessesTests {
    @Test func `others write while threads are brought in, also into those`() async throws {
        try await TestVault.with { test in
            let mine = try await test.newThread()
            // Its first step leaves room for the others to come between.
            let adopting = try VaultProcess.vault("adopt", test.file, "1", "6000")
            let writers = try (0..<2).map { try VaultProcess.vault("append", test.file, "\(mine)", "40", "w\($0)") }
            let shared = ThreadID(derivedFrom: ["thread", "0"])
            var appended = 0
            while appended < 5, (try? await test.vault.thread(shared)) == nil { await Task.yield() }
            while appended < 5 {
                let tip = try await test.vault.thread(shared).tipID
                try await test.ask("between \(appended)", after: tip, in: shared)
                appended += 1
            }
            for writer in writers { #expect(writer.allLines() == ["appended 40"]) }
            #expect(adopting.allLines() == ["adopted 0"])
            #expect(adopting.exitStatus() == 0)
            #expect(try await test.vault.messages(of: mine).count == 160)
            #expect(try await test.vault.messageIDs(in: shared).count == 6_010)
        }
    }

    @Test(arguments: [0, 1, 3])
    func `an adoption that was killed is finished by the next, and nothing shows that it was killed`(
        _ whole: Int
    ) async throws {
        try await TestVault.with { test in
            let untouched = try VaultProcess.vault("adopt", test.file, "5", "900")
            #expect(untouched.allLines().count == 5)
            try await TestVault.with { killed in
                let first = try VaultProcess.vault("adopt", killed.file, "5", "900")
                for _ in 0..<whole { _ = first.line() }
                // Somewhere in the thread after those.
                let next = ThreadID(derivedFrom: ["thread", "\(whole)"])
                while (try? await killed.vault.thread(next)) == nil { await Task.yield() }
                first.killNow()
                try await killed.expectAgreement()
                let again = try VaultProcess.vault("adopt", killed.file, "5", "900")
                #expect(again.allLines().count == 5)
                #expect(try await killed.vault.contentDigest() == test.vault.contentDigest())
            }
        }
    }

    @Test func `a step of an adoption holds the lock for a part of the whole only`() async throws {
        try await TestVault.with { test in
            let record = ThreadRecord.line("long", (0..<12_000).map { "message number \($0) with some words" })
            async let adoption = test.vault.adopt([record])
            // What others see meanwhile is a part of the thread that agrees with itself.
            var seen: Set<Int> = []
            let reader = try Vault.open(test.file, for: .reading)
            while !seen.contains(12_000) {
                guard let thread = try? await reader.thread(record.id) else { continue }
                seen.insert(thread.messageCount)
                #expect(thread.tipID == record.messages[thread.messageCount - 1].id)
            }
            reader.close()
            #expect(try await adoption.newMessages == 12_000)
            #expect(seen.count > 1)
        }
    }
}
