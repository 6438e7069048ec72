import Conversations
import GRDB
import Testing

@testable import ConversationStorage

/// What search is bounded by is kept by the operations themselves; the doctor checks it after each of these.
struct SearchBoundsUpkeepTests {
    private static let hour: Int64 = 3_600_000

    private func append(_ count: Int, at times: @escaping @Sendable (Int) -> Int64, _ test: TestVault) async throws {
        let thread = try await test.newThread()
        try await test.vault.write { database in
            let row = try database.threadRow(thread).row
            var place: MessagePlace?
            for number in 0..<count {
                let time = Timestamp(milliseconds: times(number))
                place = try database.append(
                    NewMessage(
                        id: MessageID(at: .test()), role: .user, parts: [.text("word \(number)")], createdAt: time),
                    after: place, inThread: row)
            }
        }
    }

    @Test func `messages of one transaction are one segment of the index`() async throws {
        try await TestVault.with { test in
            let thread = try await test.newThread()
            let (before, after) = try await test.vault.write { database in
                let segments = "SELECT count(*) FROM message_search_data"
                let before = try database.first(segments, value: { $0.integer(0) })
                var place: MessagePlace?
                let row = try database.threadRow(thread).row
                for number in 0..<8 {
                    let last = place
                    place = try database.append(
                        NewMessage(
                            id: MessageID(at: .test()), role: .user, parts: [.text("word \(number)")],
                            createdAt: .test()), after: last, inThread: row)
                    _ = try database.moveTip(ofThread: row, from: last, to: place)
                    try database.noteModels("Model \(number)")
                    try database.noteChange(ofThread: row, activeAt: .test())
                }
                return (before, try database.first(segments, value: { $0.integer(0) }))
            }
            #expect(before == after)
        }
    }

    @Test func `messages of one hour leave the dates of their arrivals as they were written`() async throws {
        try await TestVault.with { test in
            try await append(1, at: { _ in 10 * Self.hour + 5 }, test)
            #expect(try await test.count("SELECT first_ms FROM arrival_block") == 10 * Self.hour)
            #expect(try await test.count("SELECT last_ms FROM arrival_block") == 11 * Self.hour - 1)
            try await append(20, at: { 10 * Self.hour + Int64($0) * 1_000 }, test)
            #expect(try await test.count("SELECT count(*) FROM arrival_block") == 1)
            #expect(try await test.count("SELECT last_ms FROM arrival_block") == 11 * Self.hour - 1)
        }
    }

    @Test(arguments: [-1, -3_600_000, -3_600_001, 0, Int64.min, .max, .min + 5, .max - 5])
    func `a message of any date lies in the dates of its arrivals`(_ time: Int64) async throws {
        try await TestVault.with { test in
            try await append(3, at: { $0 == 1 ? time : 1_800_000_000_000 }, test)
        }
    }

    @Test func `more than a thousand messages, the newest first, lie in the dates of their arrivals`() async throws {
        try await TestVault.with { test in
            try await append(1_100, at: { 1_800_000_000_000 - Int64($0) * Self.hour }, test)
            #expect(try await test.count("SELECT count(*) FROM arrival_block") == 2)
        }
    }

    @Test func `every name of a model is known to search`() async throws {
        try await TestVault.with { test in
            let made = try await test.vault.create(
                NewThread(id: ThreadID(at: .test()), model: "Of-The-Thread", createdAt: .test()))
            try await test.vault.change(made.id, model: "Changed")
            var call = NewCall.test([.text("Why?")], after: nil, in: made.id, tip: nil)
            (call.modelRequested, call.modelSent) = ("Alias", "Sent")
            _ = try await test.vault.begin(call)
            try await test.vault.finish(
                call.id, CallOutcome(status: .failed, answers: [], modelReported: "Reported", finishedAt: .test()))
            let names = try await test.vault.read { database in
                try database.all("SELECT name FROM model_name ORDER BY name", value: { $0.text(0) })
            }
            #expect(names == ["alias", "changed", "of-the-thread", "reported", "sent"])
        }
    }

    @Test func `reasoning and tools that are said are in the index as the view gives them`() async throws {
        try await TestVault.with { test in
            let thread = try await test.newThread()
            let call = MessagePart.toolCall(ToolCall(id: "1", name: "weather", arguments: "{\"city\":\"Riga\"}"))
            let first = try await test.append(
                [
                    .reasoning(Reasoning(text: "first thought")), .text("words"), call,
                    .reasoning(Reasoning(text: "second\u{0}thought")),
                ],
                after: nil, in: thread, role: .assistant)
            try await test.append(
                [.toolResult(ToolResult(callID: "1", output: "sunny in Riga"))], after: first, in: thread,
                role: Role("tool"))
        }
    }
}
