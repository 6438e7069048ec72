import Conversations
import Foundation
import Testing

@testable import ConversationStorage

/// Real processes on one vault. How much they write: `DIWAN_TEST_APPENDS` (1,000 each is the promise; the disk of a busy
/// machine takes some minutes over it).
struct SeveralProcessesTests {
    private static var appends: Int {
        ProcessInfo.processInfo.environment["DIWAN_TEST_APPENDS"].flatMap { Int($0) } ?? 150
    }

    @Test(.serialized, arguments: [2, 6])
    func `so many processes append to one thread, and nothing is lost and nobody is locked out`(
        _ count: Int
    ) async throws {
        try await TestVault.with { test in
            let thread = try await test.newThread()
            let each = Self.appends
            let writers = try (0..<count).map { number in
                try VaultProcess.vault("append", test.file, "\(thread)", "\(each)", "process \(number)")
            }
            for writer in writers {
                #expect(writer.allLines() == ["appended \(each)"])
                #expect(writer.exitStatus() == 0)
            }
            let messages = try await test.vault.messages(of: thread)
            #expect(messages.count == 2 * count * each)
            #expect(Set(messages.map(\.text)).count == 2 * count * each)
            // Every answer continues its own question.
            let byID = Dictionary(uniqueKeysWithValues: messages.map { ($0.id, $0) })
            for answer in messages where answer.role == .assistant {
                let question = answer.parentID.flatMap { byID[$0] }
                #expect(question?.text == answer.text.replacing("answer", with: "question"))
            }
        }
    }

    @Test func `a process that only reads sees whole exchanges while others write`() async throws {
        try await TestVault.with { test in
            let thread = try await test.newThread()
            let writer = try VaultProcess.vault("append", test.file, "\(thread)", "60", "writer")
            let reader = try Vault.open(test.file, for: .reading)
            var seen = 0
            while seen < 120 {
                guard let tip = try await reader.thread(thread).tipID else { continue }
                let path = try await reader.path(to: tip)
                #expect(path.count >= seen)
                seen = path.count
                for (position, message) in path.enumerated() {
                    #expect(message.text == "writer \(position % 2 == 0 ? "question" : "answer") \(position / 2)")
                }
            }
            reader.close()
            #expect(writer.exitStatus() == 0)
        }
    }
}
