import ConversationService
import Conversations
import Foundation
import Testing

@testable import Commands

struct ModelCatalogueTests {
    private let catalogue = ModelCatalogue.shipped

    private static let acedata = """
        gpt-5.4 gpt-5.4-pro gpt-5.1 gpt-5.1-all gpt-5 gpt-5-mini gpt-5-nano gpt-4
        gpt-4-all gpt-4-turbo gpt-4-turbo-preview gpt-4-vision-preview gpt-4.1 gpt-4.1-2025-04-14 gpt-4.1-mini gpt-4.1-mini-2025-04-14
        gpt-4.1-nano gpt-4.1-nano-2025-04-14 gpt-4.5-preview gpt-4.5-preview-2025-02-27 gpt-4o gpt-4o-2024-05-13 gpt-4o-2024-08-06 gpt-4o-2024-11-20
        gpt-4o-all gpt-4o-image gpt-4o-mini gpt-4o-mini-2024-07-18 gpt-4o-mini-search-preview gpt-4o-mini-search-preview-2025-03-11 gpt-4o-search-preview gpt-4o-search-preview-2025-03-11
        gpt-35-turbo-16k o1 o1-2024-12-17 o1-all o1-mini o1-mini-2024-09-12 o1-mini-all o1-preview
        o1-preview-2024-09-12 o1-preview-all o1-pro o1-pro-2025-03-19 o1-pro-all o3 o3-2025-04-16 o3-all
        o3-mini o3-mini-2025-01-31 o3-mini-2025-01-31-high o3-mini-2025-01-31-low o3-mini-2025-01-31-medium o3-mini-all o3-mini-high o3-mini-high-all
        o3-mini-low o3-mini-medium o3-pro o3-pro-2025-06-10 o4-mini o4-mini-2025-04-16 o4-mini-all o4-mini-high-all
        """

    @Test func `acedata documents exactly 64 names, in this order`() {
        let names = catalogue.documentedModels(of: "acedata")
        #expect(names.count == 64)
        #expect(Set(names).count == 64)
        #expect(names == Self.acedata.split(whereSeparator: \.isWhitespace).map(String.init))
        #expect(catalogue.documentedModels(of: "work").isEmpty)
    }

    @Test func `every known number has its source and its date`() throws {
        let names = catalogue.documentedModels(of: "acedata")
        let known = names.compactMap { catalogue.facts(of: $0, at: "openai") }
        #expect(known.count == 38)
        for facts in known {
            #expect(facts.source.hasPrefix("https://"), "\(facts.name)")
            #expect(facts.date?.wholeMatch(of: /20\d\d-\d\d-\d\d/) != nil, "\(facts.name)")
            #expect((facts.window ?? 0) >= 8192 && (facts.longestAnswer ?? 0) > 0)
            #expect((facts.inputLimit ?? 0) <= (facts.window ?? 0))
            #expect(facts.price?.source == facts.source && facts.price?.currency == "USD")
        }
    }

    @Test func `a price holds only for the upstream that charges it, a window wherever the model is`() throws {
        let facts = try #require(catalogue.facts(of: "gpt-4o-mini", at: "acedata"))
        #expect(facts.window == 128_000 && facts.longestAnswer == 16_384)
        #expect(facts.price == nil)
        let price = try #require(catalogue.facts(of: "gpt-4o-mini", at: "openai")?.price)
        #expect(price.rates == TokenRates(input: 0.15, output: 0.6, cached: Decimal(string: "0.075")))
        #expect(
            price.cost(of: TokenUsage(input: 1_000_000, cached: 500_000, output: 1_000_000))
                == Decimal(string: "0.7125"))
        #expect(catalogue.facts(of: "openai/gpt-oss-20b", at: "groq")?.price?.rates.output == Decimal(string: "0.3"))
        #expect(
            catalogue.facts(of: "openai/gpt-oss-20b", at: "together")?.price?.rates.output == Decimal(string: "0.2"))
    }

    @Test func `a long request is charged as a long one`() throws {
        let price = try #require(catalogue.facts(of: "gpt-5.4", at: "openai")?.price)
        #expect(price.cost(of: TokenUsage(input: 272_000, output: 0)) == Decimal(string: "0.68"))
        #expect(price.cost(of: TokenUsage(input: 272_001, output: 0)) == Decimal(string: "1.360005"))
    }

    @Test func `what nobody can vouch for is not claimed`() {
        for name in ["gpt-4o-all", "o3-mini-high", "gpt-4o-image", "no-such-model"] {
            #expect(catalogue.facts(of: name, at: "acedata") == nil)
            #expect(catalogue.inputLimit(of: name, at: "acedata") == nil)
        }
    }

    @Test func `the configuration comes before the upstream's list, and that before the shipped table`() throws {
        #expect(catalogue.inputLimit(of: "gpt-5", at: "openai")?.tokens == 272_000)
        #expect(catalogue.inputLimit(of: "gpt-5", at: "openai", listed: 9000)?.tokens == 9000)
        let ours = catalogue.adding([ConfiguredModel(name: "gpt-5", window: 4000)])
        #expect(try #require(ours.inputLimit(of: "gpt-5", at: "openai", listed: 9000)) == (4000, "config.toml"))
        #expect(ours.facts(of: "gpt-5", at: "openai")?.window == 4000)
        #expect(ours.facts(of: "gpt-5", at: "openai")?.longestAnswer == 128_000)
        #expect(ours.facts(of: "gpt-5", at: "openai")?.price != nil)
        let own = catalogue.adding([ConfiguredModel(name: "mine", window: 1024)])
        #expect(own.inputLimit(of: "mine", at: "work")?.tokens == 1024)
    }

    @Test func `an unknown model is told with the nearest names`() {
        let error = catalogue.unknownModel("gpt-5o", at: "acedata")
        #expect(error.message == "acedata has no model \"gpt-5o\". Nearest: gpt-5, gpt-4o. All: diwan models")
        #expect(error.exitCode == 65)
        #expect(
            catalogue.unknownModel("llama", at: "work", listed: ["qwen3"]).message
                == "work has no model \"llama\". All: diwan models")
    }

    @Test func `a name that is not documented is said to be sent as it is`() {
        #expect(catalogue.undocumentedNote("gpt-4o-mini", at: "acedata") == nil)
        #expect(catalogue.undocumentedNote("anything", at: "work") == nil)
        #expect(
            catalogue.undocumentedNote("gpt-4.1-mni", at: "acedata")
                == "gpt-4.1-mni is not among the 64 models that acedata documents; it is sent as it is. Nearest: gpt-4.1-mini, gpt-4.1-nano"
        )
    }

    @Test(arguments: [
        ("modle", ["model"]), ("MODEL", ["model"]), ("upstreem", ["upstream"]), ("zzzzz", []), ("", []),
    ])
    func `near names are those a slip away`(name: String, expected: [String]) {
        #expect(NearestNames.of(name, among: ["model", "upstream", "vault"]) == expected)
    }
}
