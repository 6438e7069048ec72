import ConversationService
import ConversationStorage
import Conversations
import Foundation
import ModelUpstream
import ModelWire
import OrderedJSON
import TestSupport
import Testing

/// Going on with another model: what it cannot take is left out by rule and said once.
@Suite(.serialized)
struct PortabilityTests {
    private static let thinking = #"""
        {"id":"resp_1","object":"response","created_at":1790000000,"status":"completed","model":"m-2026","output":[
        {"id":"rs_1","type":"reasoning","summary":[],"encrypted_content":"gA-SEALED"},
        {"id":"msg_1","type":"message","status":"completed","role":"assistant",
        "content":[{"type":"output_text","text":"Because.","annotations":[]}]}],
        "usage":{"input_tokens":9,"output_tokens":3,"total_tokens":12}}
        """#

    /// A home with two upstreams of one server: `scripted` thinks, `other` speaks chat and its model takes text alone.
    private static func home(_ server: ScriptedServer) throws -> Home {
        try Home(
            server, .responses,
            more: """
                [upstreams.other]
                url = "\(server.url)/v1"
                dialect = "chat"
                key_env = "SCRIPTED_KEY"
                model = "plain"
                retries = 0
                [models."plain"]
                window = 1000
                input = ["text"]
                """)
    }

    private static func server() throws -> ScriptedServer {
        try ScriptedServer { exchange in
            if exchange.request.target == "/v1/responses" {
                try exchange.respond(body: thinking)
            } else {
                try exchange.respond(body: Answers.completion("Plainly."))
            }
        }
    }

    @Test func `another model is not sent what one thought, and that is said once`() async throws {
        let server = try Self.server()
        let home = try Self.home(server)
        try await home.diwan("ask", "--no-stream", "Why?")
        let own = try await home.diwan("ask", "--no-stream", "-c", "And?")
        #expect(server.requests.last?.text.contains("gA-SEALED") == true)
        #expect(own.errors.contains("difference") == false, "\(own.errors)")

        let note = "is sent with a difference: the reasoning of 2 answers stays behind: other models thought it."
        let other = try await home.diwan("ask", "--no-stream", "-c", "-m", "other/plain", "So?")
        #expect(other.code == 0, "\(other.errors)")
        #expect(other.errors.contains("For other/plain this thread " + note), "\(other.errors)")
        #expect(server.requests.last?.text.contains("gA-SEALED") == false)
        let again = try await home.diwan("ask", "--no-stream", "-c", "-m", "other/plain", "So?")
        #expect(!again.errors.contains("difference"))
        // What is only to be seen is said each time, and asks nobody.
        let requests = server.requests.count
        let dry = try await home.diwan("ask", "-c", "--dry-run", "-m", "other/plain", "So?")
        #expect(dry.errors.contains(note))
        #expect(server.requests.count == requests)
        // Back at the first, its own thoughts go along again.
        let back = try await home.diwan("ask", "--no-stream", "-c", "-m", "scripted/test-model", "Back?")
        #expect(server.requests.last?.text.contains("gA-SEALED") == true)
        #expect(!back.errors.contains("difference"), "\(back.errors)")
        try await home.expectSound()
    }

    @Test func `a picture for a model that takes none is named, and that is said each time it is asked`() async throws {
        let server = try Self.server()
        let home = try Self.home(server)
        let picture = try home.write([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], to: "cat.png")
        for _ in 0..<2 {
            let ended = try await home.diwan("ask", "--no-stream", "-m", "other/plain", "Who?", "-a", picture)
            #expect(ended.errors.contains("a picture is only named: this model takes none"), "\(ended.errors)")
            #expect(
                server.requests.last?.json["messages"]?[0]?["content"]?.string == "Who?\n[cat.png, not shown here]")
        }
        let on = try await home.diwan("ask", "--no-stream", "-c", "-m", "other/plain", "And?", "-a", picture)
        #expect(on.errors.contains("2 pictures are only named"), "\(on.errors)")
        let quiet = try await home.diwan("ask", "--no-stream", "-c", "-m", "other/plain", "And now?")
        #expect(!quiet.errors.contains("only named"), "\(quiet.errors)")
        // Once erased, nothing remembers that the thread was.
        let thread = try await home.diwan("show", "--json").json["thread"]?["id"]?.string ?? "?"
        try await home.diwan("erase", "@", "--yes")
        let remembered = try await home.shell("grep -c 'losses:\(thread)' \(home.folder)/data/diwan/vault.db || true")
        #expect(remembered.line == "0")
    }

    @Test func `a call from before the rules had a number is rebuilt as it was sent`() async throws {
        let server = try ScriptedServer { try $0.respond(body: Answers.completion("Yes.")) }
        try await InProcessService.with(server.url, .chat) { room in
            let asked: [(role: Role, parts: [MessagePart])] = [
                (.developer, [.text("be kind")]), (.user, [.text("hello")]),
            ]
            let answered = try await room.ask(room.question(.newThread(tags: [], title: nil), asked))
            let call = try await room.service.vault.call(answered.call.id)
            #expect(call.plan?.rules == RequestRules())
            #expect(try await room.service.requestBody(of: call) == server.requests.last?.body)
            #expect(server.requests.last?.text.contains("developer") == false)
            let old = CallID(at: Timestamp(milliseconds: 1_700_000_000_000))
            _ = try await room.service.vault.begin(
                NewCall(
                    id: old, place: .thread(call.threadID, tip: answered.thread.tipID), parent: call.questionID,
                    question: [], title: nil, upstream: call.upstream, dialect: .chat, modelRequested: "m",
                    modelSent: "m", parameters: CallParameters(), instructions: nil,
                    plan: .whole(messageCount: 2, mode: .auto), movesTip: false,
                    queuedAt: Timestamp(milliseconds: 1_700_000_000_000)))
            let rebuilt = try await room.service.requestBody(of: room.service.vault.call(old))
            #expect(String(decoding: rebuilt, as: UTF8.self).contains("developer"))
        }
    }

    @Test func `a path of words alone is seen to lose nothing`() async throws {
        let server = try ScriptedServer { try $0.respond(body: Answers.completion("Yes.")) }
        try await InProcessService.with(server.url, .chat) { room in
            var place = Question.Place.newThread(tags: [], title: nil)
            for _ in 0..<3 {
                let answered = try await room.ask(room.question(place, [(.user, [.text("hello")])]))
                place = .tip(of: answered.thread.id)
            }
            let tip = try #require(try await room.service.vault.threads().first?.tipID)
            #expect(try await !room.service.vault.holdsMoreThanWords(onPathTo: tip))
            let strict = Upstream(name: "strict", url: "https://api.deepseek.com", dialect: .chat)
            #expect(try await room.service.losses(ofPathTo: tip, sending: strict, model: "m").isEmpty)
            let picture = MessagePart.image(MessageMedia(source: .url("https://e.test/i.png")))
            _ = try await room.ask(room.question(place, [(.user, [.text("see"), picture])]))
            let after = try #require(try await room.service.vault.threads().first?.tipID)
            #expect(try await room.service.vault.holdsMoreThanWords(onPathTo: after))
            let losses = try await room.service.losses(ofPathTo: after, sending: strict, model: "m")
            #expect(losses.map(\.kind) == [.image] && losses.first?.positions == [6])
            #expect(try await room.service.losses(ofPathTo: after, sending: room.upstream, model: "m").isEmpty)
        }
    }

    @Test func `a replay says before it asks what its models cannot take, and sends none of it`() async throws {
        let server = try Self.server()
        let home = try Self.home(server)
        let picture = try home.write([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], to: "cat.png")
        #expect(try await home.diwan("ask", "--no-stream", "-a", picture, "Who?").code == 0)
        let planned = try await home.diwan("replay", "@", "-m", "other/plain", "--dry-run", "--json")
        #expect(planned.code == 0, "\(planned.errors)")
        #expect(try planned.json["models"]?[0]?["losses"]?.array?.isEmpty == false, "\(planned.output)")
        let replayed = try await home.diwan("replay", "@", "-m", "other/plain", "--no-stream")
        #expect(replayed.code == 0, "\(replayed.errors)")
        #expect(
            replayed.errors.contains("For other/plain the history is sent with a difference: "), "\(replayed.errors)")
        #expect(
            server.requests.last?.json["messages"]?[0]?["content"]?.string == "Who?\n[cat.png, not shown here]")
    }
}
