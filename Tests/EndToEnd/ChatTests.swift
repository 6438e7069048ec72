import Foundation
import OrderedJSON
import TestSupport
import Testing

/// `diwan chat` at a terminal of its own, driven by keys as a person would press them; what counts is what the server was
/// asked and what the vault holds after.
@Suite(.serialized)
struct ChatTests {
    private static let prompt = "› "

    /// Starts a chat and waits for its prompt.
    private func chat(in home: Home, _ arguments: String...) async throws -> RunningProgram {
        let chat = try home.start(
            ["chat"] + arguments, terminal: true, environment: ["TERM": "xterm-256color"])
        try #require(await chat.says(Self.prompt), "\(chat.output)")
        try #require(await chat.readsKeys(), "\(chat.output)")
        return chat
    }

    /// Presses Ctrl-D once the prompt is back.
    private func leave(_ chat: RunningProgram) async throws {
        #expect(await chat.readsKeys(), "\(chat.output)")
        chat.type("\u{4}")
        let said = try await chat.end()
        #expect(said.exitCode == 0, "\(said.outputText)")
        #expect(said.outputText.contains("Go on: diwan chat -c"))
    }

    private static func server() throws -> ScriptedServer {
        try ScriptedServer { exchange in try exchange.say("Answer \(exchange.index + 1).") }
    }

    @Test func `a line can be edited before it is sent, and the one before comes back with the up key`() async throws {
        let server = try Self.server()
        let home = try Home(server)
        let chat = try await chat(in: home)
        // Left twice, a letter, back to the end, one too many taken away.
        chat.type("helo\u{1B}[D\u{1B}[Dl\u{5}!?\u{7F}\r")
        try #require(await chat.says("Answer 1."), "\(chat.output)")
        // The up key, Ctrl-A, a word before it.
        chat.type("\u{1B}[A\u{1}Oh, \r")
        try #require(await chat.says("Answer 2."), "\(chat.output)")
        try await leave(chat)
        #expect(server.requests.map { $0.conversation.last } == ["user: hello!", "user: Oh, hello!"])
        #expect(try await home.words() == ["hello!", "Answer 1.", "Oh, hello!", "Answer 2."])
    }

    @Test func `a paste of three lines is one message`() async throws {
        let server = try Self.server()
        let home = try Home(server)
        let chat = try await chat(in: home)
        chat.type("\u{1B}[200~first line\nsecond line\nthird line\u{1B}[201~\r")
        try #require(await chat.says("Answer 1."), "\(chat.output)")
        try await leave(chat)
        #expect(server.requests.count == 1)
        #expect(server.requests[0].conversation == ["user: first line\nsecond line\nthird line"])
    }

    @Test func `Chinese and Arabic are typed, corrected and answered whole`() async throws {
        let server = try Self.server()
        let home = try Home(server)
        let chat = try await chat(in: home)
        chat.type("半夜三更\u{7F}\u{7F}好\r")
        try #require(await chat.says("Answer 1."), "\(chat.output)")
        try #require(await chat.readsKeys(), "\(chat.output)")
        chat.type("مرحبا بكمم\u{7F} 👩‍👩‍👧\r")
        try #require(await chat.says("Answer 2."), "\(chat.output)")
        try await leave(chat)
        #expect(server.requests.map { $0.conversation.last } == ["user: 半夜好", "user: مرحبا بكم 👩‍👩‍👧"])
    }

    @Test func `Ctrl-C stops an answer and keeps its half, and the talk goes on`() async throws {
        let events = Answers.events(["Half of", " the rest"], .chat)
        let server = try ScriptedServer { exchange in
            guard exchange.index == 0 else { return try exchange.say("Another.") }
            try exchange.begin()
            try exchange.write(events[0])
            exchange.waitUntilClientLeaves()
        }
        let home = try Home(server, .chat)
        let chat = try await chat(in: home)
        chat.type("Tell me.\r")
        try #require(await chat.says("Half"), "\(chat.output)")
        chat.type("\u{3}")
        try #require(await chat.says("Stopped; what had come is kept."), "\(chat.output)")
        chat.type("And now?\r")
        try #require(await chat.says("Another."), "\(chat.output)")
        try await leave(chat)
        let path = try await home.path()
        #expect(path.map { $0["text"]?.string } == ["Tell me.", "Half of", "And now?", "Another."])
        #expect(path[1]["status"] == "interrupted")
        #expect(server.requests[1].conversation == ["user: Tell me.", "assistant: Half of", "user: And now?"])
        try await home.expectSound()
    }

    @Test func `Ctrl-C at the prompt gives up the line and nothing else`() async throws {
        let server = try Self.server()
        let home = try Home(server)
        let chat = try await chat(in: home)
        chat.type("never mind\u{3}")
        try #require(await chat.says("^C"), "\(chat.output)")
        chat.type("this\r")
        try #require(await chat.says("Answer 1."), "\(chat.output)")
        try await leave(chat)
        #expect(server.requests.map { $0.conversation } == [["user: this"]])
    }

    @Test func `a window that changes its size in the middle of a line leaves the line whole`() async throws {
        let server = try Self.server()
        let home = try Home(server)
        let chat = try await chat(in: home)
        let words = (1...30).map { "word\($0)" }
        chat.type(words[..<15].joined(separator: " "))
        try #require(await chat.says("word15"), "\(chat.output)")
        chat.resize(columns: 33, rows: 10)
        chat.type(" " + words[15...].joined(separator: " ") + "\r")
        try #require(await chat.says("Answer 1."), "\(chat.output)")
        try await leave(chat)
        #expect(server.requests[0].conversation == ["user: " + words.joined(separator: " ")])
    }

