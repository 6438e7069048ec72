import ConversationService
import ConversationStorage
import Conversations
import OrderedJSON
import Testing

@testable import Commands

struct HelpTests {
    @Test(arguments: HelpTopic.all.map(\.name))
    func `tables of a topic fit a terminal of eighty columns`(name: String) throws {
        let topic = try #require(HelpTopic.all.first { $0.name == name })
        for line in topic.laidOut(columns: 80).split(separator: "\n") {
            #expect(TerminalText.columns(of: line) <= 80, "\(line)")
        }
    }

    @Test func `paragraphs are laid out to the reader's columns`() {
        let topic = HelpTopic(name: "t", about: "", text: "one two three\nfour\n\n  as it   is\nfive")
        #expect(topic.laidOut(columns: 20) == "one two three four\n\n  as it   is\nfive")
        #expect(topic.laidOut(columns: 100) == "one two three four\n\n  as it   is\nfive")
    }

    /// The names at the top of the shape that the json topic gives for an object, in their order.
    private func documented(_ object: String) throws -> [String] {
        let text = HelpTopic.json.text
        let start = try #require(text.firstRange(of: "{\"object\":\"\(object)\""))
        var depth = 0
        var names: [String] = []
        var isName = true
        var word: String?
        for character in text[start.lowerBound...] {
            if var current = word {
                if character == "\"" {
                    if depth == 1, isName { names.append(current) }
                    word = nil
                    isName = false
                } else {
                    current.append(character)
                    word = current
                }
                continue
            }
            switch character {
            case "\"": word = ""
            case "{", "[":
                depth += 1
                isName = true
            case "}", "]":
                depth -= 1
                if depth == 0 { return names }
            case ",": isName = true
            default: break
            }
        }
        return names
    }

    @Test func `the json topic names the fields of a thread, a message and a tree as they are printed`() throws {
        let time = Timestamp(milliseconds: 0)
        let thread = ChatThread(
            id: ThreadID(at: time), handle: "k3f9", title: nil, titleIsGiven: false, instructions: nil, model: nil,
            upstream: nil, tipID: nil, origin: nil, tags: [], messageCount: 0, branchCount: 0, createdAt: time,
            activeAt: time, pinnedAt: nil, archivedAt: nil, trashedAt: nil)
        #expect(try documented("thread") == thread.json.object?.keys)
        let message = Message(
            id: MessageID(at: time), threadID: thread.id, parentID: nil, position: 0, lineage: .beginning, role: .user,
            parts: [], createdAt: time)
        let placed = PlacedMessage(message: message, address: "k3f9/1", isOnTipPath: true, labels: [])
        #expect(try documented("message") == placed.json.object?.keys)
        let tree = PlacedTree(
            thread: thread, tree: MessageTree([message], showsTrash: false), messages: [placed]
        ).json
        #expect(try documented("tree") == tree.object?.keys)
        #expect(tree["messages"]?[0]?.object?.keys == (placed.json.object?.keys ?? []) + ["children"])
    }

    @Test func `the json topic names the fields of usage, drift and a canary as they are printed`() throws {
        let usage = UsageReport(by: .day, [], total: [], prices: ModelCatalogue.shipped).json(
            from: nil, upTo: nil, timeZone: "UTC")
        #expect(try documented("usage") == usage.object?.keys)
        #expect(try documented("drift") == BackendHistory(upstream: "u", model: "m", []).json.object?.keys)
        let time = Timestamp(milliseconds: 0)
        let canary = Canary(
            id: CanaryID(at: time), handle: "k3f9", threadID: ThreadID(at: time), originID: MessageID(at: time),
            upstream: "u", model: "m", settings: [:], everySeconds: 60, createdAt: time, dueAt: time, runIDs: [])
        #expect(try documented("canary") == canary.json.object?.keys)
        let replay = Replay(
            id: ReplayID(at: time), handle: "k3f9", mode: .anchored, settings: [:], arms: [], startedAt: time,
            finishedAt: nil)
        let run = CanaryRun(canary: canary, replay: replay, beforeID: nil, turns: [])
        #expect(try documented("canary_run") == run.json { _ in nil }.object?.keys)
    }

    @Test func `the json topic names the fields of an error as they are printed`() throws {
        #expect(try documented("error") == CommandFailure.usage("x").json.object?.keys)
    }

    @Test func `every exit code is explained`() {
        for code in [0, 1, 64, 65, 66, 69, 74, 75, 77, 78, 130] {
            #expect(
                HelpTopic.errors.text.split(separator: "\n").contains { $0.split(separator: " ").first == "\(code)" })
        }
    }

    @Test func `a manual page escapes whatever roff would obey`() throws {
        #expect(Roff.escaped("a\\b-c") == "a\\eb\\-c")
        #expect(Roff.escaped("…") == "\\[u2026]")
        var page = Roff()
        page.paragraphs(".SH not a heading\n'nor this\n\n  .x as it is")
        #expect(page.written == "\\&.SH not a heading \\(aqnor this\n.PP\n.nf\n  .x as it is\n.fi\n")
    }

    @Test func `the manual page has every command once and every topic`() throws {
        let page = try DiwanCommand.manualPage().roff
        let lines = page.split(separator: "\n")
        for verb in DiwanCommand.shownVerbs { #expect(lines.count { $0 == ".SS \"diwan \(verb)\"" } == 1, "\(verb)") }
        for topic in HelpTopic.all { #expect(lines.contains(".SH \"\(topic.name.uppercased())\"")) }
        #expect(page.utf8.allSatisfy { $0 < 0x80 })
        #expect(!page.contains("complete\\-words"))
    }

    @Test func `a shell is given words as it reads them`() {
        let word = CompletionWord(word: "local/llama3:8b", about: "a title: with a colon")
        #expect(word.written(for: "zsh") == "local/llama3\\:8b:a title: with a colon")
        #expect(word.written(for: "fish") == "local/llama3:8b\ta title: with a colon")
        #expect(word.written(for: "bash") == "local/llama3:8b")
        #expect(word.written(for: nil) == "local/llama3:8b")
    }

    @Test func `a completion script has one help, ours`() {
        let script = CompletionScript.withoutSecondHelp(
            "a|help|help)\n_diwan_help() {\nours\n}\n\n_diwan_help() {\ntheirs\n}\n\nend\n'help:Show subcommand help information.'\n"
        )
        #expect(script.contains("ours"))
        #expect(!script.contains("theirs"))
        #expect(script.contains("a|help)"))
        #expect(script.contains("end"))
        #expect(!script.contains("Show subcommand"))
    }
}
