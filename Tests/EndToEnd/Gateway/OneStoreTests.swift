import OrderedJSON
import TestSupport
import Testing

/// What a person keeps and what programs keep is one store, under two kinds of names.
@Suite(.serialized)
struct OneStoreTests {
    @Test(arguments: [Home.Dialect.chat, .responses])
    func `a thread begun by ask is listed, gone on with and deleted as a conversation`(
        dialect: Home.Dialect
    ) async throws {
        let model = try ScriptedModel()
        defer { model.stop() }
        try await ServedHome.with(upstream: model.url, dialect: dialect.rawValue) { served in
            let home = served.home
            #expect(try await home.diwan("ask", "say One").line == "One")
            let program = PlainProgram(served.url)
            let listed = try await program.ask("GET", "/v1/conversations").json["data"]?.array ?? []
            #expect(listed.count == 1 && listed[0]["object"] == "conversation")
            let id = try #require(listed[0]["id"]?.string)
            let found = try await program.ask("GET", "/v1/conversations?query=One").json["data"]?.array ?? []
            #expect(found.map { $0["id"]?.string } == [id])
            let items = try await program.ask("GET", "/v1/conversations/\(id)/items?order=asc").json["data"]
            #expect(items?.array?.map { $0["content"]?[0]?["text"]?.string } == ["say One", "One"])
            let answer = try await program.ask(
                "POST", "/v1/responses",
                ["model": "scripted-model", "conversation": .string(id), "input": "recite"])
            #expect(answer.json["output"]?[0]?["content"]?[0]?["text"] == "user:say One|assistant:One|user:recite")
            #expect(try await home.words() == ["say One", "One", "recite", "user:say One|assistant:One|user:recite"])
            // The person goes on with what the program said.
            #expect(try await home.diwan("ask", "-c", "say Two").line == "Two")
            let more = try await program.ask("GET", "/v1/conversations/\(id)/items?order=asc").json["data"]?.array
            #expect(more?.count == 6)
            #expect(try await program.ask("DELETE", "/v1/conversations/\(id)").json["deleted"] == true)
            #expect(try await program.ask("GET", "/v1/conversations/\(id)").status == 404)
            #expect(try await home.diwan("list", "--all", "--json").output.isEmpty)
            #expect(try await home.diwan("list", "--trash", "--json").output.split(separator: "\n").count == 1)
        }
    }

    @Test func `what programs began is in the tree, and once erased it is nowhere`() async throws {
        let model = try ScriptedModel()
        defer { model.stop() }
        try await ServedHome.with(upstream: model.url, dialect: "chat") { served in
            let home = served.home
            let program = PlainProgram(served.url)
            let response = try await program.ask(
                "POST", "/v1/responses", ["model": "scripted-model", "input": "say Answer"])
            let completion = try await program.ask(
                "POST", "/v1/chat/completions",
                ["model": "scripted-model", "messages": [["role": "user", "content": "say Completion"]]])
            let conversation = try await program.ask(
                "POST", "/v1/conversations", ["items": [["role": "user", "content": "Items"]]])
            let responseID = try #require(response.json["id"]?.string)
            let completionID = try #require(completion.json["id"]?.string)
            let conversationID = try #require(conversation.json["id"]?.string)
            let items = "/v1/conversations/\(conversationID)/items"
            let itemID = try #require(try await program.ask("GET", items).json["data"]?[0]?["id"]?.string)
            let messageID = try #require(response.json["output"]?[0]?["id"]?.string)
            let listed = try await program.ask("GET", "/v1/conversations?order=asc").json["data"]?.array ?? []
            let conversationIDs = listed.compactMap { $0["id"]?.string }
            #expect(listed.count == 3)

            var handles: [String] = []
            for line in try await home.diwan("list", "--programs", "--json").output.split(separator: "\n") {
                handles.append(try JSON(parsing: String(line))["handle"]?.string ?? "?")
            }
            var said: [String] = []
            for handle in handles {
                let tree = try await home.diwan("tree", handle)
                #expect(tree.code == 0, "\(tree.errors)")
                said.append(tree.output)
            }
            for words in ["Answer", "Completion", "Items"] { #expect(said.contains { $0.contains(words) }) }

            // Each is there before, so that a wrong path is not taken for what is gone.
            let readings = [
                ("GET", "/v1/responses/\(responseID)"), ("GET", "/v1/responses/\(responseID)?stream=true"),
                ("GET", "/v1/responses/\(responseID)/input_items"),
                ("GET", "/v1/chat/completions/\(completionID)"),
                ("GET", "/v1/chat/completions/\(completionID)/messages"), ("GET", items),
                ("GET", "\(items)/\(itemID)"),
            ]
            for (method, path) in readings { #expect(try await program.ask(method, path).status == 200, "\(path)") }
            for id in conversationIDs { #expect(try await program.ask("GET", "/v1/conversations/\(id)").status == 200) }
            let erased = try await home.diwan("erase", handles[0], handles[1], handles[2], "-y")
            #expect(erased.code == 0, "\(erased.errors)")

            for (method, path) in readings { try await Self.expectGone(program, method, path) }
            let metadata: JSON = ["metadata": ["a": "b"]]
            try await Self.expectGone(program, "POST", "/v1/responses/\(responseID)/cancel")
            try await Self.expectGone(program, "DELETE", "/v1/responses/\(responseID)")
            try await Self.expectGone(program, "POST", "/v1/chat/completions/\(completionID)", metadata)
            try await Self.expectGone(program, "DELETE", "/v1/chat/completions/\(completionID)")
            for id in conversationIDs {
                let path = "/v1/conversations/\(id)"
                try await Self.expectGone(program, "GET", path)
                try await Self.expectGone(program, "GET", "\(path)/items")
                try await Self.expectGone(program, "GET", "\(path)/items/\(messageID)")
                try await Self.expectGone(program, "POST", path, metadata)
                try await Self.expectGone(
                    program, "POST", "\(path)/items", ["items": [["role": "user", "content": "x"]]])
                try await Self.expectGone(program, "DELETE", "\(path)/items/\(itemID)")
                try await Self.expectGone(program, "DELETE", path)
                try await Self.expectGone(
                    program, "POST", "/v1/responses",
                    ["model": "scripted-model", "input": "x", "conversation": .string(id)])
            }
            // A field that names what is gone is the request's fault.
            let after = try await program.ask(
                "POST", "/v1/responses",
                ["model": "scripted-model", "input": "x", "previous_response_id": .string(responseID)])
            #expect(after.status == 400 && after.json["error"]?["code"] == "previous_response_not_found")
            let reference = try await program.ask(
                "POST", "/v1/responses",
                [
                    "model": "scripted-model",
                    "input": [
                        ["type": "item_reference", "id": .string(messageID)], ["role": "user", "content": "x"],
                    ],
                ])
            #expect(reference.status == 400 && reference.json["error"]?["param"] == "input[0].id")
            #expect(try await program.ask("GET", "/v1/conversations").json["data"] == [])
            #expect(try await program.ask("GET", "/v1/chat/completions").json["data"] == [])
        }
    }

    private static func expectGone(
        _ program: PlainProgram, _ method: String, _ path: String, _ body: JSON? = nil,
        _ location: SourceLocation = #_sourceLocation
    ) async throws {
        let answer = try await program.ask(method, path, body)
        #expect(answer.status == 404, "\(method) \(path) \(answer.json.text())", sourceLocation: location)
        #expect(answer.json["error"]?["message"]?.string != nil, "\(method) \(path)", sourceLocation: location)
    }
}
