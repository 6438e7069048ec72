import ConversationService
import ConversationStorage
import Conversations
import Foundation
import OrderedJSON
import Testing

@testable import Commands

struct UsageReportTests {
    private static func price(_ input: Double, _ output: Double, _ currency: String = "USD") -> ModelPrice {
        ModelPrice(
            rates: TokenRates(input: .exactly(input), output: .exactly(output), cached: .exactly(input / 2)),
            currency: currency, source: "test", date: "2026-01-01")
    }

    private let models: ModelCatalogue = {
        func model(_ name: String, _ price: ModelPrice) -> ConfiguredModel {
            ConfiguredModel(name: name, window: nil, longestAnswer: nil, price: price, line: nil)
        }
        var long = price(1, 2)
        long.longInput = (100, TokenRates(input: 10, output: 20))
        return ModelCatalogue.shipped.adding([
            model("dollars", price(1, 2)), model("euros", price(2, 4, "EUR")), model("long", long),
        ])
    }()

    private func sum(
        _ group: String, _ model: String, calls: Int = 1, input: Int, cached: Int = 0, output: Int,
        isLong: Bool = false, isEstimated: Bool = false
    ) -> UsageSum {
        UsageSum(
            group: group, upstream: "u", model: model, isLongInput: isLong, isEstimated: isEstimated,
            tokens: UsedTokens(
                calls: calls, input: input, cached: cached, chargedAsCached: cached, output: output, reasoning: 0))
    }

    private func report(_ sums: [UsageSum], by grouping: UsageGrouping = .day) -> UsageReport {
        UsageReport(by: grouping, sums, total: sums, prices: models)
    }

    @Test func `money is exact, cached input at its rate, long input at its own`() {
        let report = report([
            sum("a", "dollars", input: 1_000_003, cached: 3, output: 7),
            sum("a", "long", input: 200, output: 10, isLong: true), sum("a", "long", input: 50, output: 10),
        ])
        #expect(
            report.total.costs == [
                "USD": Decimal(string: "1.0000155")! + Decimal(string: "0.0022")! + Decimal(string: "0.00007")!
            ])
    }

    @Test func `two currencies are two sums`() {
        let report = report([sum("a", "dollars", input: 10, output: 0), sum("a", "euros", input: 10, output: 0)])
        #expect(report.groups.count == 1)
        #expect(report.groups[0].costs == ["USD": Decimal(string: "0.00001")!, "EUR": Decimal(string: "0.00002")!])
    }

    @Test func `a price that nobody knows is told with its calls, and what it was charged with is no cost`() {
        let report = report([
            sum("a", "dollars", input: 10, output: 0), sum("a", "nobody's", calls: 3, input: 10, output: 1),
            sum("a", "failed", input: 0, output: 0),
        ])
        #expect(report.unpriced.map(\.model) == ["nobody's"])
        #expect(report.unpriced[0].calls == 3)
        #expect(report.total.unpricedCalls == 3 && report.total.tokens.calls == 5)
        #expect(report.total.costs == ["USD": Decimal(string: "0.00001")!])
    }

    @Test func `days keep their order, all else begins with what cost most`() {
        let sums = [
            sum("b", "dollars", input: 10, output: 0), sum("a", "dollars", input: 20, output: 0),
            sum("c", "nobody's", input: 90, output: 0),
        ]
        #expect(report(sums).groups.map(\.name) == ["a", "b", "c"])
        #expect(report(sums, by: .tag).groups.map(\.name) == ["a", "b", "c"])
        #expect(report(Array(sums.dropFirst()), by: .tag).groups.map(\.name) == ["a", "c"])
    }

    @Test func `the shape of usage is this`() {
        let sums = [sum("2026-01-02", "dollars", input: 100, cached: 50, output: 5, isEstimated: true)]
        #expect(
            report(sums).json(from: nil, upTo: nil, timeZone: "UTC").text()
                == #"{"object":"usage","by":"day","from_at":null,"up_to_at":null,"time_zone":"UTC","groups":[{"group":"2026-01-02","calls":1,"input_tokens":100,"cached_tokens":50,"output_tokens":5,"reasoning_tokens":0,"estimated":{"calls":1,"input_tokens":100,"output_tokens":5},"costs":[{"amount":0.000085,"currency":"USD","estimated":true}],"unpriced_calls":0}],"total":{"group":null,"calls":1,"input_tokens":100,"cached_tokens":50,"output_tokens":5,"reasoning_tokens":0,"estimated":{"calls":1,"input_tokens":100,"output_tokens":5},"costs":[{"amount":0.000085,"currency":"USD","estimated":true}],"unpriced_calls":0},"prices":[{"upstream":"u","model":"dollars","currency":"USD","date":"2026-01-01","source":"test"}],"unpriced":[]}"#
        )
    }

    @Test(arguments: [
        ("12.345", "USD", "$12.35"), ("0.00421", "USD", "$0.0042"), ("0", "EUR", "€0.00"),
        ("0.00001", "GBP", "<£0.0001"),
        ("3", "CHF", "3.00 CHF"), ("0.5", "USD", "$0.5000"), ("1234.5", "USD", "$1234.50"),
    ])
    func `an amount reads as this`(_ amount: String, _ currency: String, _ text: String) {
        #expect(Money(Decimal(string: amount)!, currency).text == text)
    }

    @Test func `a bar is as long as its share, and what is not nothing shows`() {
        #expect(Bar.text(100, of: 100, columns: 3) == "███")
        #expect(Bar.text(50, of: 100, columns: 3) == "█▌")
        #expect(Bar.text(1, of: 1_000_000, columns: 3) == "▏")
        #expect(Bar.text(0, of: 100, columns: 3).isEmpty)
    }

    @Test(arguments: [
        (7, "7"), (9412, "9,412"), (1005, "1,005"), (48_210, "48.2k"), (999_949, "999.9k"), (999_950, "1.00M"),
        (1_234_567, "1.23M"), (12_345_678_901, "12.35G"),
    ])
    func `a count reads as this`(_ number: Int, _ text: String) {
        #expect(TokenCount.text(number) == text)
    }
}
