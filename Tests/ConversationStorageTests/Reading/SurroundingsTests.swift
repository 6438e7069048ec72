import Conversations
import TestSupport
import Testing

@testable import ConversationStorage

struct SurroundingsTests {
    @Test(arguments: 0..<6)
    func `every message of a path has as many siblings as asked for one by one`(_ seed: Int) async throws {
        try await TestVault.with { test in
            var random = SeededNumbers(seed: UInt64(seed) + 1)
            let thread = try await test.newThread()
            var written: [MessageID] = []
            for step in 0..<60 {
                let parent =
                    Double.random(in: 0..<1, using: &random) < 0.6
                    ? written.last : written.randomElement(using: &random)
                let isBeginning = Double.random(in: 0..<1, using: &random) < 0.05
                written.append(
                    try await test.append("message \(step)", after: isBeginning ? nil : parent, in: thread))
                if step == 45, let victim = written.randomElement(using: &random), victim != written.first {
                    _ = try await test.vault.erase(messages: [victim])
                    let left = Set(try await test.vault.messages(of: thread).map(\.id))
                    written.removeAll { !left.contains($0) }
                }
            }
            for end in written {
                let path = try await test.vault.path(to: end)
                let around = try await test.vault.surroundings(ofPathTo: end, at: path.indices)
                #expect(around.count == path.count)
                for message in path {
                    let siblings = try await test.vault.siblings(of: message.id)
                    #expect(around[message.position]?.siblingCount == siblings.count)
                }
            }
        }
    }

    @Test func `only the positions that were asked for are looked at`() async throws {
        try await TestVault.with { test in
            let thread = try await test.newThread()
            var last: MessageID?
            for step in 0..<6 { last = try await test.append("message \(step)", after: last, in: thread) }
            let around = try await test.vault.surroundings(ofPathTo: #require(last), at: 2..<4)
            #expect(around.keys.sorted() == [2, 3])
            #expect(try await test.vault.surroundings(ofPathTo: #require(last), at: 0..<0).isEmpty)
        }
    }

    @Test func `an answer has the model that its call reported, a question none`() async throws {
        try await TestVault.with { test in
            let thread = try await test.newThread()
            let exchange = try await test.ask("Why?", after: nil, in: thread)
            try await test.interfere(
                """
                UPDATE call SET model_reported = 'm-1-turbo'; INSERT INTO model_name VALUES ('m-1-turbo');
                INSERT INTO backend
                  (upstream, model_sent, model_reported, system_fingerprint, first_ms, last_ms, calls)
                  SELECT upstream, model_sent, 'm-1-turbo', '', finished_ms, finished_ms, 1 FROM call
                """)
            let path = try await test.vault.path(to: #require(exchange.answers.first))
            let answer = try #require(path.last)
            let call = try await test.vault.call(#require(answer.callID))
            let around = try await test.vault.surroundings(ofPathTo: answer.id, at: path.indices)
            #expect(around[0]?.modelReported == nil)
            #expect(around[1]?.modelReported == "m-1-turbo")
            let models = try await test.vault.models(in: thread)
            #expect(models == [call.id: CalledModel(sent: call.modelSent, reported: "m-1-turbo")])
        }
    }

    @Test func `a vault opened to look gives the same`() async throws {
        try await TestVault.with { test in
            let thread = try await test.newThread()
            let exchange = try await test.ask("Why?", after: nil, in: thread, answers: ["One.", "Another."])
            let tip = try #require(exchange.answers.first)
            let looking = try Vault.open(test.file, for: .reading)
            defer { looking.close() }
            #expect(
                try await looking.surroundings(ofPathTo: tip, at: 0..<2)
                    == test.vault.surroundings(ofPathTo: tip, at: 0..<2))
            #expect(try await looking.surroundings(ofPathTo: tip, at: 0..<2)[1]?.siblingCount == 2)
        }
    }
}
