import ConversationStorage
import Conversations
import Foundation
import OrderedJSON
import Testing

/// Every filter of the query language, typed at the command line.
@Suite(.serialized)
struct SearchFilterTests {
    /// One vault for all: nothing here writes to it. Each message has "kelp" and a word of its own.
    private static func vault() async throws -> (vault: SearchedVault, handle: String, imported: String) {
        let vault = try SearchedVault()
        var tides = try ThreadRecord.titled("Tides of Brest", on: "2026-03-05")
        tides.tags = ["work"]
        tides.upstream = "acme"
        tides.model = "gpt-4o-mini"
        let question = try tides.say(.user, "kelp alpha")
        try tides.say(.assistant, "kelp bravo\n```swift\nlet x = 1\n```", model: "gpt-4o")
        try tides.say(
            .assistant, "wrack charlie https://example.org/", after: .some(question), model: "llama-3",
            upstream: "other",
            isBeside: true)
        let image = MessageMedia(source: .url("https://e.org/a.png"))
        try tides.say(.user, [.text("kelp delta"), .image(image)], on: "2026-04-10")
        try tides.say(.assistant, "kelp echo", on: "2026-04-10", model: "gpt-4o")
        tides.messages[tides.messages.count - 1].status = .interrupted

        var forest = try ThreadRecord.titled("Kelp forest", on: "2025-12-31")
        forest.origin = ["format": "chatgpt"]
        try forest.say(.user, "kelp foxtrot")
        try forest.say(.assistant, [.reasoning(Reasoning(text: "kelp golf")), .text("Yes.")])
        try forest.say(.assistant, [.toolCall(ToolCall(id: "1", name: "look", arguments: #"{"for":"kelp hotel"}"#))])
        try forest.say(.tool, [.toolResult(ToolResult(callID: "1", output: "kelp india"))])
        try forest.say(
            .user, [.text("kelp juliett"), .file(MessageMedia(source: .url("https://e.org/a.pdf"), name: "a.pdf"))])
        try await vault.keep([tides, forest])

        let file = try vault.home.write(
            #"[{"id":"x","conversations":[{"from":"human","value":"Say it."},{"from":"gpt","value":"kelp lima"}]}]"#,
            to: "x.json")
        let report = try await vault.home.diwan("import", file, "--json").json
        let named = try await vault.found("bravo").hits[0]["thread"]?["handle"]?.string
        return (vault, try #require(named), try #require(report["handle"]?.string))
    }

    @Test func `each filter lets through what it says and nothing else`() async throws {
        let (vault, handle, imported) = try await Self.vault()
        let old = "alpha bravo delta echo foxtrot golf hotel india juliett"
        let queries: KeyValuePairs<String, String> = [
            "kelp -in:title": old + " lima",
            "kelp role:user": "alpha delta foxtrot juliett",
            "kelp role:tool": "india",
            "kelp model:gpt-4o": "bravo echo",
            "kelp model:GPT-4O-m*": "alpha delta",
            "wrack model:llama*": "charlie",
            "kelp upstream:acme role:assistant": "bravo echo",
            "wrack upstream:other": "charlie",
            "kelp thread:\(handle)": "alpha bravo delta echo",
            "kelp thread:\"tides of brest\"": "alpha bravo delta echo",
            "kelp tag:work role:user": "alpha delta",
            "kelp from:chatgpt role:user": "foxtrot juliett",
            "kelp import:\(imported)": "lima",
            "kelp in:title": "title",
            "kelp in:text thread:\"Kelp forest\"": "foxtrot juliett",
            "kelp in:reasoning": "golf",
            "kelp in:tool": "hotel india",
            "kelp has:code": "bravo",
            "kelp has:tool": "hotel india",
            "kelp has:image": "delta",
            "kelp has:file": "juliett",
            "wrack has:link": "charlie",
            "kelp status:interrupted": "echo",
            "kelp after:2026-04 before:2026-06": "delta echo",
            "kelp before:2026 role:user": "foxtrot juliett",
            "kelp on:2026-03-05": "alpha bravo",
            "kelp on:2025-12 role:user": "foxtrot juliett",
            "kelp 2026-03..2026-04 role:user": "alpha delta",
            "kelp last:7d": "lima",
            "wrack branch:all": "charlie",
            "wrack branch:tip": "",
            "alpha OR echo": "alpha echo",
            "(ech* OR jul*) -delta": "echo juliett",
            "kelp role:user -alpha -\"kelp delta\"": "foxtrot juliett",
        ]
        for (query, expected) in queries {
            let hits = try await vault.found(query).hits
            let words = hits.flatMap { hit -> [String] in
                guard hit["message_id"]?.isNull == false else { return ["title"] }
                return (hit["snippet"]?.string ?? "").split { !$0.isLetter }.map(String.init).filter(
                    Self.names.contains)
            }
            #expect(words.sorted().joined(separator: " ") == expected, "\(query)")
        }
    }

    private static let names: Set<String> = [
        "alpha", "bravo", "charlie", "delta", "echo", "foxtrot", "golf", "hotel", "india", "juliett", "lima",
    ]
}
