import ConversationFormats
import Foundation
import Testing

@testable import Commands

struct ExportPlanTests {
    private func plan(
        _ format: String? = nil, to output: String? = nil, isTerminal: Bool = false, selects: Bool = true
    ) throws -> ExportPlan {
        try ExportPlan(format: format, output: output, isTerminal: isTerminal, selects: selects)
    }

    @Test(arguments: [
        ("a.jsonl", ConversationFormat.diwan), ("a.NDJSON", .diwan), ("a.md", .markdown), ("a.markdown", .markdown),
        ("/x y/a.html", .html), ("a.b.htm", .html),
    ])
    func `a file's ending tells the format`(output: String, format: ConversationFormat) throws {
        let plan = try plan(to: output)
        #expect(plan.format == format)
        #expect(plan.place == .file(output))
    }

    @Test(arguments: ["all.txt", "all", "all.json", ".jsonl.gz", "md"])
    func `an ending that tells nothing is asked about`(output: String) {
        let error = #expect(throws: CommandFailure.self) { try plan(to: output) }
        #expect(error?.exit == .usage)
        #expect(error?.message.contains("--format NAME") == true)
    }

    @Test func `a name of a format counts more than the ending, and an array is a .json`() throws {
        #expect(try plan("sharegpt", to: "train.json").asArray)
        #expect(try !plan("sharegpt", to: "train.jsonl").asArray)
        #expect(try plan("markdown", to: "a.jsonl").format == .markdown)
        #expect(try plan("diwan", to: "all").format == .diwan)
    }

    @Test func `what cannot be written is said with what can`() {
        let error = #expect(throws: CommandFailure.self) { try plan("chatgpt") }
        #expect(
            error?.message == "no such format to write: chatgpt. There are diwan, markdown, html, sharegpt, openai.")
    }

    @Test func `a folder ends in a slash or is there, and gets documents`() throws {
        let there = FileManager.default.temporaryDirectory.path
        #expect(try plan(to: "notes/") == plan("markdown", to: "notes/"))
        #expect(try plan(to: "notes/").place == .folder("notes"))
        #expect(try plan("html", to: there).place == .folder(there))
        #expect(try plan(to: "/").place == .folder("/"))
        for format in ["diwan", "sharegpt", "openai"] {
            #expect(throws: CommandFailure.self) { try plan(format, to: "notes/") }
        }
    }

    @Test func `a home is the person's`() throws {
        #expect(try plan(to: "~/a.md").place == .file(NSHomeDirectory() + "/a.md"))
    }

    @Test func `a pipe gets everything, a terminal asks what`() throws {
        #expect(try plan(selects: false) == plan("diwan"))
        #expect(try plan().place == .standardOutput)
        #expect(try plan(isTerminal: true).place == .standardOutput)
        #expect(try plan(to: "all.jsonl", isTerminal: true, selects: false).format == .diwan)
        #expect(throws: CommandFailure.self) { try plan(isTerminal: true, selects: false) }
    }

    @Test func `what is left of an export that was stopped is said`() throws {
        #expect(try plan(to: "a.md").afterInterruption == "a.md is as it was.")
        #expect(try plan(to: "notes/").afterInterruption == "The documents that are in notes are whole.")
        #expect(try plan().afterInterruption == "What was written so far is not whole.")
    }
}
