import ConversationService
import Conversations
import Foundation
import OrderedJSON
import TestSupport
import Testing

@testable import Gateway

@Suite struct CallEndpointTests {
    @Test func `a call tells what was sent, what came, what it cost and why`() async throws {
        let (server, upstream) = try ToldThread.upstream()
        defer { server.stop() }
        try await RunningGateway.with(upstreams: [upstream]) { gateway in
            let told = try await ToldThread.begin(in: gateway, key: "notes")
            for name in [told.call.id.description, told.call.handle, "chatcmpl-" + told.call.id.description] {
                let call = try await gateway.json("GET", "/diwan/v1/calls/\(name.replacing("chatcmpl-", with: ""))")
                #expect(call.text() == told.call.json(pricedBy: TestPrices()).text())
            }
            let sent = try await gateway.json("GET", "/diwan/v1/calls/\(told.call.id)/request")
            #expect(sent["messages"]?[0]?["content"]?.string == "What is a plain question?")
            let came = try await gateway.json("GET", "/diwan/v1/calls/\(told.call.id)/response")
            #expect(came["choices"]?[0]?["message"]?["content"]?.string == "A plain answer.")
            let why = try await gateway.json("GET", "/diwan/v1/calls/\(told.call.id)/why")
            #expect(why["object"]?.string == "why" && why["message_count"]?.int == 1)
            let same = try await gateway.json("GET", "/diwan/v1/messages/\(told.answer)/why")
            #expect(same.text() == why.text())
            let usage = try await gateway.json("GET", "/diwan/v1/usage?by=model")
            #expect(usage["groups"]?[0]?["group"]?.string == "m" && usage["total"]?["calls"]?.int == 1)
            let drift = try await gateway.json("GET", "/diwan/v1/drift")
            #expect(drift["data"]?[0]?["configurations"]?[0]?["model_reported"]?.string == "m-2026")
            #expect(try await gateway.json("GET", "/diwan/v1/drift?model=none")["data"]?.array?.isEmpty == true)
            for wrong in ["usage?by=colour", "usage?when=soon", "usage?when=2026&since=2025", "calls?status=odd"] {
                _ = try await gateway.json("GET", "/diwan/v1/\(wrong)", status: 400)
            }
            _ = try await gateway.json("GET", "/diwan/v1/compare/\(told.thread.id)", status: 404)
            #expect(try await gateway.json("GET", "/diwan/v1/replays")["data"]?.array?.isEmpty == true)
        }
    }

    @Test func `calls are listed newest first, page by page`() async throws {
        let (server, upstream) = try ToldThread.upstream()
        defer { server.stop() }
        try await RunningGateway.with(upstreams: [upstream]) { gateway in
            var ids: [String] = []
            for number in 0..<5 {
                let told = try await ToldThread.begin(in: gateway, key: "notes", saying: "Question \(number)?")
                ids.insert(told.call.id.description, at: 0)
            }
            var seen: [String] = []
            var next = "/diwan/v1/calls?limit=2"
            while true {
                let page = try await gateway.json("GET", next)
                seen += page["data"]?.array?.compactMap { $0["id"]?.string } ?? []
                guard page["has_more"]?.bool == true, let last = page["last_id"]?.string else { break }
                next = "/diwan/v1/calls?limit=2&after=\(last)"
            }
            #expect(seen == ids)
            #expect(try await gateway.json("GET", "/diwan/v1/calls?status=failed")["data"]?.array?.isEmpty == true)
        }
    }

