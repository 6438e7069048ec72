import ConversationService
import ConversationStorage
import Conversations
import Foundation
import ModelUpstream
import OrderedJSON
import TestSupport
import Testing

/// Answers side by side, by the whole program.
@Suite(.serialized)
struct CompareTests {
    /// Each model has its own answer to each question.
    private static let models: @Sendable (ScriptedExchange) throws -> Void = { exchange in
        let question = exchange.request.conversation.last ?? ""
        let model = exchange.request.json["model"]?.string ?? ""
        let when = question.contains("low") ? "six" : "noon"
        let answers = [
            "test-model": "High water comes at \(when), in the old harbour.",
            "dusk": "High water comes at dusk, in the old harbour.", "zh": "高潮在中午到来。",
            "ar": "يأتي المد العالي عند الظهر.",
        ]
        try exchange.say(answers[model] ?? "As \(model) has it: \(when).", promptTokens: 10)
    }

    private static let price = #"price = { input = 1.0, output = 1000.0 }"#

    private func home(_ server: ScriptedServer) throws -> Home {
        try Home(server, .chat, more: "[models.dusk]\n\(Self.price)")
    }

    private func handle(_ home: Home) async throws -> String {
        try await home.diwan("show", "--json").json["thread"]?["handle"]?.string ?? "?"
    }

    @Test func `a question's answers are shown with the words that changed, marked without colour`() async throws {
        let server = try ScriptedServer(Self.models)
        let home = try home(server)
        try await home.diwan("ask", "When is high water?")
        let thread = try await handle(home)
        try await home.diwan("retry", "-m", "dusk")
        try await home.diwan("switch", "\(thread)/2.1")
        let shown = try await home.diwan("compare", "\(thread)/2")
        #expect(shown.code == 0, "\(shown.errors)")
        #expect(shown.output.contains("High water comes at [-noon-]{+dusk+}, in the old harbour."), "\(shown.output)")
        #expect(shown.output.contains("test-model (original)") && shown.output.contains("\(thread)/2.2"))
        #expect(!shown.output.contains("\u{1B}["))
        // By its question it is the same; of the whole thread there is a table besides.
        #expect(try await home.diwan("compare", "\(thread)/1").output == shown.output)
        let whole = try await home.diwan("compare", thread)
        #expect(whole.output.contains("[-noon-]{+dusk+}") && whole.output.contains("1/1"), "\(whole.output)")
        // 10 tokens at 1 and 1 at 1000 for a million.
        #expect(whole.output.contains("$0.0010"), "\(whole.output)")
        try await home.diwan("ask", "Only once?")
        let single = try await home.diwan("compare", "@")
        #expect(single.code == 66 && single.errors.contains("diwan replay"), "\(single.errors)")
    }

    @Test func `what --json prints is what its help says, name for name`() async throws {
        let server = try ScriptedServer { exchange in
            if exchange.request.json["model"] == "judge" { return try exchange.say("TIE\nBoth are right.") }
            try Self.models(exchange)
        }
        let home = try home(server)
        try await home.diwan("ask", "When is high water?", "-m", "dusk")
        try await home.diwan("retry", "-m", "dusk")
        let printed = try await home.diwan("compare", "@", "--judge", "scripted/judge", "--json")
        #expect(printed.code == 0, "\(printed.errors)")
        let topic = try await home.diwan("help", "json", "--json").json["text"]?.string ?? ""
        let shape = try #require(topic.split(separator: "\n\n").first { $0.contains(#"{"object":"compare""#) })
        let documented = shape.split(separator: "\"", omittingEmptySubsequences: false).enumerated()
            .filter { $0.offset % 2 == 1 }.map { String($0.element) }.filter { $0 != "compare" }
        var json = try printed.json
        #expect(json["turns"]?.array?.count == 1)
        // The candidate has every field filled; of the original some are null.
        guard var object = json.object, var turn = json["turns"]?[0]?.object, let answers = turn["answers"]?.array,
            let arms = json["arms"]?.array
        else {
            Issue.record("\(printed.output)")
            return
        }
        turn["answers"] = .array(Array(answers.suffix(1)))
        object["turns"] = .array([.object(turn)])
        object["arms"] = .array(Array(arms.suffix(1)))
        json = .object(object)
        #expect(Self.names(in: json) == documented)
        #expect(json["arms"]?[0]?["verdicts"]?["tie"] == 1)
        #expect(json["turns"]?[0]?["answers"]?[0]?["verdict"] == "tie")
        #expect(json["turns"]?[0]?["answers"]?[0]?["similarity"]?.double == 1)
        #expect(json["turns"]?[0]?["answers"]?[0]?["changes"]?[0]?[0] == "equal")
    }

