import Conversations
import OrderedJSON
import TestSupport
import Testing

@testable import ConversationStorage

struct UsageTests {
    /// Days of UTC; a rate for long inputs past 1,000 tokens of the model `long`; a token a byte.
    private func question(
        by grouping: UsageGrouping, from: Int64? = nil, upTo: Int64? = nil, threads: [ThreadID]? = nil
    ) -> UsageQuestion {
        UsageQuestion(
            grouping: grouping, from: from.map { Timestamp(milliseconds: $0) },
            upTo: upTo.map { Timestamp(milliseconds: $0) }, threads: threads,
            day: { "day \($0.milliseconds / 86_400_000)" },
            longInputAbove: { upstream, model in upstream == "u" && model == "long" ? 1000 : nil },
            estimatedTokens: { $0 })
    }

    private func sums(_ test: TestVault, _ question: UsageQuestion) async throws -> [String: UsedTokens] {
        try await test.vault.usage(question).groups.reduce(into: [:]) {
            $0[$1.group, default: UsedTokens()] += $1.tokens
        }
    }

    /// Threads whose calls are of three models and five days, some with two answers, some of other programs.
    private func records(_ count: Int, seed: UInt64) -> [ThreadRecord] {
        var numbers = SeededNumbers(seed: seed)
        return (0..<count).map { number in
            var record = ThreadRecord.line("thread \(number)", ["Question."])
            record.tags = number % 3 == 0 ? ["a", "b"] : number % 3 == 1 ? ["a"] : []
            record.origin = number % 2 == 0 ? ["format": "chatgpt"] : JSON?.none
            for call in 0..<Int.random(in: 1...6, using: &numbers) {
                let id = CallID(derivedFrom: ["call", "\(seed)", "\(number)", "\(call)"])
                let isForeign = number % 2 == 0 && call < 3
                let input = Int.random(in: 0...3000, using: &numbers)
                let time = Timestamp(milliseconds: Int64.random(in: 0..<5 * 86_400_000, using: &numbers))
                record.calls.append(
                    CallRecord(
                        id: id, questionID: record.messages[0].id,
                        upstream: ["u", "v"].randomElement(using: &numbers)!,
                        dialect: isForeign ? nil : .chat, modelRequested: "m",
                        modelSent: ["long", "m", "m-2"].randomElement(using: &numbers)!,
                        plan: isForeign ? nil : .whole(messageCount: 1, mode: .auto),
                        usage: TokenUsage(
                            input: input, cached: Bool.random(using: &numbers) ? input / 2 : nil,
                            output: Int.random(in: 0...500, using: &numbers), reasoning: call),
                        sentAt: time, finishedAt: time))
                for choice in 0...(call % 2) {
                    record.messages.append(
                        MessageRecord(
                            id: MessageID(derivedFrom: ["answer", "\(seed)", "\(number)", "\(call)", "\(choice)"]),
                            parentID: record.messages[0].id, role: .assistant, parts: [.text("Answer.")], callID: id,
                            choice: choice, createdAt: time))
                }
            }
            return record
        }
    }

    /// What Python's binding of SQLite adds up in the same file: calls, input, cached, output, reasoning by group.
    private func counted(
        _ test: TestVault, _ group: String, joining tables: String
    ) throws -> [String: UsedTokens] {
        let program = try VaultProcess.python(
            """
            import json, sqlite3, sys
            rows = sqlite3.connect(sys.argv[1]).execute(f'''SELECT {sys.argv[2]}, count(*), sum(input_tokens),
              sum(coalesce(cached_tokens, 0)), sum(output_tokens), sum(coalesce(reasoning_tokens, 0))
              FROM call JOIN thread ON thread.id = call.thread {sys.argv[3]} GROUP BY 1''')
            for row in rows: print(*[str(value) for value in row], sep="\\t")
            """, test.file, group, tables)
        var groups: [String: UsedTokens] = [:]
        for line in program.allLines() {
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
            var tokens = UsedTokens()
            let numbers = fields.dropFirst().compactMap { Int($0) }
            (tokens.calls, tokens.input, tokens.cached) = (numbers[0], numbers[1], numbers[2])
            (tokens.output, tokens.reasoning, tokens.chargedAsCached) = (numbers[3], numbers[4], numbers[2])
            groups[String(fields[0])] = tokens
        }
        return groups
    }

