import ConversationService
import ConversationStorage
import Conversations
import OrderedJSON
import TestSupport
import Testing

@testable import Gateway

@Suite struct ThreadEndpointTests {
    private func with(_ work: @Sendable (RunningGateway, ToldThread) async throws -> Void) async throws {
        let (server, upstream) = try ToldThread.upstream()
        defer { server.stop() }
        try await RunningGateway.with(upstreams: [upstream]) { gateway in
            try await work(gateway, try await ToldThread.begin(in: gateway, key: "notes"))
        }
    }

    @Test func `a thread is found by its id, its handle and its conversation's id`() async throws {
        try await with { gateway, told in
            for name in [told.thread.id.description, told.thread.handle, ServedID.conversation(told.thread.id)] {
                let found = try await gateway.json("GET", "/diwan/v1/threads/\(name)")
                #expect(found.text() == told.thread.json.text())
            }
            let missing = try await gateway.json("GET", "/diwan/v1/threads/zzzzzzzz", status: 404)
            #expect(missing["error"]?["type"]?.string == "not_found_error")
        }
    }

    @Test func `what is kept of a thread is changed together or not at all`() async throws {
        try await with { gateway, told in
            let path = "/diwan/v1/threads/\(told.thread.handle)"
            let changed = try await gateway.json(
                "PATCH", path,
                body: #"{"title":" Two \n words ","tags":["work","later"],"pinned":true,"archived":true}"#)
            #expect(changed["title"]?.string == "Two words" && changed["title_given"]?.bool == true)
            #expect(Set(changed["tags"]?.array?.compactMap(\.string) ?? []) == ["work", "later"])
            #expect(changed["pinned"]?.bool == true && changed["archived"]?.bool == true)
            for wrong in [
                #"{"title":"Other","tags":["two words"]}"#, #"{"title":"Other","pinned":1}"#,
                #"{"title":"Other","colour":"red"}"#, #"{"title":"  "}"#, "[]", "{",
            ] {
                let refused = try await gateway.json("PATCH", path, body: wrong, status: 400)
                #expect(refused["error"]?["type"]?.string == "invalid_request_error")
            }
            let back = try await gateway.json("PATCH", path, body: #"{"title":null,"tags":["work"],"pinned":false}"#)
            #expect(back["title"]?.string == "What is a plain question?" && back["title_given"]?.bool == false)
            #expect(back["tags"]?.array?.compactMap(\.string) == ["work"] && back["pinned"]?.bool == false)
            #expect(back["archived"]?.bool == true)
        }
    }

    @Test func `a thread in the trash is not there but to be brought back`() async throws {
        try await with { gateway, told in
            let path = "/diwan/v1/threads/\(told.thread.id)"
            #expect(try await gateway.json("PATCH", path, body: #"{"trashed":true}"#)["trashed"]?.bool == true)
            for gone in [
                "\(path)/tree", "\(path)/path", "/diwan/v1/messages/\(told.answer)", "/diwan/v1/calls/\(told.call.id)",
                "/v1/chat/completions/\(ServedID.completion(told.call.id))",
            ] {
                _ = try await gateway.json("GET", gone, status: 404)
            }
            #expect(try await gateway.json("GET", "/diwan/v1/threads?all=true")["data"]?.array?.isEmpty == true)
            let trash = try await gateway.json("GET", "/diwan/v1/threads?trash=true")
            #expect(trash["data"]?[0]?["id"]?.string == told.thread.id.description)
            #expect(try await gateway.json("GET", path)["trashed"]?.bool == true)
            _ = try await gateway.json("PATCH", path, body: #"{"trashed":false}"#)
            _ = try await gateway.json("GET", "\(path)/tree")
        }
    }

    @Test func `a list is turned page by page, and filtered as on the command line`() async throws {
        try await with { gateway, _ in
            for number in 1...4 {
                let told = try await ToldThread.begin(in: gateway, key: "notes", saying: "Question \(number) of many?")
                if number == 2 {
                    _ = try await gateway.json(
                        "PATCH", "/diwan/v1/threads/\(told.thread.id)", body: #"{"tags":["even"]}"#)
                }
            }
            var seen: [String] = []
            var next = "/diwan/v1/threads?programs=true&limit=2"
            while true {
                let page = try await gateway.json("GET", next)
                seen += page["data"]?.array?.compactMap { $0["title"]?.string } ?? []
                guard page["has_more"]?.bool == true, let last = page["last_id"]?.string else { break }
                next = "/diwan/v1/threads?programs=true&limit=2&after=\(last)"
            }
            #expect(Set(seen).count == 5 && seen.count == 5)
            #expect(try await gateway.json("GET", "/diwan/v1/threads")["data"]?.array?.isEmpty == true)
            for query in ["tag=even", "query=tag:even", "query=%22question+2%22"] {
                let found = try await gateway.json("GET", "/diwan/v1/threads?\(query)")["data"]?.array ?? []
                #expect(found.compactMap { $0["title"]?.string } == ["Question 2 of many?"], "\(query)")
            }
            for wrong in ["limit=0", "limit=101", "limit=x", "after=nobody", "all=perhaps", "trash=1&query=a"] {
                _ = try await gateway.json("GET", "/diwan/v1/threads?\(wrong)", status: 400)
            }
        }
    }

    @Test func `a branch is named, gone to and forked off`() async throws {
        try await with { gateway, told in
            let (path, question) = ("/diwan/v1/threads/\(told.thread.id)", "/diwan/v1/messages/\(told.question)")
            let labelled = try await gateway.json("POST", "\(question)/labels", body: #"{"label":"draft"}"#)
            #expect(labelled["label"]?.string == "draft" && labelled["address"]?.string?.hasSuffix("/1") == true)
            _ = try await gateway.json("POST", "\(question)/labels", body: #"{"label":"a/b"}"#, status: 400)
            _ = try await gateway.json("POST", "\(question)/labels", body: "{}", status: 400)
            let moved = try await gateway.json("POST", "\(path)/tip", body: #"{"message_id":"\#(told.question)"}"#)
            #expect(moved["tip_id"]?.string == told.question.description)
            let tree = try await gateway.json("GET", "\(path)/tree")
            #expect(tree["messages"]?[0]?["children"]?[0]?.string == told.answer.description)
            #expect(tree["messages"]?[1]?["on_tip_path"]?.bool == false)
            #expect(try await gateway.json("GET", "\(path)/path")["messages"]?.array?.count == 1)
            let whole = try await gateway.json("GET", "\(path)/path?to=\(told.answer)")
            #expect(whole["messages"]?[1]?["text"]?.string == "A plain answer.")
            let unlabelled = try await gateway.json("DELETE", "\(question)/labels/draft")
            #expect(unlabelled["label"]?.isNull == true)
            _ = try await gateway.json("DELETE", "\(question)/labels/draft", status: 404)
            let forked = try await gateway.json(
                "POST", "/diwan/v1/messages/\(told.answer)/fork", key: "other", body: #"{"title":"Aside"}"#)
            #expect(forked["title"]?.string == "Aside" && forked["message_count"]?.int == 2)
            #expect(forked["from"]?["program"]?.string == "other")
            let other = try await ToldThread.begin(in: gateway, key: "notes", saying: "Elsewhere?")
            _ = try await gateway.json(
                "POST", "\(path)/tip", body: #"{"message_id":"\#(other.question)"}"#, status: 404)
        }
    }

    @Test func `what was erased is nowhere`() async throws {
        try await with { gateway, told in
            _ = try await gateway.service.vault.erase(threads: [told.thread.id])
            for path in [
                "threads/\(told.thread.id)", "threads/\(told.thread.id)/tree", "messages/\(told.answer)",
                "messages/\(told.answer)/why", "calls/\(told.call.id)", "calls/\(told.call.id)/request",
                "compare/\(told.thread.id)",
            ] {
                _ = try await gateway.json("GET", "/diwan/v1/\(path)", status: 404)
            }
        }
    }
}
