import ConversationService
import Foundation
import OrderedJSON
import Testing

@testable import Commands

struct ListedShapesTests {
    private let price = ModelPrice(
        rates: TokenRates(input: .exactly(0.15), output: .exactly(0.6), cached: .exactly(0.075)), currency: "USD",
        source: "table", date: "2026-07-02")

    @Test func `the shape of a model is this, and money is exact`() {
        let model = KnownModel(
            upstream: "openai", id: "m", window: 128_000, longestAnswer: nil, price: price, isDocumented: true)
        #expect(
            model.json.text()
                == #"{"object":"model","id":"m","upstream":"openai","window":128000,"longest_answer":null,"price":{"input":0.15,"output":0.6,"cached":0.075,"long_input":null,"currency":"USD","per_tokens":1000000,"date":"2026-07-02","source":"table"},"documented":true}"#
        )
        let unknown = KnownModel(
            upstream: "w", id: "m", window: nil, longestAnswer: nil, price: nil, isDocumented: false)
        #expect(
            unknown.json.text()
                == #"{"object":"model","id":"m","upstream":"w","window":null,"longest_answer":null,"price":null,"documented":false}"#
        )
    }

    @Test func `the shape of a setting is this`() {
        let set = ListedSetting(name: "model", value: "m", source: .file("/c/config.toml", line: 3))
        #expect(
            set.json.text()
                == #"{"object":"setting","id":"model","name":"model","value":"m","source":"file","from":"/c/config.toml:3"}"#
        )
        #expect(set.shownSource == "config.toml:3")
        let unset = ListedSetting(name: "model", value: nil, source: .standard)
        #expect(
            unset.json.text()
                == #"{"object":"setting","id":"model","name":"model","value":null,"source":"default","from":null}"#)
        #expect(unset.shownValue == "(the upstream's own)")
    }
}
