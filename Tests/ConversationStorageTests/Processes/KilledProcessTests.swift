import Conversations
import Foundation
import Testing

@testable import ConversationStorage

/// A process ends at any moment without a word: what it said it had written is there.
struct KilledProcessTests {
    @Test(arguments: [1, 7, 40])
    func `the events that a killed process said it had journaled are there`(_ events: Int) async throws {
        try await TestVault.with(agreesAfter: false) { test in
            let thread = try await test.newThread()
            let process = try VaultProcess.vault("journal", test.file, "\(thread)")
            let call = try #require(process.line().flatMap { CallID(String($0.dropFirst("call ".count))) })
            for number in 0..<events { #expect(process.line() == "wrote \(number)") }
            #expect(try await test.vault.callsUnderWay().map(\.isAlive) == [true])
            process.killNow()
            let journaled = try await test.vault.events(of: call)
            #expect(journaled.count >= events)
            for (number, event) in journaled.enumerated() {
                #expect(event.sequence == number)
                #expect(event.payload == Array("event \(number)".utf8))
            }
            // Its lock went with it, so others know that it is gone.
            let left = try await test.vault.callsUnderWay()
            #expect(left.map(\.id) == [call])
            #expect(left.map(\.isAlive) == [false])
            #expect(try await test.vault.examine().counts == [.callAbandoned: 1])
            // The question was saved before anything was sent.
            #expect(try await test.vault.messages(of: thread).map(\.text) == ["what is journaled"])
            // And the call can be brought to its end by another.
            try await test.vault.finish(
                call,
                CallOutcome(
                    status: .interrupted,
                    answers: [
                        NewMessage(
                            id: MessageID(at: .test()), role: .assistant, parts: [.text("what had come")], choice: 0,
                            status: .interrupted, createdAt: .test())
                    ], finishedAt: .test()))
            try await test.expectAgreement()
        }
    }

    @Test func `an append that was said is there after a kill`() async throws {
        try await TestVault.with(agreesAfter: false) { test in
            let thread = try await test.newThread()
            let process = try VaultProcess.vault("append", test.file, "\(thread)", "1000000", "killed")
            while try await test.vault.thread(thread).messageCount < 40 { await Task.yield() }
            process.killNow()
            let messages = try await test.vault.messages(of: thread)
            #expect(messages.count >= 40)
            let found = try await test.vault.examine()
            // At most the one call it was in.
            #expect(found.counts.keys.allSatisfy { $0 == .callAbandoned })
            #expect(found.counts[.callAbandoned] ?? 0 <= 1)
        }
    }

    @Test func `our own process is alive, and one that never was is not`() async throws {
        try await TestVault.withFolder { folder in
            let lock = WorkerLock(vaultFile: folder + "/vault.db")
            let name = try lock.acquire()
            #expect(try lock.acquire() == name)
            #expect(lock.isAlive(name))
            #expect(WorkerLock(vaultFile: folder + "/vault.db").isAlive(name))
            #expect(!lock.isAlive("nobody"))
            lock.release()
            #expect(!lock.isAlive(name))
            #expect(
                try FileManager.default.attributesOfItem(atPath: folder + "/vault.db.workers")[.posixPermissions]
                    as? Int == 0o700)
        }
    }
}
