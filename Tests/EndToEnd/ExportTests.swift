import ConversationFormats
import ConversationStorage
import Conversations
import Foundation
import OrderedJSON
import TestSupport
import Testing

/// `diwan export`, as a person and a script use it.
struct ExportTests {
    private let home: Home

    init() throws { home = try Home("http://127.0.0.1:9") }

    private func thread(_ title: String, _ texts: [String] = ["a question", "an **answer**"]) -> ThreadRecord {
        var thread = ThreadRecord(
            id: ThreadID(derivedFrom: [title]), title: title, createdAt: Timestamp(milliseconds: 1_760_000_000_000),
            activeAt: Timestamp(milliseconds: 1_760_000_001_000))
        for (index, text) in texts.enumerated() {
            thread.messages.append(
                MessageRecord(
                    id: MessageID(derivedFrom: [title, "\(index)"]), parentID: thread.messages.last?.id,
                    role: index % 2 == 0 ? .user : .assistant, parts: [.text(text)],
                    createdAt: Timestamp(milliseconds: 1_760_000_000_000 + Int64(index))))
        }
        thread.tipID = thread.messages.last?.id
        return thread
    }

    private func text(_ path: String) throws -> String {
        try String(contentsOfFile: home.folder + "/" + path, encoding: .utf8)
    }

