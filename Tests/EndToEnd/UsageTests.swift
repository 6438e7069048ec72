import OrderedJSON
import TestSupport
import Testing

/// What calls took and cost, and who answered them, as typed.
@Suite(.serialized)
struct UsageTests {
    /// A price of the model that a home asks.
    private static let price = """
        price = { input = 1, output = 2, currency = "EUR", date = "2026-01-01" }
        """

    @Test func `a call says what it cost, and usage adds up what Python's sqlite3 does`() async throws {
        let server = try ScriptedServer { exchange in
            try exchange.say("Noon.", promptTokens: 1000 + exchange.request.body.count)
        }
        let home = try Home(server, .chat, more: Self.price)
        for question in ["One?", "Two?", "Three?"] {
            let asked = try await home.diwan("ask", "--json", question)
            #expect(asked.code == 0, "\(asked.errors)")
            let cost = try asked.json["call"]?["cost"]
            #expect(cost?["currency"] == "EUR" && cost?["price_date"] == "2026-01-01")
            let usage = try asked.json["call"]?["usage"]
            let (input, output) = (usage?["input_tokens"]?.int ?? 0, usage?["output_tokens"]?.int ?? 0)
            #expect(cost?["amount"]?.double == Double(input + 2 * output) / 1e6)
            #expect(try await home.call()["cost"] == cost)
        }
        let used = try await home.diwan("usage", "--by", "model", "--json")
        #expect(used.code == 0, "\(used.errors)")
        let counted = try await RunningProgram(
            "/usr/bin/env",
            [
                "python3", "-c",
                """
                import sqlite3, sys
                print(*sqlite3.connect(sys.argv[1]).execute(
                  "SELECT count(*), sum(input_tokens), sum(output_tokens) FROM call").fetchone())
                """, home.vaultFile,
            ], environment: ["PATH": "/usr/local/bin:/usr/bin:/bin"]
        ).end()
        let total = try used.json["total"]
        #expect(
            "\(total?["calls"]?.int ?? 0) \(total?["input_tokens"]?.int ?? 0) \(total?["output_tokens"]?.int ?? 0)"
                + "\n" == counted.outputText)
        #expect(try used.json["groups"]?[0]?["group"] == "test-model")
        let (input, output) = (total?["input_tokens"]?.int ?? 0, total?["output_tokens"]?.int ?? 0)
        let cost = total?["costs"]?[0]
        #expect(cost?["amount"]?.double == Double(input + 2 * output) / 1e6 && cost?["estimated"] == false)
        let shown = try await home.diwan("usage", "today")
        #expect(shown.code == 0 && shown.output.contains("€0.00") && shown.output.contains("█"), "\(shown.output)")
        #expect(try await home.diwan("usage", "2001").output.isEmpty)
        #expect(try await home.diwan("usage", "soon").code == 64)
    }

    @Test func `what an import does not count is estimated and marked, and a price nobody knows names its line`()
        async throws
    {
        let home = try Home("http://127.0.0.1:1")
        let lines =
            #"{"model":"gpt-elsewhere","conversations":[{"from":"human","value":"When?"},{"from":"gpt","value":"At noon."}]}"#
        let file = try home.write(lines + "\n", to: "shared.jsonl")
        #expect(try await home.diwan("import", "--format", "sharegpt", file).code == 0)
        let shown = try await home.diwan("usage", "--by", "program")
        #expect(shown.code == 0, "\(shown.errors)")
        #expect(shown.output.contains("sharegpt") && shown.output.contains("~"), "\(shown.output)")
        #expect(shown.output.contains("?") && shown.errors.contains("[models."), "\(shown.errors)")
        #expect(shown.errors.contains("estimated"))
    }

    @Test(arguments: [("fp_e2e", "fp_new"), ("test-model-2026", "test-model-2027")])
    func `a backend that changes at a call is told then, once, and drift shows it`(
        _ before: String, _ after: String
    ) async throws {
        let count = Watched(0)
        let server = try ScriptedServer { exchange in
            var call = 0
            count.change {
                $0 += 1
                call = $0
            }
            let body = Answers.completion("Noon.")
            try exchange.respond(body: call < 3 ? body : body.replacing(before, with: after))
        }
        let home = try Home(server, .chat)
        for call in 1...5 {
            let asked = try await home.diwan("ask", "--no-stream", "When?")
            #expect(asked.code == 0)
            let told = asked.errors.split(separator: "\n").filter { $0.contains("changed") }
            #expect(told.count == (call == 3 ? 1 : 0), "\(call): \(asked.errors)")
            if call == 3 {
                #expect(told[0].contains("test-model at scripted changed: \(before) since "), "\(told)")
                #expect(told[0].hasSuffix(", now \(after). See: diwan drift"))
            }
        }
        let drift = try await home.diwan("drift", "--json")
        let history = try drift.json
        #expect(history["object"] == "drift" && history["id"] == "scripted/test-model" && history["calls"] == 5)
        #expect(history["configurations"]?.array?.map { $0["calls"]?.int } == [2, 3])
        let changes = history["changes"]?.array ?? []
        #expect(changes.count == 1)
        let change = changes.first?["system_fingerprint"] ?? .null
        let value = change == .null ? changes.first?["model_reported"] : change
        #expect(value?["before"]?.string == before && value?["now"]?.string == after)
        let shown = try await home.diwan("drift", "-m", "test-model")
        #expect(shown.output.contains("changed from \(before)"), "\(shown.output)")
        #expect(try await home.diwan("drift", "-m", "tset-model").code == 66)
        try await home.expectSound()
    }

    @Test func `a person who asked for quiet is told the next time`() async throws {
        let count = Watched(0)
        let server = try ScriptedServer { exchange in
            var call = 0
            count.change {
                $0 += 1
                call = $0
            }
            try exchange.respond(
                body: Answers.completion("Noon.").replacing("fp_e2e", with: call < 2 ? "fp_a" : "fp_b"))
        }
        let home = try Home(server, .chat)
        for _ in 1...2 { #expect(try await home.diwan("ask", "-q", "--no-stream", "When?").errors.isEmpty) }
        #expect(try await home.diwan("ask", "--no-stream", "When?").errors.contains("fp_a since "))
    }
}
