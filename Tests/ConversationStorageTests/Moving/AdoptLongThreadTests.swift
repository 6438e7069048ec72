import Conversations
import GRDB
import Synchronization
import Testing

@testable import ConversationStorage

/// To read all of a long thread takes longer than a writer may make others wait.
struct AdoptLongThreadTests {
    private func record(_ count: Int, title: String? = nil) -> ThreadRecord {
        let ids = (0..<count).map { MessageID(derivedFrom: ["long", "\($0)"]) }
        return ThreadRecord(
            id: ThreadID(derivedFrom: ["long"]), title: title, titleIsGiven: title != nil, tipID: ids.last,
            createdAt: Timestamp(milliseconds: 1), activeAt: Timestamp(milliseconds: 2),
            messages: ids.enumerated().map { number, id in
                MessageRecord(
                    id: id, parentID: number == 0 ? nil : ids[number - 1], role: .user, parts: [.text("\(number)")],
                    createdAt: Timestamp(milliseconds: Int64(number)))
            })
    }

    @Test func `a long thread that is here is read without the lock`() async throws {
        try await TestVault.with { test in
            try await test.adopt([record(4_100)])
            let readings = Counter()
            try await test.vault.write { database in
                database.trace(options: .statement) { event in
                    if "\(event)".hasPrefix("SELECT message.id, message.uid, message.lineage") {
                        readings.value.add(1, ordering: .relaxed)
                    }
                }
            }
            let again = try await test.adopt([record(4_110, title: "Long")])
            try await test.vault.write { $0.trace() }
            #expect(readings.value.load(ordering: .relaxed) == 0)
            #expect(again.knownThreads == 1)
            #expect(again.knownMessages == 4_100)
            #expect(again.newMessages == 10)
            let thread = try #require(try await test.vault.threads().first)
            #expect(thread.title == "Long")
            #expect(thread.messageCount == 4_110)
            #expect(thread.tipID == MessageID(derivedFrom: ["long", "4109"]))
        }
    }

    @Test(arguments: [1, 20])
    func `others may write in it between its reading and the next step, however often`(_ times: Int) async throws {
        try await TestVault.with { test in
            try await test.adopt([record(4_100)])
            let longer = record(4_105)
            var work = AdoptionWork([PreparedThread(longer)], for: nil)
            var written = 0
            var steps = 0
            while !work.isDone {
                let before = work
                steps += 1
                try #require(steps < 100)
                if work.unread != nil {
                    work = try await test.vault.read { database in
                        var work = before
                        try database.readThread(of: &work)
                        return work
                    }
                    if written < times {
                        try await test.append("meanwhile \(written)", after: longer.messages[9].id, in: longer.id)
                        try await test.vault.rename(longer.id, "Renamed \(written)")
                        written += 1
                    }
                } else {
                    work = try await test.vault.write { database in
                        var work = before
                        try database.adoptSlice(of: &work)
                        return work
                    }
                }
            }
            #expect(written == min(times, 8))
            #expect(work.adoption.knownThreads == 1)
            #expect(work.adoption.knownMessages == 4_100)
            #expect(work.adoption.newMessages == 5)
            #expect(try await test.vault.thread(longer.id).messageCount == 4_105 + written)
        }
    }
}

private final class Counter: Sendable {
    let value = Atomic(0)
}
