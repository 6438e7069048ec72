import ConversationService
import ConversationStorage
import Conversations
import HTTPTypes
import OrderedJSON
import TestSupport
import Testing

@testable import Gateway

/// One program guesses the ids of another's things: for it they do not exist.
@Suite struct OthersThingsTests {
    private static let (mine, theirs) = ("diwan-key-of-mine", "diwan-key-of-theirs")

    /// A service in which `mine` sees its own, and `theirs` has begun a thread.
    private func with(_ work: @Sendable (RunningGateway, ToldThread) async throws -> Void) async throws {
        let (server, upstream) = try ToldThread.upstream(saying: "The secret is kestrel.")
        defer { server.stop() }
        try await RunningGateway.with(upstreams: [upstream]) { gateway in
            for (name, key) in [("mine", Self.mine), ("theirs", Self.theirs)] {
                _ = try await gateway.service.addProgram(
                    name, key: key, seesAll: false, vaultFile: nil, onDisconnect: nil)
            }
            try await work(
                gateway, try await ToldThread.begin(in: gateway, key: Self.theirs, saying: "What of the kestrel?"))
        }
    }

    /// Every name by which one of the things that a path's parameter can stand for is called.
    private static func names(of parameter: String, _ told: ToldThread, in path: String) -> [String] {
        let thread = [told.thread.id.description, told.thread.handle, ServedID.conversation(told.thread.id)]
        let message = [told.answer.description, "msg_" + ServedID.message(told.answer)]
        let call = [
            told.call.id.description, told.call.handle, ServedID.response(told.call.id),
            ServedID.completion(told.call.id),
        ]
        switch parameter {
        case "thread": return thread
        case "message": return message
        case "call": return call
        case "of": return thread + message
        case "item": return ["msg_" + ServedID.message(told.answer)]
        case "id": return path.hasPrefix("/conversations") ? [thread[2]] : Array(call[2...])
        default: return []
        }
    }

