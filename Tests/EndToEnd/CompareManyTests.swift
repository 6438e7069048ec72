import Foundation
import OrderedJSON
import TestSupport
import Testing

/// The answers of all the models of MT-Bench (FastChat), side by side.
@Suite(
    .serialized,
    .enabled(
        if: ProcessInfo.processInfo.environment["DIWAN_TEST_DATA"] != nil,
        "DIWAN_TEST_DATA does not say where mtbench is"))
struct CompareManyTests {
    private static var folder: URL {
        URL(filePath: ProcessInfo.processInfo.environment["DIWAN_TEST_DATA"] ?? "/").appending(path: "mtbench/mt_bench")
    }

    /// The lines of a file of JSON Lines.
    private static func lines(_ file: URL) throws -> [JSON] {
        try Data(contentsOf: file).split(separator: UInt8(ascii: "\n")).map { try JSON(parsing: Array($0)) }
    }

    /// A question as a thread of ours: every model's answer to its first turn side by side, each gone on with by the
    /// second turn.
    private static func thread(question id: Int) throws -> (lines: String, models: [String]) {
        let asked = try #require(
            try lines(folder.appending(path: "question.jsonl")).first { $0["question_id"]?.int == id })
        let turns = asked["turns"]?.array?.compactMap(\.string) ?? []
        let files = try FileManager.default.contentsOfDirectory(
            at: folder.appending(path: "model_answer"), includingPropertiesForKeys: nil
        ).sorted { $0.path < $1.path }
        var number = 0
        func newID() -> String {
            number += 1
            let digits = String(number)
            return "0195a000-0000-7000-8\(String(id).suffix(3).leftPadded(to: 3))-\(digits.leftPadded(to: 12))"
        }
        func message(
            _ id: String, in thread: String, after parent: String?, _ role: String, _ text: String, call: String?
        ) -> JSON {
            [
                "object": "message", "id": .string(id), "thread_id": .string(thread),
                "parent_id": parent.map { .string($0) } ?? .null, "role": .string(role),
                "parts": [["type": "text", "text": .string(text)]], "call_id": call.map { .string($0) } ?? .null,
                "choice": call == nil ? .null : 0, "finish_reason": .null, "status": "complete", "labels": [],
                "created_at": "2024-01-01T00:00:00.000Z", "trashed_at": .null,
            ]
        }
        let thread = newID()
        let first = newID()
        var calls: [JSON] = []
        var messages = [message(first, in: thread, after: nil, "user", turns[0], call: nil)]
        var models: [String] = []
        var tip = first
        for file in files {
            guard let answer = try lines(file).first(where: { $0["question_id"]?.int == id }),
                let texts = answer["choices"]?[0]?["turns"]?.array?.compactMap(\.string), texts.count == turns.count
            else { continue }
            let model = file.deletingPathExtension().lastPathComponent
            models.append(model)
            var parent = first
            for (turn, text) in texts.enumerated() {
                if turn > 0 {
                    let copy = newID()
                    messages.append(message(copy, in: thread, after: parent, "user", turns[turn], call: nil))
                    parent = copy
                }
                let (call, id) = (newID(), newID())
                calls.append([
                    "object": "call", "id": .string(call), "thread_id": .string(thread),
                    "question_id": .string(parent), "upstream": "mtbench", "dialect": .null,
                    "model_requested": .string(model), "model_sent": .string(model), "status": "complete",
                    "parameters": [:],
                ])
                messages.append(message(id, in: thread, after: parent, "assistant", text, call: call))
                parent = id
            }
            if models.count == 1 { tip = parent }
        }
        let head: JSON = [
            "object": "thread", "id": .string(thread), "title": .string("MT-Bench \(id)"), "title_given": true,
            "tip_id": .string(tip), "created_at": "2024-01-01T00:00:00.000Z", "tags": [],
            "call_count": .int(calls.count), "message_count": .int(messages.count),
        ]
        return (([head] + calls + messages).map { $0.text() }.joined(separator: "\n") + "\n", models)
    }

    private func home(_ questions: [Int]) async throws -> (home: Home, models: [String]) {
        let home = try Home("http://127.0.0.1:1")
        var text = #"{"object":"diwan","version":1,"exported_at":"2024-01-01T00:00:00.000Z","since":null}"# + "\n"
        var models: [String] = []
        for question in questions {
            let thread = try Self.thread(question: question)
            text += thread.lines
            models = thread.models
        }
        text += #"{"object":"end","threads":\#(questions.count),"cursor":null}"# + "\n"
        let imported = try await home.diwan("import", home.write(text, to: "mtbench.jsonl"))
        #expect(imported.code == 0, "\(imported.output)\(imported.errors)")
        return (home, models)
    }

    @Test func `every model is an arm, over both turns`() async throws {
        let (home, models) = try await home([81, 105, 120])
        #expect(models.count >= 30)
        for question in [81, 105, 120] {
            let json = try await home.diwan("compare", "MT-Bench \(question)", "--json").json
            #expect(json["arms"]?.array?.compactMap { $0["name"]?.string } == models)
            let turns = json["turns"]?.array ?? []
            #expect(turns.count == 2)
            for turn in turns {
                let answers = turn["answers"]?.array ?? []
                #expect(answers.map { $0["arm"]?.int } == Array(models.indices))
                let original = answers.first?["text"]?.string ?? ""
                for answer in answers.dropFirst() {
                    let changes = answer["changes"]?.array ?? []
                    func side(_ without: String) -> String {
                        changes.filter { $0[0]?.string != without }.compactMap { $0[1]?.string }.joined()
                    }
                    #expect(side("inserted").utf8.elementsEqual(original.utf8))
                    #expect(side("removed").utf8.elementsEqual((answer["text"]?.string ?? "").utf8))
                }
            }
        }
    }

    @Test func `thirty arms are readable on a terminal of eighty columns`() async throws {
        guard let screen = try await TmuxScreen.find() else { return }
        defer { screen.close() }
        let (home, models) = try await home([81])
        try await screen.run(
            "sh -c \"\(home.commandLine("compare", "81")) 2>&1 | head -1; \(home.commandLine("compare", "81")); sleep 600\"",
            columns: 80, rows: 120)
        #expect(await screen.shows(models.map { String($0.prefix(18)) }))
        let lines = screen.text.split(separator: "\n")
        for model in models { #expect(lines.contains { $0.hasPrefix(model) && $0.contains("2/2") }, "\(model)") }
    }
}

extension StringProtocol {
    fileprivate func leftPadded(to count: Int) -> String { String(repeating: "0", count: count - self.count) + self }
}