    /// Every name in a document, in its order, of lists those of their first element.
    private static func names(in json: JSON) -> [String] {
        if let object = json.object { return object.keys.flatMap { [$0] + names(in: object[$0] ?? .null) } }
        return json.array?.first.map { names(in: $0) } ?? []
    }

    @Test func `branches that ask copies of the questions are the same questions, an arm each`() async throws {
        let server = try ScriptedServer(Self.models)
        let home = try home(server)
        try await home.diwan("ask", "When is high water?")
        let thread = try await handle(home)
        try await home.diwan("ask", "-t", thread, "And low water?")
        // Another model on a branch of its own, question by question.
        try await home.diwan("retry", "\(thread)/2", "-m", "zh")
        try await home.diwan("ask", "-t", thread, "-m", "zh", "And low water?")
        try await home.diwan("retry", "\(thread)/2", "-m", "ar")
        try await home.diwan("ask", "-t", thread, "-m", "ar", "And low water?")
        try await home.diwan("switch", "\(thread)/2.1")
        let printed = try await home.diwan("compare", thread, "--json")
        #expect(printed.code == 0, "\(printed.errors)")
        let json = try printed.json
        #expect(json["arms"]?.array?.compactMap { $0["model"]?.string }.suffix(2) == ["zh", "ar"], "\(printed.output)")
        let turns = json["turns"]?.array ?? []
        #expect(turns.first?["answers"]?.array?.map { $0["arm"]?.int } == [0, 1, 2])
        #expect(turns.first?["answers"]?[1]?["words"] == 7)
        #expect(turns.first?["answers"]?[1]?["characters"] == 8)
    }