    private func mode(_ path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: home.folder + "/" + path)[.posixPermissions] as? Int
    }

    @Test func `everything goes out through a pipe and its cursor is on the last line`() async throws {
        try await home.keep([thread("One"), thread("Two")])
        let ended = try await home.diwan("export")
        #expect(ended.code == 0)
        let lines = try ended.output.split(separator: "\n").map { try JSON(parsing: String($0)) }
        #expect(
            lines.map { $0["object"]?.string } == [
                "diwan", "thread", "message", "message", "thread", "message", "message", "end",
            ])
        let cursor = try #require(lines.last?["cursor"]?.string)
        #expect(ended.errors.contains("--since \(cursor)"))

        let nothing = try await home.diwan("export", "--since", cursor)
        #expect(nothing.output.split(separator: "\n").count == 2)
        try await home.keep([thread("Three")])
        let changed = try await home.diwan("export", "--since", cursor)
        #expect(changed.output.contains("\"title\":\"Three\"") && !changed.output.contains("\"title\":\"One\""))
    }

    @Test func `an export that is imported elsewhere is the same vault`() async throws {
        try await home.keep([thread("One"), thread("Two", ["q\u{0}", "a\r\n"])])
        #expect(try await home.diwan("export", "-o", home.folder + "/all.jsonl").code == 0)
        let other = try Home("http://127.0.0.1:9")
        let imported = try await other.diwan("import", home.folder + "/all.jsonl")
        #expect(imported.code == 0, "\(imported.errors)")
        let digests = try await [home, other].asyncMap { try await $0.diwan("doctor", "--json").json["digest"] }
        #expect(digests[0] == digests[1])
        try await other.expectSound()
    }

    @Test(arguments: [("one.md", "## User"), ("one.html", "<!DOCTYPE html>"), ("one.jsonl", "{\"object\":\"diwan\"")])
    func `the file's ending says the format`(file: String, beginning: String) async throws {
        try await home.keep([thread("One")])
        let ended = try await home.diwan("export", "One", "-o", home.folder + "/" + file)
        #expect(ended.code == 0, "\(ended.errors)")
        #expect(try text(file).contains(beginning))
        #expect(try mode(file) == 0o600)
        #expect(try FileManager.default.contentsOfDirectory(atPath: home.folder).allSatisfy { !$0.contains(".new-") })
    }

    @Test func `a folder gets a document a thread, and pages an index`() async throws {
        try await home.keep([thread("On Tides & Winds"), thread("../../etc/passwd"), thread("")])
        let ended = try await home.diwan("export", "--all", "--format", "html", "-o", home.folder + "/pages/")
        #expect(ended.code == 0, "\(ended.errors)")
        let names = try FileManager.default.contentsOfDirectory(atPath: home.folder + "/pages").sorted()
        #expect(names.count == 4)
        #expect(names.contains { $0.hasPrefix("2025-10-09-on-tides-winds-") })
        #expect(names.contains { $0.hasPrefix("2025-10-09-etc-passwd-") })
        for name in names where name != "index.html" {
            #expect(try text("pages/index.html").contains("href=\"\(name)\""))
        }
        #expect(try mode("pages") == 0o700)
    }

    @Test func `a file that is there is not replaced unasked`() async throws {
        try await home.keep([thread("One")])
        try home.write("mine", to: "one.md")
        let refused = try await home.diwan("export", "One", "-o", home.folder + "/one.md")
        #expect(refused.code == 64)
        #expect(try text("one.md") == "mine")
        #expect(try await home.diwan("export", "One", "-o", home.folder + "/one.md", "-y").code == 0)
        #expect(try text("one.md").contains("a question"))
    }

    @Test(arguments: [
        (["--format", "chatgpt", "One"], "no such format to write"), (["-o", "x.txt"], "does not tell the format"),
        (["--all", "One"], "one of the two"), (["--since", "soon"], "--since takes the cursor"),
        (["--all", "-o", "x.md"], "-o FOLDER/"),
        (["--all", "--format", "sharegpt", "-o", "x/"], "one file, not a folder"),
    ])
    func `what does not fit together is usage and writes nothing`(arguments: [String], says: String) async throws {
        try await home.keep([thread("One"), thread("Two")])
        let ended = try await home.end(home.start(["export"] + arguments))
        #expect(ended.code == 64 && ended.errors.contains(says), "\(ended)")
        #expect(ended.output.isEmpty)
    }

    @Test func `on a terminal it asks what to export`() async throws {
        try await home.keep([thread("One")])
        let ended = try await home.end(home.start(["export"], terminal: true))
        #expect(ended.code == 64)
    }

    @Test func `a thread or a file that is not there, or may not be, is said by its code`() async throws {
        try await home.keep([thread("One")])
        #expect(try await home.diwan("export", "Nothing").code == 66)
        let ended = try await home.diwan("export", "One", "-o", home.folder + "/no/such/one.md")
        #expect(ended.code == 74, "\(ended.errors)")
        #expect(try await home.diwan("export", "--since", "999999").code == 64)
    }

    @Test func `a search picks threads, and what a format leaves out is said`() async throws {
        var branched = thread("Two", ["q", "kumquat"])
        branched.messages.append(
            MessageRecord(
                id: MessageID(derivedFrom: ["other"]), parentID: branched.messages[0].id, role: .assistant,
                parts: [.text("another")], createdAt: Timestamp(milliseconds: 1_760_000_000_009)))
        try await home.keep([thread("One"), branched])
        let ended = try await home.diwan("export", "-w", "kumquat", "--format", "openai")
        #expect(ended.code == 0)
        #expect(ended.line == #"{"messages":[{"role":"user","content":"q"},{"role":"assistant","content":"kumquat"}]}"#)
        #expect(ended.errors.contains("openai leaves out 1 messages on other branches than the tip's"))
        let json = try await home.diwan(
            "export", "-w", "kumquat", "--format", "sharegpt", "-o", home.folder + "/a.json", "--json")
        #expect(try json.json["threads"] == 1)
        #expect(try json.json["left_out"]?[0]?["count"] == 1)
        #expect(try JSON(parsing: text("a.json"))[0]?["conversations"]?.array?.count == 2)
    }

    @Test func `what is in the trash goes out in Diwan's own format alone`() async throws {
        var trashed = thread("Trashed")
        trashed.trashedAt = Timestamp(milliseconds: 1_760_000_002_000)
        try await home.keep([thread("One"), trashed])
        #expect(try await home.diwan("export").output.contains("\"title\":\"Trashed\""))
        let shared = try await home.diwan("export", "--all", "--format", "sharegpt")
        #expect(shared.output.split(separator: "\n").count == 1)
    }

    @Test func `an edited document that is imported again adds a sibling`() async throws {
        try await home.keep([thread("One", ["first", "second", "third", "fourth"])])
        #expect(try await home.diwan("export", "One", "-o", home.folder + "/one.md").code == 0)
        let edited = try text("one.md").replacingOccurrences(of: "third", with: "a better third")
        try home.write(edited, to: "one.md")
        for _ in 0..<2 {
            let imported = try await home.diwan("import", home.folder + "/one.md")
            #expect(imported.code == 0, "\(imported.errors)")
        }
        let tree = try await home.diwan("tree", "One", "--all", "--json")
        #expect(tree.output.contains("a better third") && tree.output.contains("\"third\""))
        try await home.expectSound()
    }

    @Test func `Ctrl-C in the middle leaves the file as it was, says so and ends with 130`() async throws {
        var threads: [ThreadRecord] = []
        // What takes an export long and the vault not: it has the bytes once, the export with every thread.
        let digest = try await home.keep([UInt8](repeating: 7, count: 1 << 20), mediaType: nil)
        for number in 0..<1000 {
            var thread = thread("Thread \(number)")
            thread.messages[0].parts.append(.file(MessageMedia(source: .blob(digest))))
            threads.append(thread)
        }
        try await home.keep(threads)
        try home.write("mine", to: "all.jsonl")
        let exporting = try home.start(
            ["export", "--format", "openai", "-o", home.folder + "/all.jsonl", "-y"], terminal: true)
        // It has begun to write, beside the file.
        while try FileManager.default.contentsOfDirectory(atPath: home.folder).allSatisfy({ !$0.contains(".new-") }) {
            try #require(!exporting.output.contains("1,000 threads"), "it ended before")
            await Task.yield()
        }
        exporting.signal(SIGINT)
        let ended = try await home.end(exporting)
        #expect(ended.code == 130)
        #expect(ended.output.contains("all.jsonl is as it was."))
        #expect(try text("all.jsonl") == "mine")
        #expect(try FileManager.default.contentsOfDirectory(atPath: home.folder).allSatisfy { !$0.contains(".new-") })
    }

    @Test func `a reader that goes away does not fail the export`() async throws {
        try await home.keep((0..<200).map { thread("Thread \($0)") })
        let ended = try await home.shell("diwan export | head -1")
        #expect(ended.code == 0)
        #expect(ended.output.hasPrefix("{\"object\":\"diwan\""))
    }
}

extension Array {
    fileprivate func asyncMap<Value>(_ body: (Element) async throws -> Value) async rethrows -> [Value] {
        var values: [Value] = []
        for element in self { values.append(try await body(element)) }
        return values
    }
}
