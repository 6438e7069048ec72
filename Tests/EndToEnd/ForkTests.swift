import Foundation
import OrderedJSON
import TestSupport
import Testing

/// `diwan fork`: a thread of its own that begins with a path.
@Suite(.serialized)
struct ForkTests {
    @Test func `a fork has the path's words and goes its own way`() async throws {
        let server = try ScriptedServer { try $0.say("Answer \($0.index + 1).") }
        let home = try Home(server, .chat)
        try await home.diwan("ask", "-s", "Be brief.", "One")
        try await home.diwan("ask", "-c", "Two")
        try await home.diwan("ask", "-c", "Three")
        let original = try #require(try await home.diwan("show", "--json").json["thread"]?["handle"]?.string)
        try await home.diwan("label", "\(original)/1", "keep")
        let forked = try await home.diwan("fork", "\(original)/4", "Another", "way")
        #expect(forked.code == 0, "\(forked.errors)")
        #expect(forked.errors.contains("begins with 4 messages of \(original)"))
        try await home.diwan("ask", "-t", forked.line, "Four")
        #expect(
            server.requests.last?.conversation == [
                "system: Be brief.", "user: One", "assistant: Answer 1.", "user: Two", "assistant: Answer 2.",
                "user: Four",
            ])
        #expect(try await home.words(original) == ["One", "Answer 1.", "Two", "Answer 2.", "Three", "Answer 3."])
        let fork = try #require(try await home.diwan("show", forked.line, "--json").json["thread"])
        #expect(fork["title"]?.string == "Another way")
        #expect(fork["from"]?["fork"]?["message"]?.string != nil)
        #expect(try await home.path(forked.line).first?["label"]?.string == "keep")
        try await home.expectSound()
        // What is erased there stays here.
        #expect(try await home.diwan("erase", "-y", original).code == 0)
        #expect(try await home.words(forked.line).count == 6)
        try await home.expectSound()
    }

    @Test func `an attachment goes along, and a thread without a word cannot be forked`() async throws {
        let server = try ScriptedServer { try $0.say("Seen.") }
        let home = try Home(server, .chat)
        let file = try home.write("notes about tides", to: "notes.txt")
        try await home.diwan("ask", "-a", file, "Read this")
        let forked = try await home.diwan("fork", "@", "--json")
        #expect(forked.code == 0, "\(forked.errors)")
        let handle = try #require(try forked.json["handle"]?.string)
        let parts = try #require(try await home.path(handle).first?["parts"]?.array)
        #expect(parts.count == 2)
        let empty = try await home.diwan("new", "Empty")
        let refused = try await home.diwan("fork", empty.line)
        #expect(refused.code == 64)
        #expect(refused.errors.contains("nothing to fork"))
        try await home.expectSound()
    }
}