    @Test func `commands of the prompt look, branch and go back without asking anyone`() async throws {
        let server = try Self.server()
        let home = try Home(server)
        let chat = try await chat(in: home)
        chat.type("A question\r")
        try #require(await chat.says("Answer 1."), "\(chat.output)")
        try #require(await chat.readsKeys(), "\(chat.output)")
        chat.type("/retry\r")
        try #require(await chat.says("Answer 2."), "\(chat.output)")
        chat.type("/branches\r")
        try #require(await chat.says("/switch MESSAGE"), "\(chat.output)")
        chat.type("/search question\r")
        try #require(await chat.says("you · "), "\(chat.output)")
        chat.type("/undo\r")
        try #require(await chat.says("Nothing is removed"), "\(chat.output)")
        chat.type("/nonsense\r")
        try #require(await chat.says("There is no /nonsense."), "\(chat.output)")
        chat.type("Another question\r")
        try #require(await chat.says("Answer 3."), "\(chat.output)")
        try await leave(chat)
        #expect(
            server.requests.map(\.conversation)
                == [["user: A question"], ["user: A question"], ["user: Another question"]])
        try await home.expectSound()
    }

    @Test func `erase takes what was typed out of the prompt's memory too, and leaves the rest there`() async throws {
        let server = try Self.server()
        let home = try Home(server)
        let chat = try await chat(in: home)
        for (number, line) in ["keep this", "forget the marmoset", "/new", "another thread"].enumerated() {
            chat.type(line + "\r")
            let answers = ["Answer 1.", "Answer 2.", "A new thread", "Answer 3."]
            try #require(await chat.says(answers[number]), "\(chat.output)")
            try #require(await chat.readsKeys())
        }
        try await leave(chat)
        let history = (home.vaultFile as NSString).deletingLastPathComponent + "/chat-history"
        #expect(try String(contentsOfFile: history, encoding: .utf8).contains("marmoset"))
        let erased = try await home.diwan("erase", "@2/3", "-y", "--json")
        #expect(erased.code == 0, "\(erased.errors)")
        #expect(try erased.json["not_reached"]?.array?.contains { $0.string?.contains("chat") == true } == false)
        let rest = try String(contentsOfFile: history, encoding: .utf8)
        #expect(!rest.contains("marmoset"))
        #expect(rest.contains("keep this") && rest.contains("another thread"))
    }

    /// What a person sees, as a terminal draws it.
    @Test func `on a real screen a long line wraps, also after the window became narrower`() async throws {
        guard let screen = try await TmuxScreen.find() else {
            print("skipped: no tmux here. It is in the package tmux.")
            return
        }
        let server = try Self.server()
        let home = try Home(server)
        try await screen.run(home.commandLine("chat"), columns: 60, rows: 20)
        defer { screen.close() }
        try #require(await screen.shows("›"), "\(screen.text)")
        screen.type("一二三四五六七八九十 مرحبا العالم ")
        try #require(await screen.shows("一二三四五六七八九十"), "\(screen.text)")
        screen.resize(columns: 34, rows: 20)
        screen.type("and then some more words")
        #expect(await screen.shows("and then some more words".split(separator: " ").map(String.init)), "\(screen.text)")
        screen.press("Enter")
        #expect(await screen.shows("Answer 1."), "\(screen.text)")
        #expect(screen.text.split(separator: "\n").allSatisfy { $0.count <= 34 })
        #expect(server.requests[0].conversation == ["user: 一二三四五六七八九十 مرحبا العالم and then some more words"])
    }

    @Test func `a thread is labelled, forked, exported and pruned without leaving`() async throws {
        let server = try Self.server()
        let home = try Home(server, .chat)
        let chat = try await chat(in: home)
        chat.type("One\r")
        try #require(await chat.says("Answer 1."), "\(chat.output)")
        try #require(await chat.readsKeys())
        chat.type("Two\r")
        try #require(await chat.says("Answer 2."), "\(chat.output)")
        try #require(await chat.readsKeys())
        chat.type("/label good\r")
        try #require(await chat.says(":good"), "\(chat.output)")
        try #require(await chat.readsKeys())
        chat.type("/export \(home.folder)/talk.md\r")
        try #require(await chat.says("1 thread"), "\(chat.output)")
        try #require(await chat.readsKeys())
        chat.type("/fork @/2 Elsewhere\r")
        try #require(await chat.says("begins with 2 messages"), "\(chat.output)")
        try #require(await chat.readsKeys())
        chat.type("Three\r")
        try #require(await chat.says("Answer 3."), "\(chat.output)")
        try await leave(chat)
        #expect(server.requests.last?.conversation == ["user: One", "assistant: Answer 1.", "user: Three"])
        let labelled = try await home.diwan("show", "@2:good", "--json")
        #expect(labelled.code == 0, "\(labelled.errors)")
        #expect(try await home.words("@2") == ["One", "Answer 1.", "Two", "Answer 2."])
        #expect(FileManager.default.fileExists(atPath: home.folder + "/talk.md"))
    }
}