    @Test func `a search has the hits of the command line, page by page`() async throws {
        let (server, upstream) = try ToldThread.upstream()
        defer { server.stop() }
        try await RunningGateway.with(upstreams: [upstream]) { gateway in
            for number in 1...5 {
                _ = try await ToldThread.begin(
                    in: gateway, key: "notes", saying: "Where does the heron \(number) sleep?")
            }
            var seen: Set<String> = []
            for offset in [0, 2, 4] {
                let page = try await gateway.json(
                    "GET", "/diwan/v1/search?query=heron+in:text&sort=date&limit=2&offset=\(offset)")
                let hits = page["data"]?.array ?? []
                #expect(hits.count == (offset == 4 ? 1 : 2) && page["has_more"]?.bool == (offset < 4))
                #expect(
                    hits.allSatisfy {
                        $0["object"]?.string == "hit" && $0["snippet"]?.string?.contains("heron") == true
                    })
                #expect(page["matched"]?.int == 5 && page["object"]?.string == "search")
                seen.formUnion(hits.compactMap { $0["message_id"]?.string })
            }
            #expect(seen.count == 5)
            for wrong in ["", "query=", "query=a&sort=odd", "query=a&offset=-1", "query=a&offset=999999999999"] {
                _ = try await gateway.json("GET", "/diwan/v1/search?\(wrong)", status: 400)
            }
        }
    }

    @Test func `what is exported can be imported again, into another's vault or into its own`() async throws {
        let (server, upstream) = try ToldThread.upstream()
        defer { server.stop() }
        let exported = try await RunningGateway.with(upstreams: [upstream]) { gateway in
            let told = try await ToldThread.begin(in: gateway, key: "notes")
            let answer = try await gateway.ask("GET", "/diwan/v1/export")
            #expect(answer.status == 200 && answer.head.contains("application/jsonl"))
            let lines = Self.unchunked(answer.body)
            #expect(lines.hasPrefix("{\"object\":\"diwan\"") && lines.contains(told.thread.id.description))
            let known = try await gateway.json("POST", "/diwan/v1/import?name=all.jsonl", body: lines)
            #expect(known["threads"]?["known"]?.int == 1 && known["messages"]?["new"]?.int == 0)
            let page = try await gateway.ask("GET", "/diwan/v1/export?format=markdown&thread=\(told.thread.handle)")
            #expect(page.head.contains("text/markdown") && page.body.contains("A plain answer."))
            _ = try await gateway.json("GET", "/diwan/v1/export?format=odd", status: 400)
            _ = try await gateway.json("GET", "/diwan/v1/export?since=99999999", status: 400)
            return lines
        }
        try await RunningGateway.with { gateway in
            let tried = try await gateway.json("POST", "/diwan/v1/import?dry_run=true", body: exported)
            #expect(tried["dry_run"]?.bool == true && tried["threads"]?["new"]?.int == 1 && tried["id"]?.isNull == true)
            #expect(try await gateway.json("GET", "/diwan/v1/threads?all=true")["data"]?.array?.isEmpty == true)
            let report = try await gateway.json("POST", "/diwan/v1/import?name=../../etc/x.jsonl", body: exported)
            #expect(report["messages"]?["new"]?.int == 2 && report["source"]?.string == "x.jsonl")
            #expect(report["lost"]?.array?.isEmpty == true && report["handle"]?.string != nil)
            let unknown = try await gateway.json("POST", "/diwan/v1/import", body: "no format at all", status: 400)
            #expect(unknown["error"]?["code"]?.string == "unknown_format")
            #expect(unknown["error"]?["message"]?.string?.contains(NSTemporaryDirectory()) == false)
            _ = try await gateway.json("POST", "/diwan/v1/import", status: 400)
        }
    }

    /// A body without the framing of its chunks.
    private static func unchunked(_ body: String) -> String {
        var (whole, rest) = ([UInt8](), Array(body.utf8)[...])
        while let end = rest.firstIndex(of: 0x0D),
            let size = Int(String(decoding: rest[..<end], as: UTF8.self), radix: 16), size > 0
        {
            whole += rest[(end + 2)..<(end + 2 + size)]
            rest = rest[(end + 2 + size + 2)...]
        }
        return String(decoding: whole, as: UTF8.self)
    }
}
