import ConversationStorage
import Conversations
import Foundation
import OrderedJSON
import TestSupport
import Testing

/// Guarantees G3 and G4: nothing is overwritten, and a call sends its own path and nothing else.
@Suite(.serialized)
struct ThreadTests {
    /// Answers with the last question's words.
    private static let echo: @Sendable (ScriptedExchange) throws -> Void = { exchange in
        try exchange.say(
            "re " + (exchange.request.conversation.last?.replacingOccurrences(of: "user: ", with: "") ?? "?"))
    }

    private static func handle(_ home: Home, _ name: String = "@") async throws -> String {
        try await home.diwan("show", name, "--json").json["thread"]?["handle"]?.string ?? "?"
    }

    @Test func `a question at a message makes a branch, and siblings never leak into what is sent`() async throws {
        let server = try ScriptedServer(Self.echo)
        let home = try Home(server)
        try await home.diwan("ask", "one")
        try await home.diwan("ask", "-c", "two")
        try await home.diwan("ask", "-c", "three")
        let thread = try await Self.handle(home)
        // After the first answer: beside "two".
        #expect(try await home.diwan("ask", "-t", "\(thread)/2", "TWO").code == 0)
        #expect(server.requests.last?.conversation == ["user: one", "assistant: re one", "user: TWO"])
        #expect(try await home.words() == ["one", "re one", "TWO", "re TWO"])
        try await home.diwan("ask", "-c", "THREE")
        #expect(
            server.requests.last?.text
                == #"{"model":"test-model","input":[{"role":"user","content":"one"},{"role":"assistant","content":"re one"},{"role":"user","content":"TWO"},{"role":"assistant","content":"re TWO"},{"role":"user","content":"THREE"}],"stream":true}"#
        )
        // The first branch is where it was.
        #expect(try await home.words("\(thread)/3.1").prefix(3) == ["one", "re one", "two"])
        try await home.expectSound()
    }

    @Test func `retry and edit make siblings; what was there stays as it was`() async throws {
        let server = try ScriptedServer { try $0.say("answer \($0.index)") }
        let home = try Home(server)
        try await home.diwan("ask", "question")
        let thread = try await Self.handle(home)
        #expect(try await home.diwan("retry").output == "answer 1\n")
        #expect(server.requests[1].body == server.requests[0].body)
        #expect(try await home.diwan("edit", "\(thread)/1", "better", "question").output == "answer 2\n")
        #expect(server.requests[2].conversation == ["user: better question"])
        #expect(try await home.words() == ["better question", "answer 2"])
        #expect(try await home.words("\(thread)/1.1").first == "question")
        let all = try await Self.messages(home)
        #expect(all.map(\.text) == ["question", "answer 0", "answer 1", "better question", "answer 2"])
        #expect(all[1].parentID == all[2].parentID && all[1].parentID == all[0].id)
        #expect(all[3].parentID == nil && all[0].parentID == nil)
        try await home.expectSound()
    }

    @Test func `retry of an older answer sends only what came before it`() async throws {
        let server = try ScriptedServer(Self.echo)
        let home = try Home(server)
        try await home.diwan("ask", "one")
        try await home.diwan("ask", "-c", "two")
        let thread = try await Self.handle(home)
        #expect(try await home.diwan("retry", "\(thread)/2").code == 0)
        #expect(server.requests.last?.conversation == ["user: one"])
    }

    /// Every message of the thread last used, in the order they were written.
    private static func messages(_ home: Home) async throws -> [Message] {
        let id = try await home.diwan("show", "--json").json["thread"]?["id"]?.string ?? ""
        let thread = try #require(ThreadID(id))
        let vault = try Vault(file: home.vaultFile, for: .reading)
        defer { vault.close() }
        return try await vault.messages(of: thread)
    }

    @Test(arguments: [2, 6])
    func `processes that ask in one thread at once lose nothing of each other`(count: Int) async throws {
        let all = Watched(0)
        let server = try ScriptedServer { exchange in
            guard exchange.index > 0 else { return try exchange.say("begun") }
            // Nobody is answered before everybody has asked.
            all.change { $0 += 1 }
            _ = all.waitOnThread { $0 == count }
            try Self.echo(exchange)
        }
        let home = try Home(server)
        try await home.diwan("ask", "begin")
        let thread = try await Self.handle(home)
        let programs = try (0..<count).map { try home.start(["ask", "-t", thread, "question-\($0)"]) }
        for (number, program) in programs.enumerated() {
            let ended = try await home.end(program)
            #expect(ended.code == 0, "\(ended.errors)")
            #expect(ended.output == "re question-\(number)\n")
            #expect(!ended.errors.contains("locked"))
        }
        let messages = try await Self.messages(home)
        #expect(messages.count == 2 + 2 * count)
        for number in 0..<count {
            let question = try #require(messages.first { $0.text == "question-\(number)" })
            let answer = try #require(messages.first { $0.text == "re question-\(number)" })
            #expect(answer.parentID == question.id)
            // What it sent was the path of its question.
            var path: [String] = []
            var next: Message? = question
            while let message = next {
                path.insert("\(message.role.name): \(message.text)", at: 0)
                next = messages.first { $0.id == message.parentID }
            }
            #expect(server.requests.contains { $0.conversation == path })
        }
        try await home.expectSound()
    }

    @Test func `an answer that comes after another program went on stands beside what it wrote`() async throws {
        let first = Gate()
        let held = Gate()
        let server = try ScriptedServer { exchange in
            if exchange.request.conversation.last == "user: slow" {
                first.open()
                held.wait()
            }
            try Self.echo(exchange)
        }
        defer { held.openForAll() }
        let home = try Home(server)
        try await home.diwan("ask", "begin")
        let thread = try await Self.handle(home)
        let slow = try home.start(["ask", "-t", thread, "slow"])
        #expect(await first.opened())
        let quick = try await home.diwan("ask", "-t", "\(thread)/2", "quick")
        #expect(quick.output == "re quick\n", "\(quick.errors)")
        held.open()
        #expect(try await home.end(slow).output == "re slow\n")
        let messages = try await Self.messages(home)
        let byText = Dictionary(uniqueKeysWithValues: messages.map { ($0.text, $0) })
        #expect(byText["re slow"]?.parentID == byText["slow"]?.id)
        #expect(byText["re quick"]?.parentID == byText["quick"]?.id)
        #expect(byText["slow"]?.parentID == byText["quick"]?.parentID)
        // The thread goes on where the one went that moved it last by asking.
        #expect(try await home.words().last == "re quick")
        try await home.expectSound()
    }

    @Test func `a thread is found by its handle, its id, @, @2, its title and words of its title`() async throws {
        let server = try ScriptedServer(Self.echo)
        let home = try Home(server)
        try await home.diwan("ask", "Tides of Brest")
        let tides = try await home.diwan("show", "--json").json["thread"] ?? .null
        try await home.diwan("ask", "Bread with seeds")
        let bread = try await home.diwan("show", "--json").json["thread"] ?? .null
        func title(_ name: String) async throws -> String? {
            try await home.diwan("show", name, "--json").json["thread"]?["title"]?.string
        }
        #expect(try await title("@") == "Bread with seeds")
        #expect(try await title("@2") == "Tides of Brest")
        #expect(try await title(tides["handle"]?.string ?? "") == "Tides of Brest")
        #expect(try await title((tides["handle"]?.string ?? "").uppercased()) == "Tides of Brest")
        #expect(try await title(bread["id"]?.string ?? "") == "Bread with seeds")
        #expect(try await title("Tides of Brest") == "Tides of Brest")
        #expect(try await title("brest tides") == "Tides of Brest")
        // Asking there makes it the one last used.
        try await home.diwan("ask", "-t", "Tides of Brest", "And tomorrow?")
        #expect(server.requests.last?.conversation.count == 3)
        #expect(try await title("@") == "Tides of Brest")
        #expect(try await title("@2") == "Bread with seeds")
    }

    @Test func `words that fit several threads list them, exit 66`() async throws {
        let server = try ScriptedServer(Self.echo)
        let home = try Home(server)
        try await home.diwan("ask", "Soup with leeks")
        try await home.diwan("ask", "Soup with beans")
        let ended = try await home.diwan("ask", "-t", "soup", "More?")
        #expect(ended.code == 66)
        #expect(ended.output.isEmpty)
        #expect(ended.errors.contains("Soup with leeks") && ended.errors.contains("Soup with beans"))
        #expect(server.requests.count == 2)
        // An exact title comes before words of one.
        try await home.diwan("ask", "Soup")
        #expect(try await home.diwan("ask", "-t", "Soup", "More?").code == 0)
    }

    @Test func `a label names a message and its thread`() async throws {
        let server = try ScriptedServer(Self.echo)
        let home = try Home(server)
        try await home.diwan("ask", "one")
        try await home.diwan("ask", "-c", "two")
        let thread = try await Self.handle(home)
        #expect(try await home.diwan("label", "\(thread)/2", "early").code == 0)
        #expect(try await home.diwan("ask", "-t", "\(thread):early", "other").code == 0)
        #expect(server.requests.last?.conversation == ["user: one", "assistant: re one", "user: other"])
        try await home.diwan("ask", "elsewhere")
        #expect(try await Self.handle(home, "early") == thread)
    }

    @Test func `a new thread is empty, named, and asked with what it was given`() async throws {
        let server = try ScriptedServer(Self.echo)
        let home = try Home(server)
        let made = try await home.diwan("new", "My plan", "-s", "Be kind.", "-m", "other-model")
        #expect(made.code == 0)
        #expect(try await home.diwan("ask", "-t", made.line, "Hello").code == 0)
        #expect(server.requests.last?.json["model"] == "other-model")
        #expect(server.requests.last?.conversation == ["system: Be kind.", "user: Hello"])
        let thread = try await home.diwan("show", "--json").json["thread"]
        #expect(thread?["title"] == "My plan")
        #expect(thread?["title_given"] == true)
    }

    @Test func `a search picks the threads that are listed`() async throws {
        let server = try ScriptedServer { try $0.say("Fine.") }
        let home = try Home(server)
        for question in ["Pack for Kyoto", "Trains to Kyoto and Nara", "Bake bread", "半夜去京都"] {
            try await home.diwan("ask", question)
        }
        func titles(_ arguments: String...) async throws -> [String] {
            let listed = try await home.end(home.start(["list", "--json"] + arguments))
            return try listed.output.split(separator: "\n").compactMap { line in
                try JSON(parsing: [UInt8](line.utf8))["title"]?.string
            }
        }
        #expect(try await titles("-w", "kyoto") == ["Trains to Kyoto and Nara", "Pack for Kyoto"])
        #expect(try await titles("-w", "京都") == ["半夜去京都"])
        #expect(try await titles("-w", "role:user -kyoto", "-l", "1") == ["半夜去京都"])
        // Pinned ones on top, archived ones only when asked for, as without a search.
        try await home.diwan("pin", "Pack for Kyoto")
        try await home.diwan("archive", "Trains to Kyoto and Nara")
        #expect(try await titles("-w", "kyoto OR bread") == ["Pack for Kyoto", "Bake bread"])
        #expect(
            try await titles("-w", "kyoto OR bread", "--all")
                == ["Pack for Kyoto", "Bake bread", "Trains to Kyoto and Nara"])
        let nothing = try await home.diwan("list", "-w", "zebra")
        #expect(nothing.code == 66 && nothing.output.isEmpty && nothing.errors.contains("found by zebra."))
        #expect(try await home.diwan("list", "-w", "kyoto", "--trash").code == 64)
        #expect(try await home.diwan("list", "-w", "()").code == 64)
    }

    @Test func `programs' threads stay out of the list, which says how many, until they are asked for`() async throws {
        let server = try ScriptedServer { try $0.say($0.request.json["model"] == "judge" ? "TIE" : "At \($0.index).") }
        let home = try Home(server)
        try await home.diwan("ask", "When is high water?")
        let thread = try await Self.handle(home)
        #expect(try await home.diwan("list").errors.isEmpty)
        try await home.diwan("retry", "-m", "other")
        #expect(try await home.diwan("compare", thread, "--judge", "scripted/judge").code == 0)
        let listed = try await home.diwan("list")
        #expect(listed.output.contains("high water") && !listed.output.contains("Judging"), "\(listed.output)")
        #expect(listed.errors == "1 program thread left out. See: diwan list --programs\n", "\(listed.errors)")
        #expect(try await home.diwan("list", "-q").errors.isEmpty)
        #expect(!(try await home.diwan().output.contains("Judging")))
        #expect(try await home.diwan("list", "--json").output.split(separator: "\n").count == 1)
        let asked = ["--programs", "--all"].map { ["list", $0] } + [["list", "-w", "from:\"diwan compare\""]]
        for arguments in asked {
            let shown = try await home.end(home.start(arguments))
            #expect(shown.output.contains("Judging \(thread)"), "\(arguments) \(shown.output)")
            #expect(shown.errors.isEmpty, "\(shown.errors)")
        }
        // One that a person pinned is theirs, and so is one with their tag where they name it.
        #expect(try await home.diwan("tag", "Judging", "verdicts").code == 0)
        #expect(try await home.diwan("list", "--tag", "verdicts").output.contains("Judging"))
        #expect(try await home.diwan("pin", "Judging").code == 0)
        let pinned = try await home.diwan("list")
        #expect(pinned.output.contains("* Judging") && pinned.errors.isEmpty, "\(pinned.output)\(pinned.errors)")
    }

    @Test func `a search picks the threads a command is for, all of them and no others`() async throws {
        let server = try ScriptedServer { try $0.say("Fine.") }
        let home = try Home(server)
        for question in ["Pack for Kyoto", "Trains to Kyoto and Nara", "Bake bread", "半夜去京都"] {
            try await home.diwan("ask", question)
        }
        let unasked = try await home.diwan("archive", "-w", "kyoto")
        #expect(unasked.code == 64 && unasked.errors.contains("Archive these 2 threads?"), "\(unasked.errors)")
        #expect(try await home.diwan("tag", "-w", "kyoto", "-y", "trip").code == 0)
        #expect(try await home.diwan("tag", "-w", "京都", "trip").code == 0)
        let tagged = try await home.diwan("list", "--tag", "trip")
        #expect(tagged.output.contains("Pack for") && tagged.output.contains("半夜") && !tagged.output.contains("Bake"))
        #expect(try await home.diwan("pin", "-w", "tag:trip -nara", "-y").code == 0)
        #expect(try await home.diwan("trash", "-w", "nara", "-y").code == 0)
        #expect(try await home.diwan("list").output.contains("Trains") == false)
        let nothing = try await home.diwan("erase", "-w", "tag:nosuch", "-y")
        #expect(nothing.code == 66 && nothing.errors.contains("no thread is found by tag:nosuch"), "\(nothing.errors)")
        #expect(try await home.diwan("archive", "-w", "bread", "@").code == 64)
        #expect(try await home.diwan("archive").code == 64)
        let erased = try await home.diwan("erase", "-w", "bread OR 京都", "-y", "--json")
        #expect(try erased.json["threads"] == 2, "\(erased.errors)")
        try await home.expectSound()
    }
}
