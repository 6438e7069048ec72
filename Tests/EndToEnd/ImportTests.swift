import Foundation
import OrderedJSON
import TestSupport
import Testing

/// Conversations of other programs, brought in by the whole program.
@Suite(.serialized)
struct ImportTests {
    /// A ChatGPT export of so many conversations, two messages each.
    private static func export(_ count: Int, words: Int = 3, from first: Int = 0) -> String {
        let text = Array(repeating: "harbour", count: words).joined(separator: " ")
        let conversations = (first..<(first + count)).map { number in
            #"""
            {"title":"Export \#(number)","create_time":17\#(10_000_000 + number).5,"update_time":1720000000,
             "conversation_id":"c\#(number)","current_node":"a\#(number)","mapping":{
              "r\#(number)":{"id":"r\#(number)","message":null,"parent":null,"children":["q\#(number)"]},
              "q\#(number)":{"id":"q\#(number)","parent":"r\#(number)","children":["a\#(number)"],"message":
               {"id":"q\#(number)","author":{"role":"user"},"create_time":1710000001,"status":"finished_successfully",
                "content":{"content_type":"text","parts":["When is it high water? \#(number)"]},"metadata":{}}},
              "a\#(number)":{"id":"a\#(number)","parent":"q\#(number)","children":[],"message":
               {"id":"a\#(number)","author":{"role":"assistant"},"create_time":1710000002,"end_turn":true,
                "status":"finished_successfully","content":{"content_type":"text","parts":["At noon, \#(text)."]},
                "metadata":{"model_slug":"gpt-4o"}}}}}
            """#
        }
        return "[\(conversations.joined(separator: ",\n"))]"
    }

    private func home() throws -> Home { try Home("http://127.0.0.1:1") }

    @Test func `an export comes in whole with its dates, and a second time adds nothing`() async throws {
        let home = try home()
        let file = try home.write(Self.export(3), to: "conversations.json")
        let first = try await home.diwan("import", file, "--json")
        #expect(first.code == 0, "\(first.errors)")
        let report = try first.json
        #expect(report["object"] == "import")
        #expect(report["format"] == "chatgpt")
        #expect(report["threads"]?["new"] == 3)
        #expect(report["messages"]?["new"] == 6)
        #expect(report["lost"] == [])
        let shown = try await home.diwan("show", "Export 1", "--json").json
        #expect(shown["thread"]?["from"]?["format"] == "chatgpt")
        #expect(shown["thread"]?["created_at"] == "2024-03-09T16:00:01.500Z")
        #expect(shown["messages"]?.array?.compactMap { $0["role"]?.string } == ["user", "assistant"])
        #expect(try await home.diwan("search", "harbour", "--json").output.contains(#""object":"hit""#))
        let second = try await home.diwan("import", file, "--json").json
        #expect(second["threads"]?["new"] == 0 && second["threads"]?["known"] == 3)
        #expect(second["messages"]?["new"] == 0 && second["messages"]?["known"] == 6)
        // A later export that holds the earlier one adds what is new.
        try home.write(Self.export(5), to: "conversations.json")
        let later = try await home.diwan("import", file)
        #expect(later.output.hasPrefix("Brought in 2 threads with 4 messages from "))
        #expect(later.output.contains("Known already: 3 threads, 6 messages."))
        #expect(try await home.diwan("doctor").code == 0)
    }

    @Test func `what is lost is said, last, and ends with 65`() async throws {
        let home = try home()
        let broken = Self.export(3).replacing(#""title":"Export 1""#, with: #""title":Export 1"#)
        let file = try home.write(broken, to: "conversations.json")
        let ended = try await home.diwan("import", file)
        #expect(ended.code == 65)
        #expect(ended.output.contains("Could not be kept:"))
        #expect(ended.errors.split(separator: "\n").last?.contains("could not be kept") == true)
        let printed = try await home.diwan("import", file, "--json")
        #expect(printed.code == 65)
        #expect(try printed.json["lost"]?[0]?["count"] == 1)
        #expect(try await home.diwan("list", "--json").output.split(separator: "\n").count == 2)
    }

    @Test func `a dry run says what would come and needs no vault`() async throws {
        let home = try home()
        let file = try home.write(Self.export(3), to: "conversations.json")
        let ended = try await home.diwan("import", "--dry-run", file, "--json")
        #expect(ended.code == 0, "\(ended.errors)")
        #expect(try ended.json["threads"]?["new"] == 3)
        #expect(try ended.json["dry_run"] == true)
        #expect(try ended.json["id"]?.isNull == true)
        #expect(!FileManager.default.fileExists(atPath: home.vaultFile))
        _ = try await home.diwan("import", file)
        try home.write(Self.export(4), to: "conversations.json")
        let told = try await home.diwan("import", "--dry-run", file, "--json").json
        #expect(told["threads"]?["new"] == 1 && told["messages"]?["known"] == 6)
        #expect(try await home.diwan("list", "--json").output.split(separator: "\n").count == 3)
    }

    @Test func `the imports there were are listed, and what one brought is found by its handle`() async throws {
        let home = try home()
        #expect(try await home.diwan("import", "--list").code == 66)
        let file = try home.write(Self.export(3), to: "conversations.json")
        let first = try await home.diwan("import", file, "--json").json
        let other = try home.write(Self.export(2, from: 3), to: "more.json")
        let second = try await home.diwan("import", other, "--json").json
        let listed = try await home.diwan("import", "--list")
        #expect(listed.code == 0, "\(listed.errors)")
        let lines = listed.output.split(separator: "\n")
        let handle = try #require(first["handle"]?.string)
        #expect(lines.count == 2 && lines[0].contains("more.json") && lines[1].hasPrefix(handle))
        #expect(lines[1].contains("chatgpt  3 threads  6 messages"))
        let records = try await home.diwan("import", "--list", "--json").output.split(separator: "\n").map {
            try JSON(parsing: String($0))
        }
        #expect(records.map { $0["id"] } == [second["id"], first["id"]])
        #expect(records.map { $0["thread_count"] } == [2, 3])
        for (name, value) in try #require(second.object) { #expect(records[0][name] == value, "\(name)") }
        let found = try await home.diwan("list", "-w", "import:\(handle)", "--json")
        #expect(found.output.split(separator: "\n").count == 3)
        #expect(try await home.diwan("list", "-w", "import:\(handle) kumquat").code == 66)
        #expect(try await home.diwan("import", "--list", file).code == 64)
        try await home.expectSound()
    }

    @Test func `an answer whose model nobody knows is a model's answer`() async throws {
        let home = try home()
        let text = Self.export(1).replacing(#""model_slug":"gpt-4o""#, with: #""finish_details":{"type":"stop"},"x":1"#)
        let file = try home.write(text, to: "conversations.json")
        #expect(try await home.diwan("import", file).code == 0)
        let calls = try await home.diwan("calls", "Export 0", "--json")
        let call = try calls.json
        #expect(call["model_requested"]?.isNull == true && call["model_sent"]?.isNull == true)
        let handle = try #require(call["handle"]?.string)
        for words in [["show", "Export 0"], ["search", "harbour"], ["calls", "Export 0"], ["call", handle]] {
            let ended = try await home.end(home.start(words))
            #expect(ended.code == 0 && !ended.output.contains("unknown"), "\(words): \(ended.output)\(ended.errors)")
        }
        #expect(try await home.diwan("search", "harbour", "--json").output.contains(#""model":null"#))
    }

    @Test func `names that say nothing end with what to do`() async throws {
        let home = try home()
        let file = try home.write("just words", to: "notes.bin")
        let unknown = try await home.diwan("import", file)
        #expect(unknown.code == 65)
        #expect(unknown.errors.contains("--format") && unknown.errors.contains("chatgpt"))
        let format = try await home.diwan("import", file, "--format", "winamp")
        #expect(format.code == 65)
        #expect(format.errors.contains("winamp") && format.errors.contains("claude"))
        #expect(try await home.diwan("import", home.folder + "/none").code == 66)
        #expect(try await home.diwan("import", "--format", "chatgpt").code == 64)
    }

    @Test func `alone it finds what there is and, with nobody to ask, prints the commands`() async throws {
        let home = try home()
        let nothing = try await home.diwan("import")
        #expect(nothing.code == 0)
        #expect(nothing.output == "")
        #expect(nothing.errors.contains("diwan import FILE"))
        try FileManager.default.createDirectory(atPath: home.folder + "/Downloads", withIntermediateDirectories: true)
        try home.write(Self.export(2), to: "Downloads/conversations (1).json")
        try home.write("[1,2]", to: "Downloads/conversations-of-someone.json")
        let found = try await home.diwan("import")
        #expect(found.code == 0)
        #expect(found.output == "diwan import '\(home.folder)/Downloads/conversations (1).json'\n")
        #expect(!FileManager.default.fileExists(atPath: home.vaultFile))
        let done = try await home.diwan("import", "-y")
        #expect(done.code == 0, "\(done.errors)")
        #expect(done.output.hasPrefix("Brought in 2 threads with 4 messages"))
    }

    @Test func `Ctrl-C keeps what is in, says so and ends with 130; the same command brings the rest`() async throws {
        let home = try home()
        let count = 12_000
        let file = try home.write(Self.export(count, words: 300), to: "conversations.json")
        let importing = try home.start(["import", file], terminal: true)
        // The bar stands there after a second; a terminal has one stream for all that is said.
        #expect(await importing.says("█"))
        importing.signal(SIGINT)
        let ended = try await home.end(importing)
        #expect(ended.code == 130)
        #expect(ended.output.contains("What had come in is kept"))
        let rest = try await home.end(home.start(["import", file, "--json"]), within: .seconds(180))
        #expect(rest.code == 0, "\(rest.errors)")
        let report = try rest.json["threads"]
        #expect(try #require(report?["new"]?.int) + #require(report?["known"]?.int) == count)
        #expect(try await home.diwan("doctor").code == 0)
    }
}