    @Test func `a replay is a line an arm, then the turns that differ most, with addresses`() async throws {
        let server = try ScriptedServer { exchange in
            let model = exchange.request.json["model"]?.string
            if model == "gone" {
                return try exchange.respond(status: 400, body: #"{"error":{"message":"no","code":"invalid"}}"#)
            }
            try Self.models(exchange)
        }
        let home = try home(server)
        try await InProcessService.with(server.url, .chat) { scripted in
            var place = Question.Place.newThread(tags: [], title: nil)
            var last: AnsweredQuestion?
            for number in 1...12 {
                last = try await scripted.ask(
                    scripted.question(place, [(.user, [.text("When is high water on day \(number)?")])]))
                place = .tip(of: try #require(last).thread.id)
            }
            let thread = try #require(last).thread
            let targets = ["dusk", "zh", "gone"].map {
                ReplayTarget(upstream: scripted.upstream, key: APIKey(secret: "sk-test", origin: "test"), model: $0)
            }
            let outcome = try await scripted.service.replay(
                ReplayRequest(
                    mode: .anchored, origins: [try #require(last?.answers.last?.id)], targets: targets),
                sleep: { _ in }, event: { _ in })
            let file = scripted.service.vault.file
            let shown = try await home.diwan("compare", outcome.replay.handle, "--vault", file)
            #expect(shown.code == 0, "\(shown.errors)")
            let lines = shown.output.split(separator: "\n")
            let dusk = try #require(lines.first { $0.contains("dusk") })
            #expect(dusk.contains("12/12") && dusk.contains("fp_e2e") && dusk.contains("$"), "\(dusk)")
            let gone = try #require(lines.first { $0.hasPrefix("gone") })
            #expect(gone.contains("failed"), "\(gone)")
            // Those in another script differ most: ten of them are shown, with where they stand.
            #expect(shown.output.components(separatedBy: "高潮").count - 1 == 10, "\(shown.output)")
            #expect(shown.output.contains("\(thread.handle)/2.3") || shown.output.contains("\(thread.handle)/2.2"))
            #expect(shown.errors.contains("14 more answers differ less"), "\(shown.errors)")
            let json = try await home.diwan("compare", outcome.replay.handle, "--vault", file, "--json").json
            #expect(json["of"] == "replay")
            #expect(json["arms"]?.array?.map { $0["done"]?.int } == [12, 12, 12, 0], "\(json["arms"]?.text() ?? "")")
            #expect(json["arms"]?[3]?["status"] == "failed")
            #expect(json["turns"]?.array?.count == 12)
            let all = try await home.diwan("compare", outcome.replay.handle, "--vault", file, "--all")
            #expect(all.output.components(separatedBy: "[-noon-]{+dusk+}").count - 1 == 12)
        }
    }

    @Test func `a page needs nothing else, and turns no text of a model into markup`() async throws {
        let server = try ScriptedServer { exchange in
            if exchange.request.json["model"] == "dusk" {
                return try exchange.say("<script src=\"http://evil.example/x.js\"></script> <img src=x> at dusk")
            }
            if exchange.request.json["model"] == "hacker" {
                return try exchange.say("<img src=\"http://evil.example/x.js\"></script> <img src=x> at dawn")
            }
            try Self.models(exchange)
        }
        let home = try home(server)
        try await home.diwan("ask", "متى المد العالي؟", "-m", "dusk")
        try await home.diwan("retry", "-m", "hacker")
        let file = home.folder + "/page.html"
        let written = try await home.diwan("compare", "@", "--html", file)
        #expect(written.code == 0 && written.output.isEmpty, "\(written.errors)")
        let page = try String(contentsOfFile: file, encoding: .utf8)
        #expect(page.contains("<del>img</del><ins class=\"instead\">script</ins>") && page.hasSuffix("</html>\n"))
        for forbidden in ["<script", "<img", "<link", "<iframe", " href=", "url(", "@import", "javascript:"] {
            #expect(!page.contains(forbidden), "\(forbidden)")
        }
        #expect(page.contains("default-src 'none'") && page.contains("dir=\"auto\""))
        #expect(page.contains("prefers-color-scheme: dark") && page.contains("width=device-width"))
        #expect(page.contains("&lt;img src=&quot;"))
        #expect(try await home.diwan("compare", "@", "--html", "-").output == page)
        let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int
        #expect(mode == 0o600)
    }

    @Test func `answers that have little in common are read as they are, beside how the original begins`() async throws
    {
        let server = try ScriptedServer(Self.models)
        let home = try home(server)
        try await home.diwan("ask", "When is high water?")
        let thread = try await handle(home)
        try await home.diwan("retry", "-m", "zh")
        try await home.diwan("switch", "\(thread)/2.1")
        let shown = try await home.diwan("compare", thread)
        #expect(shown.output.contains("    高潮在中午到来。\n"), "\(shown.output)")
        #expect(shown.output.contains("    High water comes at noon, in the old harbour.\n"))
        let page = try await home.diwan("compare", thread, "--html", "-").output
        #expect(page.contains(">高潮在中午到来。</div>") && !page.contains("<del>High"), "\(page)")
        // A program has every change, whatever people are shown.
        let json = try await home.diwan("compare", thread, "--json").json
        #expect(json["turns"]?[0]?["answers"]?[1]?["changes"]?[0]?[0] == "removed")
    }

    @Test func `a replay names a question once, and under it each answer, those of other words beside the original`()
        async throws
    {
        let server = try ScriptedServer(Self.models)
        let home = try home(server)
        try await home.diwan("ask", "When is high water?")
        let replayed = try await home.diwan("replay", "@", "-m", "dusk", "-m", "zh", "-y")
        #expect(replayed.code == 0, "\(replayed.errors)")
        let replays = try await home.diwan("replays", "--json").output
        let replay = try #require(try JSON(parsing: [UInt8](replays.utf8))["handle"]?.string)
        let shown = try await home.diwan("compare", replay)
        #expect(shown.output.components(separatedBy: "/1  When is high water?").count == 2, "\(shown.output)")
        let places = ["original · ", "comes at noon, in", "zh · ", "高潮", "dusk · ", "[-noon-]{+dusk+}"].map {
            shown.output.range(of: $0, options: .backwards)?.lowerBound
        }
        #expect(
            !places.contains(nil) && places.compactMap(\.self) == places.compactMap(\.self).sorted(), "\(shown.output)")
    }

    // MARK: - Judges

    /// Prefers what says "dusk", wherever it stands.
    private static let judge: @Sendable (ScriptedExchange) throws -> Void = { exchange in
        guard exchange.request.json["model"] == "judge" else { return try models(exchange) }
        let asked = exchange.request.conversation.last ?? ""
        let first = asked.components(separatedBy: "<second>")[0]
        try exchange.say(first.contains("dusk") ? "FIRST\nDusk it is." : "**Second.**\nIt says dusk.")
    }

    private func judged(_ server: ScriptedServer) -> [RecordedRequest] {
        server.requests.filter { $0.json["model"] == "judge" }
    }

    @Test func `a judge sees each pair in both orders, once, in a thread that says whose it is`() async throws {
        let server = try ScriptedServer(Self.judge)
        let home = try home(server)
        try await home.diwan("ask", "When is high water?")
        let thread = try await handle(home)
        try await home.diwan("retry", "-m", "dusk")
        try await home.diwan("retry", "\(thread)/2", "-m", "zh")
        try await home.diwan("switch", "\(thread)/2.1")
        let shown = try await home.diwan("compare", thread, "--judge", "scripted/judge")
        #expect(shown.code == 0, "\(shown.errors)")
        #expect(shown.errors.contains("judge judges: 4 calls"), "\(shown.errors)")
        #expect(judged(server).count == 4)
        #expect(shown.output.contains("1 better"), "\(shown.output)")
        // The one without the word is beaten by whatever stands second: the order decided, so nobody won.
        #expect(shown.output.contains("1 tie"), "\(shown.output)")
        // Each call stands alone: instructions and one question, neither the other verdicts nor the other answers.
        for request in judged(server) { #expect(request.conversation.count == 2) }
        let bodies = judged(server).map { $0.conversation.last ?? "" }
        let noonFirst = bodies.filter { $0.contains("<first>\nHigh water comes at noon") }
        #expect(noonFirst.count == 2)
        // Known by the next command, for the same judge only, and asked again when a person says so.
        let known = try await home.diwan("compare", thread, "--judge", "scripted/judge", "--json")
        #expect(judged(server).count == 4)
        #expect(try known.json["arms"]?[1]?["verdicts"]?["better"] == 1)
        #expect(try await home.diwan("compare", thread).output.contains("1 better"))
        #expect(try await home.diwan("compare", thread, "--judge", "scripted/judge", "--again").code == 0)
        #expect(judged(server).count == 8)
        let threads = try await home.diwan("list", "--programs", "--json").output.split(separator: "\n").map {
            try JSON(parsing: String($0))
        }
        let judges = threads.filter { $0["from"]?["program"] == "diwan compare" }
        #expect(judges.count == 2)
        #expect(judges.first?["title"]?.string == "Judging \(thread)")
        // They are calls like any others.
        let calls = try await home.diwan("calls", "--json").output.split(separator: "\n")
        #expect(calls.filter { $0.contains(#""model_requested":"judge""#) }.count == 8)
        try await home.expectSound()
    }

    @Test func `more than twenty calls are asked about, and a judge that fails leaves what it said`() async throws {
        let server = try ScriptedServer { exchange in
            if exchange.request.json["model"] == "judge",
                exchange.request.conversation.last?.contains("As m9 has") == true
            {
                return try exchange.respond(status: 401, body: #"{"error":{"message":"no","code":"invalid_api_key"}}"#)
            }
            try Self.judge(exchange)
        }
        let home = try home(server)
        try await home.diwan("ask", "When is high water?")
        let thread = try await handle(home)
        for number in 1...11 { try await home.diwan("retry", "\(thread)/2", "-m", "m\(number)") }
        try await home.diwan("switch", "\(thread)/2.1")
        let unasked = try await home.diwan("compare", thread, "--judge", "scripted/judge")
        #expect(unasked.code == 64 && unasked.errors.contains("22 calls"), "\(unasked.errors)")
        #expect(judged(server).isEmpty)
        let failed = try await home.diwan("compare", thread, "--judge", "scripted/judge", "-y")
        #expect(failed.code == 77, "\(failed.errors)")
        let before = judged(server).count
        // What was said is kept: only the rest is asked.
        let again = try await home.diwan("compare", thread, "--judge", "scripted/judge", "-y")
        #expect(again.code == 77)
        #expect(again.errors.contains("judges: ") && !again.errors.contains("22 calls"), "\(again.errors)")
        #expect(judged(server).count - before < 22)
        try await home.expectSound()
    }

    @Test func `erasing an answer takes the copies that a judge was shown along`() async throws {
        let server = try ScriptedServer(Self.judge)
        let home = try home(server)
        try await home.diwan("ask", "Wherefore xylophagous?")
        let thread = try await handle(home)
        try await home.diwan("retry", "-m", "dusk")
        #expect(try await home.diwan("compare", thread, "--judge", "scripted/judge").code == 0)
        #expect(try await home.diwan("search", "xylophagous", "--json").output.contains(#""object":"hit""#))
        let erased = try await home.diwan("erase", thread, "-y")
        #expect(erased.code == 0, "\(erased.errors)")
        for name in try FileManager.default.contentsOfDirectory(atPath: home.folder + "/data/diwan") {
            let data = FileManager.default.contents(atPath: home.folder + "/data/diwan/" + name) ?? Data()
            #expect(data.range(of: Data("xylophagous".utf8)) == nil, "\(name)")
            #expect(data.range(of: Data("in the old harbour".utf8)) == nil, "\(name)")
        }
        try await home.expectSound()
    }
}
