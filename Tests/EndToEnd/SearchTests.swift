import ConversationStorage
import Conversations
import Foundation
import OrderedJSON
import TestSupport
import Testing

/// What a person sees of `diwan search`, and what a script does.
@Suite(.serialized)
struct SearchTests {
    private let vault: SearchedVault

    init() throws { vault = try SearchedVault() }

    private func handle(of title: String) async throws -> String {
        let listed = try await vault.home.diwan("list", "--all", "--json").output.split(separator: "\n")
        let threads = try listed.map { try JSON(parsing: String($0)) }
        return try #require(threads.first { $0["title"]?.string == title }?["handle"]?.string)
    }

    /// Two threads; in the first three models answered, and one answer goes on beside the tip's path.
    private func keepTides() async throws {
        var tides = try ThreadRecord.titled("Tides of Brest", on: "2024-11-02")
        let question = try tides.say(.user, "When is high water in the harbour?")
        try tides.say(.assistant, "High water in the harbour is at noon.", model: "gpt-4o")
        let other = try tides.say(
            .assistant, "High water in the harbour: twelve.", after: .some(question), model: "llama-3", isBeside: true)
        try tides.say(
            .assistant, "High water in the harbour, at 12:00.", after: .some(question), model: "qwen3", isBeside: true)
        try tides.say(.user, "And the lighthouse?", on: "2024-11-03")
        let asked = try tides.say(.user, "Where is the breakwater?", after: .some(other), isBeside: true)
        let told = try tides.say(.assistant, "To the left of it.", after: .some(asked), isBeside: true)
        try tides.say(.user, "And the mole?", after: .some(told), isBeside: true)
        var ropes = try ThreadRecord.titled("Ropes", on: "2023-05-01")
        try ropes.say(.user, "Which rope for the harbour wall?")
        try await vault.keep([tides, ropes])
    }

