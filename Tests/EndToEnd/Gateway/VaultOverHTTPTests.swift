import Foundation
import OrderedJSON
import TestSupport
import Testing

/// `/diwan/v1` answers with what the command line prints with `--json`, to the letter.
@Suite struct VaultOverHTTPTests {
    @Test func `what the service tells is what the command line prints`() async throws {
        let model = try ScriptedModel()
        defer { model.stop() }
        try await ServedHome.with(upstream: model.url, dialect: "chat") { served in
            let home = served.home
            #expect(try await home.diwan("ask", "say The heron sleeps.").code == 0)
            #expect(try await home.diwan("ask", "-c", "recite").code == 0)
            let handle = try #require(try await home.diwan("list", "--json").json["handle"]?.string)
            #expect(try await home.diwan("replay", handle, "-m", "scripted-model", "-y").code == 0)
            #expect(try await home.diwan("tag", handle, "birds").code == 0)
            let replay = try #require(try await home.diwan("replays", "--json").json["handle"]?.string)
            let call = try #require(try await home.diwan("call", handle, "--json").json["handle"]?.string)

            for (target, command) in [
                ("threads/\(handle)", ["list", "--json"]), ("threads/\(handle)/path", ["show", handle, "--json"]),
                ("threads/\(handle)/tree", ["tree", handle, "--json"]), ("calls/\(call)", ["call", call, "--json"]),
                ("calls/\(call)/why", ["why", call, "--json"]), ("replays/\(replay)", ["replays", "--json"]),
                ("compare/\(replay)", ["compare", replay, "--json"]),
                ("compare/\(handle)", ["compare", handle, "--json"]),
                ("usage?by=model", ["usage", "--by", "model", "--json"]),
            ] {
                let told = try await served.ask("GET", "/diwan/v1/\(target)")
                let printed = try await home.end(home.start(command))
                #expect(told.status == 200 && printed.code == 0, "\(target): \(told.body)\(printed.errors)")
                #expect(try told.json == printed.json, "\(target)")
            }
            for (target, command) in [
                ("threads?all=true", ["list", "--all", "--json"]), ("calls", ["calls", "--json"]),
                ("threads?tag=birds", ["list", "--tag", "birds", "--json"]),
                ("replays", ["replays", "--json"]), ("drift", ["drift", "--json"]),
            ] {
                let told = try await served.ask("GET", "/diwan/v1/\(target)").json["data"]?.array ?? []
                let printed = try await home.end(home.start(command)).output
                #expect(told.map { $0.text() } == printed.split(separator: "\n").map(String.init), "\(target)")
                #expect(!told.isEmpty, "\(target)")
            }
            let hits = try await home.diwan("search", "heron", "--json").output.split(separator: "\n").map(String.init)
            let found = try await served.ask("GET", "/diwan/v1/search?query=heron").json
            #expect(
                try found["data"]?.array?.map(Self.scoreless)
                    == hits.dropLast().map {
                        try Self.scoreless(JSON(parsing: $0))
                    } && hits.count > 1)
            let summary = try JSON(parsing: hits[hits.count - 1])
            #expect(found["matched"] == summary["matched"] && found["understood"] == summary["understood"])
            let arms = try await served.ask("GET", "/diwan/v1/replays/\(replay)/arms").json["data"]?.array
            #expect(arms?.count == 1 && arms?[0]["model"]?.string == "scripted-model")
        }
    }

    /// A hit without its score, which falls while time passes.
    private static func scoreless(_ hit: JSON) -> JSON {
        var object = hit.object ?? JSONObject()
        object.removeValue(forKey: "score")
        return .object(object)
    }

    @Test func `everything goes out by one service and comes in by another`() async throws {
        let model = try ScriptedModel()
        defer { model.stop() }
        var exported = ""
        try await ServedHome.with(upstream: model.url, dialect: "chat") { served in
            #expect(try await served.home.diwan("ask", "say The heron sleeps.").code == 0)
            exported = try await served.ask("GET", "/diwan/v1/export").body
            let printed = try await served.home.diwan("export", "--all").output
            // But for the moment of the export they are the same.
            #expect(exported.split(separator: "\n").dropFirst() == printed.split(separator: "\n").dropFirst())
        }
        try await ServedHome.with(upstream: model.url, dialect: "chat") { served in
            let report = try await served.ask("POST", "/diwan/v1/import?name=all.jsonl", body: exported)
            #expect(try report.json["threads"]?["new"]?.int == 1, "\(report.body)")
            #expect(try await served.home.words("heron") == ["say The heron sleeps.", "The heron sleeps."])
        }
    }

    @Test func `a guest's key writes into the guest's file, and nowhere else`() async throws {
        let model = try ScriptedModel()
        defer { model.stop() }
        try await ServedHome.with(upstream: model.url, dialect: "chat") { served in
            let (home, file) = (served.home, served.home.folder + "/guest.db")
            let key = try await home.diwan("keys", "add", "guest", "--writes-to", file).line
            let body = #"{"model":"scripted-model","input":"say The kestrel hovers."}"#
            let id = try #require(
                try await served.ask("POST", "/v1/responses", key: key, body: body).json["id"]?.string)
            #expect(try await home.diwan("list", "--all", "--json").output.isEmpty)
            let guests = try await home.diwan("list", "--all", "--json", environment: ["DIWAN_VAULT": file])
            #expect(try guests.json["from"]?["program"]?.string == "guest")
            #expect(try await served.ask("GET", "/v1/responses/\(id)", key: key).status == 200)
            #expect(try await served.ask("GET", "/v1/responses/\(id)").status == 404)
            #expect(try await home.diwan("keys", "revoke", "guest").code == 0)
            #expect(try await served.ask("GET", "/v1/responses/\(id)", key: key).status == 401)
        }
    }

    @Test func `no key is in what the service says, at its most talkative, nor in any file`() async throws {
        let model = try ScriptedModel()
        defer { model.stop() }
        let home = try Home(model.url, .chat)
        let key = try await home.diwan("keys", "add", "phone").line
        let serving = try home.start(["serve", "--port", "0"], environment: ["DIWAN_LOG": "trace"])
        #expect(await serving.says("export OPENAI_API_KEY="))
        let url = try #require(serving.output.split(separator: "\n").first?.split(separator: "=").last.map(String.init))
        let body = #"{"model":"m","input":[{"role":"user","content":"say hi"}]}"#
        for header in ["Authorization: Bearer \(key)", "api-key: \(key)", "Authorization: Bearer sk-their-own-KEY99"] {
            for path in ["responses", "chat/completions", "nothing"] {
                _ = try await home.shell("curl -s \(url)/\(path) -H '\(header)' -d '\(body)'")
            }
        }
        serving.signal(SIGTERM)
        let ended = try await home.end(serving)
        #expect(ended.errors.contains("http.route=/responses"))
        for secret in [key, Home.key, "sk-their-own-KEY99"] {
            #expect(!ended.errors.contains(secret) && !ended.output.contains(secret))
        }
        try home.expectKeyNowhere()
        let files = FileManager.default.enumerator(atPath: home.folder)
        while let name = files?.nextObject() as? String {
            guard let data = FileManager.default.contents(atPath: home.folder + "/" + name) else { continue }
            #expect(data.range(of: Data(key.utf8)) == nil && data.range(of: Data("KEY99".utf8)) == nil, "\(name)")
        }
    }
}
