package import ConversationService
import Foundation
import TOMLKit

/// What is known of a model at an upstream.
package struct ModelFacts: Sendable, Hashable {
    package var name: String
    /// Tokens that a request and its answer may have together.
    package var window: Int?
    /// The most tokens of a request, where that is less than the window.
    package var longestInput: Int?
    /// The most tokens of one answer.
    package var longestAnswer: Int?
    /// The kinds of input that it takes (`text`, `image`, `pdf`, `audio`); nil where nobody said.
    package var input: Set<String>?
    /// What the upstream charges; nil where nobody said for this upstream.
    package var price: ModelPrice?
    /// Where the numbers stand, and the day they were read.
    package var source: String
    package var date: String?

    /// The most tokens that a request may have: what a context plan has to keep to.
    package var inputLimit: Int? { longestInput ?? window }
}

/// Names, windows, longest answers and prices of models: the shipped table, and what `[models]` of the configuration
/// adds or puts in its place.
package struct ModelCatalogue: Sendable {
    private struct Row: Sendable {
        /// The upstream whose price it is; the window holds wherever the model is served.
        var upstream: String
        var facts: ModelFacts
    }

    private var documented: [String: [String]]
    private var rows: [String: [Row]]
    private var configured: [String: ConfiguredModel] = [:]

    /// The table inside this binary.
    package static let shipped = ModelCatalogue(EmbeddedTables.models)

    private init(_ text: String) {
        documented = [:]
        rows = [:]
        guard let table = try? TOMLTable(string: text) else { return }
        let root = ConfigurationValue(table)
        for (upstream, names) in root[["documented"]]?.members ?? [:] {
            if case .array(let names) = names { documented[upstream] = names.map(\.plainText) }
        }
        guard case .array(let models)? = root[["model"]] else { return }
        for model in models {
            guard case .array(let names)? = model[["names"]], let upstream = model[["upstream"]]?.plainText else {
                continue
            }
            let source = (root[["source_root"]]?.plainText ?? "") + (model[["source"]]?.plainText ?? "")
            let date = model[["date"]]?.plainText
            var facts = ModelFacts(
                name: "", window: model.count("window"), longestInput: model.count("longest_input"),
                longestAnswer: model.count("longest_answer"), source: source, date: date)
            if case .array(let kinds)? = model[["input"]] { facts.input = Set(kinds.map(\.plainText)) }
            if let rates = model.rates("price") {
                var price = ModelPrice(
                    rates: rates, currency: root[["currency"]]?.plainText ?? "USD", source: source, date: date)
                if let above = model[["price_long"]]?.count("above"), let rates = model.rates("price_long") {
                    price.longInput = (above, rates)
                }
                facts.price = price
            }
            for name in names.map(\.plainText) {
                facts.name = name
                rows[name, default: []].append(Row(upstream: upstream, facts: facts))
            }
        }
    }

    /// The catalogue with what a configuration says of models, which comes before the shipped table.
    package func adding(_ models: [ConfiguredModel]) -> ModelCatalogue {
        var copy = self
        for model in models { copy.configured[model.name] = model }
        return copy
    }

    /// The names that an upstream's own reference lists, in its order; empty where it lists none that we know.
    package func documentedModels(of upstream: String) -> [String] { documented[upstream] ?? [] }

    /// What is known of a model; nil where nothing is.
    package func facts(of model: String, at upstream: String) -> ModelFacts? {
        let rows = rows[model] ?? []
        let own = rows.first { $0.upstream == upstream }
        var facts = (own ?? rows.first)?.facts
        if own == nil { facts?.price = nil }
        guard let said = configured[model] else { return facts }
        var merged = facts ?? ModelFacts(name: model, source: "config.toml")
        if let window = said.window { (merged.window, merged.longestInput) = (window, nil) }
        if let longestAnswer = said.longestAnswer { merged.longestAnswer = longestAnswer }
        if let input = said.input { merged.input = input }
        if let price = said.price { merged.price = price }
        if said.window != nil || said.longestAnswer != nil { (merged.source, merged.date) = ("config.toml", nil) }
        return merged
    }

    /// The most tokens that a request to a model may have, and who says so.
    ///
    /// What a person wrote into `[models]` comes first, then what the upstream itself lists, then the shipped table.
    ///
    /// - Parameters:
    ///   - model: as it is sent.
    ///   - upstream: whom it is sent to.
    ///   - listed: the window that the upstream's own list of models tells.
    /// - Returns: nil where nobody says: then there is no limit.
    package func inputLimit(of model: String, at upstream: String, listed: Int? = nil) -> (tokens: Int, source: String)?
    {
        if let window = configured[model]?.window { return (window, "config.toml") }
        if let listed { return (listed, upstream) }
        guard let facts = facts(of: model, at: upstream), let tokens = facts.inputLimit else { return nil }
        return (tokens, facts.source)
    }

    /// The line to show, once, before a name is sent that the upstream does not document; nil where there is nothing
    /// to say.
    package func undocumentedNote(_ model: String, at upstream: String) -> String? {
        let names = documentedModels(of: upstream)
        guard !names.isEmpty, !names.contains(model) else { return nil }
        let nearest = NearestNames.of(model, among: names)
        return "\(model) is not among the \(names.count) models that \(upstream) documents; it is sent as it is."
            + (nearest.isEmpty ? "" : " Nearest: \(nearest.joined(separator: ", "))")
    }

    /// That an upstream does not have a model, with the names that may have been meant.
    ///
    /// - Parameters:
    ///   - model: the name that it does not know.
    ///   - upstream: who does not know it.
    ///   - listed: what the upstream's own list of models holds; nil to look in what it documents.
    /// - Returns: ``SettingsError/Code/unknownModel``.
    package func unknownModel(_ model: String, at upstream: String, listed: [String]? = nil) -> SettingsError {
        let nearest = NearestNames.of(model, among: listed ?? documentedModels(of: upstream))
        let hint = nearest.isEmpty ? "" : " Nearest: \(nearest.joined(separator: ", "))."
        return SettingsError(.unknownModel, "\(upstream) has no model \"\(model)\".\(hint) All: diwan models")
    }
}

extension ModelCatalogue: ModelPrices {
    package func price(of model: String, at upstream: String) -> ModelPrice? { facts(of: model, at: upstream)?.price }
}

extension Decimal {
    /// The decimal that is written as the number is: 0.15 and not its nearest binary fraction.
    static func exactly(_ number: Double) -> Decimal { Decimal(string: String(number)) ?? Decimal(number) }
}

extension ConfigurationValue {
    fileprivate func count(_ key: String) -> Int? { if case .integer(let count)? = self[[key]] { count } else { nil } }

    fileprivate func rates(_ key: String) -> TokenRates? {
        func money(_ name: String) -> Decimal? {
            switch self[[key, name]] {
            case .number(let number)?: .exactly(number)
            case .integer(let number)?: Decimal(number)
            default: nil
            }
        }
        guard let input = money("input"), let output = money("output") else { return nil }
        return TokenRates(input: input, output: output, cached: money("cached"))
    }
}
