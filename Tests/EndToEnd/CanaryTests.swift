import OrderedJSON
import TestSupport
import Testing

/// Questions that are asked again every so often, as typed.
@Suite(.serialized)
struct CanaryTests {
    /// An upstream whose answers are what a test has it say: the question's words and these.
    private final class Upstream: Sendable {
        struct Saying {
            var text = "as ever"
            var fingerprint = "fp_e2e"
            var isRefusing = false
        }
        let saying = Watched(Saying())
        let server: ScriptedServer

        init() throws {
            let saying = saying
            server = try ScriptedServer { exchange in
                let now = saying.value
                guard !now.isRefusing else {
                    return try exchange.respond(status: 400, body: #"{"error":{"message":"No."}}"#)
                }
                let asked = exchange.request.conversation.last ?? ""
                let events = Answers.chatEvents(["\(asked.split(separator: " ").last ?? "") \(now.text)"])
                try exchange.stream(events.map { $0.replacing("fp_e2e", with: now.fingerprint) })
            }
        }
    }

    private func home(_ upstream: Upstream) async throws -> Home {
        let home = try Home(upstream.server, .chat)
        #expect(try await home.diwan("ask", "When is One").code == 0)
        #expect(try await home.diwan("ask", "-c", "And Two").code == 0)
        return home
    }

    @Test func `a canary says what changed since the last time, and only then`() async throws {
        let upstream = try Upstream()
        let home = try await home(upstream)
        let added = try await home.diwan("canary", "add", "@", "--every", "1d", "--seed", "7", "--json")
        #expect(added.code == 0, "\(added.errors)")
        #expect(try added.json["every_seconds"] == 86_400 && added.json["parameters"]?["seed"] == 7)
        let tip = try await home.path().last?["id"]

        let first = try await home.diwan("canary", "run")
        #expect(first.code == 0 && first.output.contains("first run, 2 answers"), "\(first.output)\(first.errors)")
        // It is not due again before tomorrow.
        let early = try await home.diwan("canary", "run")
        #expect(early.code == 0 && early.output.isEmpty && early.errors.contains("No canary is due"))

        let same = try await home.diwan("canary", "run", "@", "--fail-on-change")
        #expect(same.code == 0 && same.output.contains("nothing changed (2 answers)"), "\(same.output)\(same.errors)")

        upstream.saying.change { $0.text = "never again so" }
        let other = try await home.diwan("canary", "run", "@", "--json")
        #expect(other.code == 0, "\(other.errors)")
        let run = try other.json
        #expect(run["changed"] == true && run["turns"]?.array?.count == 2)
        #expect(run["turns"]?[0]?["words"]?["removed"] == 2 && run["turns"]?[0]?["words"]?["added"] == 3)
        #expect(run["turns"]?[0]?["system_fingerprint"] == .null)
        // What changed once is the same from then on.
        #expect(try await home.diwan("canary", "run", "@", "--fail-on-change").code == 0)

        upstream.saying.change { $0.fingerprint = "fp_new" }
        let fingerprint = try await home.diwan("canary", "run", "@", "--fail-on-change")
        #expect(fingerprint.code == 1)
        #expect(fingerprint.output.contains("fp_e2e → fp_new"), "\(fingerprint.output)")
        #expect(fingerprint.errors.contains("test-model at scripted changed: fp_e2e since"), "\(fingerprint.errors)")

        // The thread goes on from where it did; its tree has the answers that differ, and a label for each such run.
        #expect(try await home.path().last?["id"] == tip)
        let tree = try await home.diwan("tree")
        #expect(tree.output.contains("canary-20"), "\(tree.output)")
        let shown = try await home.diwan("tree", "--json").json["messages"]?.array ?? []
        #expect(shown.count == 4 + 3 * 2)
        for request in upstream.server.requests.dropFirst(2) {
            #expect(request.json["seed"] == 7 && request.json["temperature"]?.double == 0)
        }
        try await home.expectSound()
    }

    @Test func `a run that got no answer is said, and gone on with the next time`() async throws {
        let upstream = try Upstream()
        let home = try await home(upstream)
        #expect(try await home.diwan("canary", "add", "@", "--every", "1h").code == 0)
        upstream.saying.change { $0.isRefusing = true }
        let failed = try await home.diwan("canary", "run")
        #expect(failed.code != 0 && failed.errors.contains("got no answer"), "\(failed.errors)")
        #expect(!failed.output.contains("nothing changed") && failed.output.contains("0 of 2 answers came"))
        upstream.saying.change { $0.isRefusing = false }
        let resumed = try await home.diwan("canary", "run", "@", "--json")
        #expect(resumed.code == 0, "\(resumed.errors)")
        #expect(try resumed.json["whole"] == true && resumed.json["before_id"] == .null)
        let listed = try await home.diwan("canary", "list", "--json").json
        #expect(listed["object"] == "canary" && listed["replay_ids"]?.array?.count == 1)
        let handle = try #require(listed["handle"]?.string)
        #expect(try await home.diwan("canary", "remove", handle).code == 0)
        #expect(try await home.diwan("canary").output.isEmpty)
        try await home.expectSound()
    }

    @Test func `quiet, as from cron, it says what changed alone, and leaves a run that is under way to its process`()
        async throws
    {
        let (held, asked, isSlow, words) = (Gate(), Gate(), Watched(false), Watched("as ever"))
        let server = try ScriptedServer { exchange in
            if isSlow.value {
                asked.open()
                held.wait()
            }
            try exchange.say(words.value)
        }
        defer { held.openForAll() }
        let home = try Home(server, .chat)
        #expect(try await home.diwan("ask", "Well?").code == 0)
        #expect(try await home.diwan("canary", "add", "@", "--every", "1s").code == 0)
        for _ in 0..<2 {
            let quiet = try await home.diwan("canary", "run", "@", "-q")
            #expect(quiet.code == 0 && quiet.output.isEmpty && quiet.errors.isEmpty, "\(quiet.output)\(quiet.errors)")
        }
        words.change { $0 = "otherwise" }
        let changed = try await home.diwan("canary", "run", "@", "-q")
        #expect(changed.code == 0 && changed.output.contains("1 of 1 answer changed"), "\(changed.output)")
        isSlow.change { $0 = true }
        let slow = try home.start(["canary", "run", "@", "-q"])
        #expect(await asked.opened())
        let second = try await home.diwan("canary", "run", "-q")
        #expect(second.code == 0 && second.output.isEmpty && second.errors.isEmpty, "\(second.output)\(second.errors)")
        let named = try await home.diwan("canary", "run", "@")
        #expect(named.code == 64 && named.errors.contains("another process is running"), "\(named.errors)")
        isSlow.change { $0 = false }
        held.openForAll()
        #expect(try await home.end(slow).code == 0)
    }

    @Test(arguments: ["0d", "1m", "soon", "", "-1d"])
    func `a period that is none is refused`(_ period: String) async throws {
        let home = try Home("http://127.0.0.1:1")
        #expect(try await home.diwan("canary", "add", "@", "--every=\(period)").code == 64)
    }
}
