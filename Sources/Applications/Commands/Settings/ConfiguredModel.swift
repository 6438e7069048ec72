package import ConversationService
import Foundation

/// What `[models."NAME"]` says of a model.
package struct ConfiguredModel: Sendable, Hashable {
    package var name: String
    /// Tokens that a request and its answer may have together.
    package var window: Int?
    /// The most tokens of one answer.
    package var longestAnswer: Int?
    /// The kinds of input that it takes.
    package var input: Set<String>?
    package var price: ModelPrice?
    /// The line of its table; nil where that is not known.
    package var line: Int?
}

extension ConfiguredModel {
    init(name: String, in text: ConfigurationText) throws(SettingsError) {
        let path = ["models", name]
        var table = try ConfigurationReader(text, path: path)
        self.name = name
        line = text.line(of: path)
        window = try table.integer("window", 1...Int.max)
        longestAnswer = try table.integer("longest_answer", 1...Int.max)
        input = try table.texts("input").map { Set($0) }
        if table.take("price") != nil { price = try ModelPrice(text, path: path + ["price"]) }
        try table.finish()
    }
}

extension ModelPrice {
    fileprivate init(_ text: ConfigurationText, path: [String]) throws(SettingsError) {
        var table = try ConfigurationReader(text, path: path)
        guard let input = try table.number("input"), let output = try table.number("output") else {
            throw text.error(path, "must give input and output, per million tokens")
        }
        let cached = try table.number("cached")
        let currency = try table.text("currency")
        let date = try table.text("date")
        try table.finish()
        self.init(
            rates: TokenRates(
                input: .exactly(input), output: .exactly(output), cached: cached.map { .exactly($0) }),
            currency: currency ?? "USD", source: "config.toml", date: date)
    }
}
