import Foundation
import OrderedJSON
import TestSupport
import Testing

/// Every file that another program wrote, through the whole program, against Python's count of it.
@Suite(.serialized, .enabled(if: RealData.folder != nil, RealData.skipReason))
struct OtherProgramsFilesTests {
    /// A file among the exports.
    struct Exported: Sendable, CustomTestStringConvertible {
        let path: String
        let format: String
        var testDescription: String { "\(format): \(path)" }

        /// The script of the readers' own tests that counts such files.
        var counter: String {
            RealData.script(
                (["chatgpt", "claude"].contains(format) ? "exports" : "programs") + "-expectations.py",
                of: "ConversationFormatsTests")
        }
    }

    private static var folder: String { (RealData.folder ?? "") + "/chat-exports/" }

    /// What is no conversation of anyone's: the schema of an export, a file that is broken on purpose, test data of a
    /// program that has no export.
    private static let noConversations: Set<String> = [
        "claude-json-schema/schema/claude-json-schema.json", "claude-chat-viewer/testdata/simple-invalid.json",
        "chatnificent/tests/fixtures/conversations.json", "chatnificent/tests/fixtures/mock_responses.json",
    ]

    private static let everything: [Exported] = {
        let all = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
        return all.sorted().filter { ["json", "db"].contains(($0 as NSString).pathExtension) }.map { path in
            let name = (path as NSString).lastPathComponent
            let program = path.split(separator: "/").first ?? ""
            let format =
                switch program {
                case "librechat-import-fixtures": String(name.prefix { $0 != "-" })
                case "llm-logs-db": "llm"
                case "chatgpt-export-parser": "chatgpt"
                default: "claude"
                }
            return Exported(path: path, format: format)
        }
    }()

    private static var exports: [Exported] { everything.filter { !noConversations.contains($0.path) } }

    @Test(arguments: exports)
    func `an export comes in as Python counts it, with the words and parents it has there, and once`(
        _ export: Exported
    ) async throws {
        let home = try Home("http://127.0.0.1:9")
        let file = Self.folder + export.path
        // Of its five conversations two have no messages to bring in.
        let isWhole = !export.path.hasSuffix("conversations-multiple-errors.json")
        let imported = try await RealData.importTwice(file, into: home, isWhole: isWhole)
        try RealData.expectSame(
            await RealData.shell(
                #"python3 "$1" "$2" "$3" | python3 "$4" conversations "$2" "$5""#,
                [export.counter, export.format, file, RealData.script("vault-comparison.py"), home.vaultFile]),
            as: imported)
    }

    @Test func `there are no others`() {
        #expect(Self.exports.count == 29)
        #expect(Self.everything.count == Self.exports.count + Self.noConversations.count)
    }

    @Test(arguments: noConversations.sorted())
    func `what holds no conversation brings none in`(path: String) async throws {
        let home = try Home("http://127.0.0.1:9")
        let ended = try await home.diwan("import", Self.folder + path, "--json")
        if ended.code == 0 {
            #expect(try ended.json["threads"]?["new"] == 0 && ended.json["skipped"]?.array?.isEmpty == false)
        } else {
            #expect(ended.code == 65 && ended.errors.contains("--format"))
        }
        #expect(try await home.diwan("list", "--json").output == "")
    }

    @Test func `five generations of llm's database are the same threads once, in whatever order they come`()
        async throws
    {
        let files = Self.exports.filter { $0.format == "llm" }
        try #require(files.count == 5)
        var ids: Set<String> = []
        for file in files {
            let counted = try await RealData.shell("python3 \"$@\"", [file.counter, "llm", Self.folder + file.path])
            ids.formUnion(try JSON(parsing: counted).array?.compactMap { $0["id"]?.string } ?? [])
        }
        var digests: [String] = []
        for order in [files, files.reversed()] {
            let home = try Home("http://127.0.0.1:9")
            var new = 0
            for file in order {
                let ended = try await home.diwan("import", Self.folder + file.path, "--json")
                #expect(ended.code == 0, "\(ended.errors)")
                let report = try ended.json
                new += try #require(report["threads"]?["new"]?.int)
                #expect(report["lost"] == [])
                // A file and the same file after its upgrade are two of the five.
                if new == ids.count, file.path.contains("0.26") { #expect(report["messages"]?["changed"] == 0) }
            }
            #expect(new == ids.count)
            let listed = try await home.diwan("list", "--all", "--json").output.split(separator: "\n")
            #expect(listed.count == ids.count)
            digests.append(try await RealData.digest(of: home))
            // All of them again: nothing is new.
            for file in order {
                let again = try await home.diwan("import", Self.folder + file.path, "--json").json
                #expect(again["threads"]?["new"] == 0 && again["messages"]?["new"] == 0, "\(file.path)")
            }
            #expect(try await RealData.digest(of: home) == digests.last)
        }
        #expect(digests[0] == digests[1])
    }
}