    @Test
    func
        `threads with their messages, a line each with its address, model and date, and one line for one question's answers`()
        async throws
    {
        try await keepTides()
        let (tides, ropes) = try await (handle(of: "Tides of Brest"), handle(of: "Ropes"))
        let ended = try await vault.search("harbour")
        #expect(ended.code == 0 && ended.errors == "")
        let lines = ended.output.split(separator: "\n").map(String.init)
        try #require(lines.count == 8, "\(ended.output)")
        let groups =
            lines.firstIndex { $0 == "\(ropes)  Ropes" } == 0
            ? [lines[3...], lines[..<3]] : [lines[..<5], lines[5...]]
        #expect(
            Array(groups[1]) == [
                "\(ropes)  Ropes", "  \(ropes)/1  you · 2023-05-01", "    Which rope for the harbour wall?",
            ])
        #expect(groups[0].first == "\(tides)  Tides of Brest")
        #expect(groups[0].contains("  \(tides)/1  you · 2024-11-02"))
        #expect(groups[0].contains("    When is high water in the harbour?"))
        #expect(groups[0].contains { $0.hasPrefix("  \(tides)/2") && $0.hasSuffix(" · 2024-11-02 · +2 answers") })
    }

    @Test func `whatever place a message has, its address opens it`() async throws {
        try await keepTides()
        let tides = try await handle(of: "Tides of Brest")
        var addresses: [String] = []
        for words in ["noon", "twelve", "12", "lighthouse", "breakwater", "rope"] {
            let hit = try #require(try await vault.found(words).hits.first { $0["message_id"]?.isNull == false })
            let address = try #require(hit["address"]?.string)
            addresses.append(address)
            let shown = try await vault.home.diwan("show", address, "--json")
            let ids = try #require(try shown.json["messages"]?.array).map { $0["id"] }
            #expect(ids.contains(hit["message_id"]), "\(address)")
            let printed = try await vault.search(words).output
            #expect(printed.contains("  \(address)  "), "\(printed)")
        }
        // Around it, and with --all from the beginning of its own path.
        let mole = try #require(try await vault.found("mole").hits.first?["address"]?.string)
        let looks: [(options: [String], count: Int)] = [([], 3), (["--all"], 5)]
        for (options, count) in looks {
            let shown = try await vault.home.end(vault.home.start(["show", mole, "--json"] + options))
            #expect(try shown.json["messages"]?.array?.count == count, "\(options)")
        }
        #expect(addresses[..<4] == ["\(tides)/2", "\(tides)/2.2", "\(tides)/2.3", "\(tides)/3"])
    }

    @Test func `a script reads a line for each hit and a last one for the search`() async throws {
        try await keepTides()
        let (hits, summary) = try await vault.found("harbour", "role:assistant")
        #expect(
            summary == [
                "object": "search", "understood": "harbour role:assistant", "matched": 3, "ranked": nil,
                "looked_back_to": nil, "relaxed": false,
            ])
        let hit = try #require(hits.first)
        #expect(
            hit.object?.keys.map { $0 } == [
                "object", "thread", "message_id", "address", "role", "snippet", "marks", "score", "model", "created_at",
                "on_tip_path", "also_on",
            ])
        #expect(hit["thread"]?.object?.keys.map { $0 } == ["id", "handle", "title"])
        #expect(hit["thread"]?["title"] == "Tides of Brest" && hit["role"] == "assistant" && hit["also_on"] == 2)
        #expect(hit["created_at"] == "2024-11-02T12:00:00.000Z")
        // Marks count bytes of the snippet's UTF-8.
        let marks = try #require(hit["marks"]?.array)
        let snippet = Array(try #require(hit["snippet"]?.string).utf8)
        let marked = try marks.map { mark in
            String(decoding: snippet[try #require(mark[0]?.int)..<(try #require(mark[1]?.int))], as: UTF8.self)
        }
        #expect(marked == ["harbour"])
    }

    @Test func `the best stands first, or with --sort date the newest`() async throws {
        var old = try ThreadRecord.titled("Old", on: "2019-01-01")
        try old.say(.user, "barnacle barnacle barnacle")
        var new = try ThreadRecord.titled("New", on: "2026-01-01")
        try new.say(.user, "One barnacle among a great many other words about ships, their keels and who cleans those.")
        try await vault.keep([old, new])
        func titles(_ options: String...) async throws -> [String?] {
            let ended = try await vault.home.end(vault.home.start(["search", "barnacle", "--json"] + options))
            return try ended.output.split(separator: "\n").dropLast().map {
                try JSON(parsing: String($0))["thread"]?["title"]?.string
            }
        }
        #expect(try await titles() == ["Old", "New"])
        #expect(try await titles("--sort", "date") == ["New", "Old"])
        #expect(try await titles("-l", "1") == ["Old"])
    }

    @Test func `--explain says on standard error what was understood, asked, looked at and how long it took`()
        async throws
    {
        try await keepTides()
        let ended = try await vault.search("--explain", "harbour", "role:user", "(wall", "OR", "water")
        #expect(ended.code == 0)
        let lines = ended.errors.split(separator: "\n")
        #expect(lines.first == "Understood: harbour role:user wall OR water")
        #expect(lines.contains { $0.hasPrefix("Asked of the index: ") && $0.contains("harbour") })
        #expect(lines.contains { $0.hasPrefix("Took: ") && $0.hasSuffix(" ms") })
        #expect(!ended.output.contains("Understood"))
    }

    @Test func `where too little holds every word the best of any follow, and that is said`() async throws {
        try await keepTides()
        let ended = try await vault.search("harbour", "zeppelin")
        #expect(ended.code == 0 && ended.output.contains("harbour"))
        #expect(ended.errors == "Too little held everything asked for, so what holds the most of it follows.\n")
        #expect(try await vault.found("harbour", "zeppelin").summary["relaxed"] == true)
    }

    @Test func `of more matches than are weighed the newest are, and that is said`() async throws {
        var threads: [ThreadRecord] = []
        for number in 0..<1_300 {
            var thread = try ThreadRecord.titled("Thread \(number)", on: "2026-01-01")
            try thread.say(.user, "cormorant \(number)")
            threads.append(thread)
        }
        try await vault.keep(threads)
        let ended = try await vault.search("cormorant")
        #expect(ended.code == 0)
        #expect(ended.errors.hasSuffix(" or more match; the newest 500 were ranked. All by date: --sort date\n"))
        #expect(try await vault.found("cormorant").summary["ranked"] == 500)
        #expect(ended.output.split(separator: "\n").count == 60)
    }

    @Test func `nothing found is said and ends with 66, as text and as JSON`() async throws {
        try await keepTides()
        let ended = try await vault.search("zeppelin")
        #expect(ended.code == 66 && ended.output == "" && ended.errors == "Nothing found for: zeppelin\n")
        let (hits, summary) = try await vault.found("zeppelin")
        #expect(hits.isEmpty && summary["matched"] == 0)
        #expect(try await vault.search("--quiet", "zeppelin").errors == "")
    }

    @Test func `what makes no sense is usage, and no query is wrong`() async throws {
        try await keepTides()
        #expect(try await vault.search().code == 64)
        #expect(try await vault.search("harbour", "--sort", "name").errors.contains("relevance or date"))
        #expect(try await vault.search("harbour", "-l", "0").code == 64)
        for odd in [
            "\"harbour", "(harbour", "harbour)", "harbour AND", "OR harbour", "role: harbour", "harbour:", "harbour*^",
        ] {
            let ended = try await vault.search(odd)
            #expect(ended.code == 0 && ended.output.contains("harbour"), "\(odd): \(ended.errors)")
        }
    }

    // MARK: - At a terminal

    private func atTerminal(_ words: String..., environment: [String: String] = [:]) async throws -> String {
        let program = try vault.home.start(
            ["search"] + words, terminal: true, environment: ["TERM": "xterm-256color"].merging(environment) { $1 })
        let ended = try await vault.home.end(program)
        #expect(ended.code == 0)
        return ended.output.replacing("\r\n", with: "\n")
    }

    @Test func `a terminal shows what was found in bold, and NO_COLOR and a pipe do not`() async throws {
        try await keepTides()
        let shown = try await atTerminal("harbour", "wall")
        #expect(shown.contains("Which rope for the \u{1B}[1;33mharbour\u{1B}[0m \u{1B}[1;33mwall\u{1B}[0m?"))
        #expect(shown.contains("\u{1B}[2myou · 2023-05-01\u{1B}[0m"))
        #expect(try await !atTerminal("harbour", "wall", environment: ["NO_COLOR": "1"]).contains("\u{1B}"))
        #expect(try await !vault.search("harbour", "wall").output.contains("\u{1B}"))
    }

    @Test func `marks cover what was asked for in scripts without blanks, and a wide title is cut at its columns`()
        async throws
    {
        let title = String(repeating: "港口的高潮", count: 20)
        var thread = try ThreadRecord.titled(title, on: "2024-11-02")
        try thread.say(.user, "明天布雷斯特港口什么时候涨潮？")
        try thread.say(.assistant, "พรุ่งนี้น้ำขึ้นตอนเที่ยง")
        try await vault.keep([thread])
        let chinese = try await atTerminal("布雷斯特", "in:text")
        #expect(chinese.contains("明天\u{1B}[1;33m布雷斯特\u{1B}[0m港口什么时候涨潮？"))
        #expect(try await atTerminal("น้ำขึ้น").contains("พรุ่งนี้\u{1B}[1;33mน้ำขึ้น\u{1B}[0mตอนเที่ยง"))
        // Each of these takes two columns, and the mark of what is left out one.
        let cut = try #require(chinese.split(separator: "\n").first { $0.contains("港口的") })
        #expect(cut.filter { title.contains($0) }.count == 39 && cut.contains("…"))
    }

    @Test func `what a message holds for a terminal is shown and does nothing to it`() async throws {
        var thread = try ThreadRecord.titled("A \u{1B}[31mred\u{7} title", on: "2024-11-02")
        try thread.say(.user, "a wreck \u{1B}]0;owned\u{7}\u{1B}[2J here")
        try await vault.keep([thread])
        let shown = try await atTerminal("wreck")
        #expect(!shown.contains("\u{7}") && !shown.contains("\u{1B}]") && !shown.contains("\u{1B}[2J"))
        #expect(!shown.contains("\u{1B}[31m"))
        #expect(shown.contains("owned"))
    }

    @Test func `in a chat /search shows hits with their addresses, says that there are none, and the talk goes on`()
        async throws
    {
        try await keepTides()
        let server = try ScriptedServer { exchange in try exchange.say("It is so.") }
        try vault.home.write(
            """
            upstream = "scripted"
            [upstreams.scripted]
            url = "\(server.url)/v1"
            dialect = "chat"
            key_env = "SCRIPTED_KEY"
            model = "test-model"
            [models."test-model"]
            window = 100000
            """, to: "config/diwan/config.toml")
        let ropes = try await handle(of: "Ropes")
        let chat = try vault.home.start(
            ["chat"], terminal: true, environment: ["TERM": "xterm-256color", "NO_COLOR": "1"])
        try #require(await chat.says("› "), "\(chat.output)")
        try #require(await chat.readsKeys())
        chat.type("/search harbour wall\r")
        try #require(await chat.says("  \(ropes)/1  you · 2023-05-01"), "\(chat.output)")
        try #require(await chat.says("Which rope for the harbour wall?"), "\(chat.output)")
        chat.type("/search zeppelin\r")
        try #require(await chat.says("Nothing found for: zeppelin"), "\(chat.output)")
        chat.type("/search\r")
        try #require(await chat.says("/search takes words."), "\(chat.output)")
        chat.type("Which?\r")
        try #require(await chat.says("It is so."), "\(chat.output)")
        #expect(await chat.readsKeys())
        chat.type("\u{4}")
        #expect(try await chat.end().exitCode == 0)
        #expect(server.requests.last?.conversation == ["user: Which?"])
    }
}