    @Test func `sums of every group are those that Python's sqlite3 adds up`() async throws {
        try await TestVault.with { test in
            try await test.adopt(records(200, seed: 1))
            let groups: [(UsageGrouping, String, String)] = [
                (.day, "'day ' || (finished_ms / 86400000)", ""), (.model, "model_sent", ""),
                (.upstream, "call.upstream", ""), (.thread, "lower(hex(thread.uid))", ""),
                (.tag, "coalesce(tag.name, '')", "LEFT JOIN tag ON tag.thread = thread.id"),
                (.program, "CASE WHEN dialect = '' THEN 'chatgpt' ELSE 'diwan' END", ""),
            ]
            for (grouping, group, tables) in groups {
                let expected = try counted(test, group, joining: tables)
                var found = try await sums(test, question(by: grouping))
                if grouping == .thread {
                    found = Dictionary(
                        uniqueKeysWithValues: found.map { ($0.key.replacing("-", with: "").lowercased(), $0.value) })
                }
                #expect(!expected.isEmpty && found == expected, "\(grouping)")
            }
        }
    }

    @Test(arguments: UsageGrouping.allCases)
    func `the total has each call once, whatever groups it is in`(grouping: UsageGrouping) async throws {
        let records = records(60, seed: 5)
        try await TestVault.with { test in
            try await test.adopt(records)
            let total = try await test.vault.usage(question(by: grouping)).total
            let byModel = try await test.vault.usage(question(by: .model)).groups
            #expect(Set(total) == Set(byModel) && total.count == byModel.count)
            #expect(total.reduce(0) { $0 + $1.tokens.calls } == records.reduce(0) { $0 + $1.calls.count })
        }
    }

    @Test func `a time and some threads leave out all other calls`() async throws {
        let records = records(40, seed: 2)
        let day: Int64 = 86_400_000
        try await TestVault.with { test in
            try await test.adopt(records)
            let within = records.flatMap(\.calls).filter {
                (2 * day..<4 * day).contains($0.finishedAt?.milliseconds ?? 0)
            }
            let found = try await sums(test, question(by: .day, from: 2 * day, upTo: 4 * day))
            #expect(Set(found.keys) == ["day 2", "day 3"])
            let counted: [Int] = within.compactMap(\.usage.input)
            let summed: [Int] = found.values.map(\.input)
            #expect(summed.reduce(0, +) == counted.reduce(0, +))
            let own = try await sums(test, question(by: .model, threads: records[3..<5].map(\.id)))
            let ownCalls: [Int] = own.values.map(\.calls)
            let made: [Int] = records[3..<5].map(\.calls.count)
            #expect(ownCalls.reduce(0, +) == made.reduce(0, +))
        }
    }

    @Test func `calls whose input is longer than the usual rate holds for are added up apart`() async throws {
        let records = records(60, seed: 3)
        try await TestVault.with { test in
            try await test.adopt(records)
            let long = try await test.vault.usage(question(by: .upstream)).groups.filter(\.isLongInput)
            let expected = records.flatMap(\.calls).filter {
                $0.upstream == "u" && $0.modelSent == "long" && ($0.usage.input ?? 0) > 1000
            }
            #expect(long.count == 1 && long[0].model == "long" && long[0].group == "u")
            #expect(long[0].tokens.calls == expected.count)
            #expect(long[0].tokens.input == expected.compactMap(\.usage.input).reduce(0, +))
        }
    }