    /// A body that would change something, were it let.
    private static func body(for route: Route, _ told: ToldThread) -> String? {
        if route.name.hasSuffix("/tip") { return #"{"message_id":"\#(told.question)"}"# }
        if route.name.hasSuffix("/labels") { return #"{"label":"mine"}"# }
        if route.name.hasSuffix("/fork") { return "{}" }
        switch route.method {
        case .post: return #"{"metadata":{"a":"b"},"items":[{"role":"user","content":"x"}]}"#
        case .patch: return #"{"title":"Mine now","trashed":true}"#
        default: return nil
        }
    }

    @Test func `no endpoint that takes an id knows another's, nor changes anything`() async throws {
        try await with { gateway, told in
            let before = try await gateway.service.vault.contentDigest()
            var asked = 0
            for route in Gateway.everyRoute {
                guard case .caller = route.access, !route.name.hasPrefix("/models") else { continue }
                var targets = [""]
                var hasID = false
                for segment in route.segments {
                    var next: [String] = []
                    switch segment {
                    case .word(let word): next = targets.map { "\($0)/\(word)" }
                    case .parameter(let name), .rest(let name):
                        hasID = true
                        var names = Self.names(of: name, told, in: route.name)
                        // What has no id of theirs yet is asked for by what could be one.
                        if names.isEmpty { names = [told.call.id.description] }
                        next = targets.flatMap { target in names.map { "\(target)/\($0)" } }
                    }
                    targets = next
                }
                guard hasID else { continue }
                for target in targets {
                    let body = Self.body(for: route, told)
                    let answer = try await gateway.ask(
                        route.method.rawValue, target, ["Authorization": "Bearer \(Self.mine)"], body: body)
                    #expect(answer.status == 404, "\(route.method.rawValue) \(target): \(answer.body)")
                    #expect(!answer.body.contains("kestrel"), "\(target)")
                    asked += 1
                }
            }
            #expect(asked > 60)
            #expect(try await gateway.service.vault.contentDigest() == before)
        }
    }

    @Test func `naming another's thing in a body, a query or a header finds nothing`() async throws {
        try await with { gateway, told in
            let (thread, answer) = (ServedID.conversation(told.thread.id), ServedID.message(told.answer))
            let own = try await ToldThread.begin(in: gateway, key: Self.mine, saying: "What is mine?")
            let asks: [(String, String, [String: String], String?)] = [
                ("POST", "/v1/responses", [:], #"{"model":"m","input":"recite","conversation":"\#(thread)"}"#),
                (
                    "POST", "/v1/responses", [:],
                    #"{"model":"m","input":"recite","previous_response_id":"\#(ServedID.response(told.call.id))"}"#
                ), ("POST", "/v1/responses", [:], #"{"model":"m","input":[{"id":"msg_\#(answer)"}]}"#),
                ("POST", "/v1/responses", ["X-Diwan-Thread": told.thread.handle], #"{"model":"m","input":"recite"}"#),
                (
                    "POST", "/v1/responses/input_tokens", [:], #"{"model":"m","input":"a","conversation":"\#(thread)"}"#
                ),
                (
                    "POST", "/v1/responses/compact", [:],
                    #"{"model":"m","input":"a","previous_response_id":"\#(ServedID.response(told.call.id))"}"#
                ), ("POST", "/v1/conversations", [:], #"{"items":[{"type":"item_reference","id":"msg_\#(answer)"}]}"#),
                ("GET", "/diwan/v1/calls?thread=\(told.thread.id)", [:], nil),
                ("GET", "/diwan/v1/replays?thread=\(told.thread.id)", [:], nil),
                ("GET", "/diwan/v1/export?thread=\(told.thread.id)", [:], nil),
                ("GET", "/diwan/v1/threads?after=\(told.thread.id)", [:], nil),
                ("GET", "/diwan/v1/threads/\(own.thread.id)/path?to=\(told.answer)", [:], nil),
                (
                    "POST", "/diwan/v1/threads/\(own.thread.id)/tip", [:], #"{"message_id":"\#(told.answer)"}"#
                ),
                ("POST", "/diwan/v1/import", [:], "{}"), ("GET", "/diwan/v1/drift", [:], nil),
            ]
            for (method, target, fields, body) in asks {
                let answer = try await gateway.ask(
                    method, target, fields.merging(["Authorization": "Bearer \(Self.mine)"]) { $1 }, body: body)
                #expect(
                    [400, 403, 404].contains(answer.status), "\(method) \(target): \(answer.status) \(answer.body)")
                #expect(!answer.body.contains("kestrel"), "\(target)")
            }
        }
    }

    @Test func `no list, search, sum or export shows another's`() async throws {
        try await with { gateway, told in
            _ = try await ToldThread.begin(in: gateway, key: Self.mine, saying: "What is mine?")
            for target in [
                "/v1/conversations?query=kestrel", "/v1/conversations?limit=100", "/v1/chat/completions",
                "/diwan/v1/threads?all=true", "/diwan/v1/threads?query=kestrel", "/diwan/v1/threads?trash=true",
                "/diwan/v1/calls", "/diwan/v1/replays", "/diwan/v1/usage?by=thread", "/diwan/v1/usage?by=program",
                "/diwan/v1/search?query=kestrel", "/diwan/v1/search?query=kestrel+OR+from:theirs",
                "/diwan/v1/search?query=from:theirs", "/diwan/v1/search?query=thread:\(told.thread.handle)",
                "/diwan/v1/export", "/diwan/v1/export?query=kestrel", "/diwan/v1/export?since=0",
            ] {
                let answer = try await gateway.ask("GET", target, ["Authorization": "Bearer \(Self.mine)"])
                #expect(answer.status == 200, "\(target): \(answer.body)")
                // What was asked for is told back; what it found would have an id.
                for word in [told.thread.id.description, told.call.id.description, "What of the", "theirs\""] {
                    #expect(!answer.body.contains(word), "\(target): \(answer.body)")
                }
            }
            let mine = try await gateway.json("GET", "/diwan/v1/usage", key: Self.mine)
            #expect(mine["total"]?["calls"]?.int == 1)
            let found = try await gateway.json("GET", "/diwan/v1/search?query=mine", key: Self.mine)
            #expect(found["data"]?.array?.isEmpty == false)
        }
    }

    @Test func `a key with a vault of its own writes there, and the two never mix`() async throws {
        let (server, upstream) = try ToldThread.upstream(saying: "The secret is kestrel.")
        defer { server.stop() }
        let file = try SmallFolder()
        try await RunningGateway.with(upstreams: [upstream]) { gateway in
            _ = try await gateway.service.addProgram(
                "guest", key: Self.theirs, seesAll: true, vaultFile: file.path + "/guest.db", onDisconnect: nil)
            let before = try await gateway.service.vault.contentDigest()
            let guest = ["Authorization": "Bearer \(Self.theirs)"]
            let asked = try await gateway.ask(
                "POST", "/v1/responses", guest, body: #"{"model":"m","input":"What of the kestrel?"}"#)
            #expect(asked.status == 200)
            let id = try #require(try JSON(parsing: asked.body)["id"]?.string)
            #expect(try await gateway.service.vault.contentDigest() == before)
            let own = try await ToldThread.begin(in: gateway, key: "owner", saying: "What is the owner's?")
            // Each goes on from its own, also after both have asked.
            #expect(try await gateway.ask("GET", "/v1/responses/\(id)", guest).status == 200)
            #expect(try await gateway.ask("GET", "/v1/responses/\(id)").status == 404)
            #expect(try await gateway.ask("GET", "/diwan/v1/threads/\(own.thread.id)", guest).status == 404)
            for (fields, words, others) in [(guest, "kestrel", "owner"), ([:], "owner", "kestrel?")] {
                let threads = try await gateway.ask("GET", "/diwan/v1/threads?all=true", fields).body
                #expect(threads.contains(words) && !threads.contains(others))
                #expect(try await gateway.ask("GET", "/diwan/v1/export", fields).body.contains(words))
                #expect(try await !gateway.ask("GET", "/diwan/v1/export", fields).body.contains(others))
            }
        }
    }
}