    @Test func `what no upstream counted is estimated from the plan, the path and the answer`() async throws {
        // Its plan says 70; the answer has 7 bytes.
        var planned = records(2, seed: 4)[1]
        planned.calls = [planned.calls[0]]
        planned.calls[0].usage = TokenUsage()
        planned.calls[0].dialect = .chat
        planned.calls[0].plan = .whole(messageCount: 1, mode: .auto)
        planned.calls[0].plan?.estimatedTokens = 70
        planned.messages = Array(planned.messages[...1])
        // Another program's, two turns down: "one", "two", "three" were sent, "four!" came.
        var foreign = ThreadRecord.line("foreign", ["one", "two", "three", "four!"])
        foreign.calls = [
            CallRecord(
                id: CallID(derivedFrom: ["foreign"]), questionID: foreign.messages[2].id, upstream: "u", dialect: nil,
                modelRequested: "m", modelSent: "m")
        ]
        foreign.messages[3].callID = foreign.calls[0].id
        foreign.messages[3].choice = 0
        foreign.messages[3].createdAt = Timestamp(milliseconds: 9 * 86_400_000)
        // It failed: nothing came, and nothing was charged.
        var failed = ThreadRecord.line("failed", ["one"])
        failed.calls = [
            CallRecord(
                id: CallID(derivedFrom: ["failed"]), questionID: failed.messages[0].id, upstream: "u", dialect: .chat,
                modelRequested: "m", modelSent: "m", plan: .whole(messageCount: 1, mode: .auto), status: .failed,
                finishedAt: .test())
        ]
        try await TestVault.with { test in
            try await test.adopt([planned, foreign, failed])
            let sums = try await test.vault.usage(question(by: .thread)).groups
            func sum(_ record: ThreadRecord) throws -> UsageSum {
                try #require(sums.first { $0.group == record.id.description })
            }
            #expect(try sum(planned).isEstimated && sum(planned).tokens.input == 70 && sum(planned).tokens.output == 7)
            #expect(try sum(foreign).isEstimated && sum(foreign).tokens.input == 11 && sum(foreign).tokens.output == 5)
            #expect(try !sum(failed).isEstimated && sum(failed).tokens.calls == 1 && sum(failed).tokens.input == 0)
            // Without a date of its own it was made when its answer was.
            let days = try await test.vault.usage(question(by: .day)).groups
            #expect(days.contains { $0.group == "day 9" && $0.tokens.output == 5 })
        }
    }

    @Test func `a path that forks is estimated along its own branch`() async throws {
        var record = ThreadRecord.line("forked", ["1", "22", "333"])
        // A second answer to the first question, and a question after it that another program asked.
        let second = MessageID(derivedFrom: ["second"])
        let (asked, answered) = (MessageID(derivedFrom: ["asked"]), MessageID(derivedFrom: ["answered"]))
        let call = CallID(derivedFrom: ["branch"])
        record.messages += [
            MessageRecord(
                id: second, parentID: record.messages[0].id, role: .assistant, parts: [.text("4444")],
                createdAt: .test()),
            MessageRecord(id: asked, parentID: second, role: .user, parts: [.text("55555")], createdAt: .test()),
            MessageRecord(
                id: answered, parentID: asked, role: .assistant, parts: [.text("666666")], callID: call, choice: 0,
                createdAt: .test()),
        ]
        record.calls = [
            CallRecord(
                id: call, questionID: asked, upstream: "u", dialect: nil, modelRequested: "m", modelSent: "m",
                finishedAt: .test())
        ]
        try await TestVault.with { test in
            try await test.adopt([record])
            let sum = try #require(try await test.vault.usage(question(by: .model)).groups.first)
            #expect(sum.tokens.input == 1 + 4 + 5 && sum.tokens.output == 6)
        }
    }

    @Test func `eighty questions asked of thirty-two models are 2,560 calls, 80 a model`() async throws {
        let records = (0..<80).map { number in
            var record = ThreadRecord.line("question \(number)", ["Question \(number)."])
            for model in 0..<32 {
                let id = CallID(derivedFrom: ["bench", "\(number)", "\(model)"])
                record.calls.append(
                    CallRecord(
                        id: id, questionID: record.messages[0].id, upstream: "bench", dialect: nil,
                        modelRequested: "model-\(model)", modelSent: "model-\(model)",
                        usage: TokenUsage(input: number, output: model), finishedAt: .test()))
                record.messages.append(
                    MessageRecord(
                        id: MessageID(derivedFrom: ["arm", "\(number)", "\(model)"]), parentID: record.messages[0].id,
                        role: .assistant, parts: [.text("Answer.")], callID: id, choice: 0, createdAt: .test()))
            }
            return record
        }
        try await TestVault.with { test in
            try await test.adopt(records)
            let sums = try await sums(test, question(by: .model))
            #expect(sums.count == 32)
            for model in 0..<32 {
                let tokens = try #require(sums["model-\(model)"])
                #expect(tokens.calls == 80 && tokens.input == 3160 && tokens.output == 80 * model)
            }
        }
    }
}
