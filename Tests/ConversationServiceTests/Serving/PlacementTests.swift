import ConversationService
import ConversationStorage
import Conversations
import OrderedJSON
import TestSupport
import Testing

/// A program that resends its whole history with every request, as chat clients do.
private struct ResendingProgram {
    let scripted: ScriptedService
    let name: String
    var instructions: String?
    var history: [(role: Role, parts: [MessagePart])] = []

    init(_ scripted: ScriptedService, _ name: String, instructions: String? = nil) {
        self.scripted = scripted
        self.name = name
        self.instructions = instructions
    }

    @discardableResult
    mutating func say(_ text: String) async throws -> AnsweredQuestion {
        history.append((.user, [.text(text)]))
        let answered = try await send()
        history.append((.assistant, [.text(answered.answers[0].text)]))
        return answered
    }

    func send() async throws -> AnsweredQuestion {
        let placement = try await scripted.service.place(
            history, named: .unnamed, program: name, instructions: instructions)
        var question = scripted.question("", placement.place)
        question.messages = placement.messages
        question.instructions = instructions ?? ""
        question.asked = ProgramRequest(
            api: .chat, program: name, messageCount: history.count, bringsHistory: placement.bringsHistory)
        return try await scripted.service.send(question) { _ in }
    }
}

/// Answers with the number of the request, or always with the same words.
private func numbered(_ exchange: ScriptedExchange) throws {
    let body = String(decoding: exchange.request.body, as: UTF8.self)
    let said = body.contains(#""content":"hi"}]"#) ? "Hello!" : "answer \(body.utf8.count)"
    try exchange.respond(
        status: 200, headers: [],
        body:
            #"{"id":"a","object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant","content":"\#(said)"},"finish_reason":"stop"}]}"#
    )
}

@Suite struct PlacementTests {
    @Test func `fifty turns that resend their history are one thread of a hundred messages`() async throws {
        try await ScriptedService.with(numbered) { scripted in
            var program = ResendingProgram(scripted, "notes")
            var thread: ChatThread?
            for turn in 1...50 { thread = try await program.say("turn \(turn)").thread }
            #expect(try await scripted.service.vault.threads().count == 1)
            #expect(thread?.messageCount == 100)
            #expect(thread?.branchCount == 1)
            #expect(thread?.origin == ["program": "notes"])
        }
    }

    @Test func `an edit of an earlier turn is a branch`() async throws {
        try await ScriptedService.with(numbered) { scripted in
            var program = ResendingProgram(scripted, "notes")
            for turn in 1...6 { try await program.say("turn \(turn)") }
            program.history = Array(program.history.prefix(6))
            let answered = try await program.say("another fourth turn")
            #expect(try await scripted.service.vault.threads().count == 1)
            #expect(answered.thread.messageCount == 14)
            #expect(answered.thread.branchCount == 2)
            #expect(try await scripted.service.vault.path(to: answered.answers[0].id).count == 8)
        }
    }

    @Test(arguments: [("notes", "mail"), ("notes", "notes")])
    func `two programs that began with the same words stay two threads`(one: String, other: String) async throws {
        try await ScriptedService.with(numbered) { scripted in
            var first = ResendingProgram(scripted, one)
            var second = ResendingProgram(scripted, other)
            try await first.say("hi")
            try await second.say("hi")
            for turn in 2...20 {
                try await first.say("first \(turn)")
                try await second.say("second \(turn)")
            }
            let threads = try await scripted.service.vault.threads()
            #expect(threads.map(\.messageCount) == [40, 40])
            #expect(threads.map(\.branchCount) == [1, 1])
        }
    }

    @Test func `a history under other instructions is another thread's`() async throws {
        try await ScriptedService.with(numbered) { scripted in
            var brief = ResendingProgram(scripted, "notes", instructions: "Be brief.")
            var kind = ResendingProgram(scripted, "notes", instructions: "Be kind.")
            try await brief.say("hi")
            try await kind.say("hi")
            let answered = try await brief.say("and now?")
            #expect(answered.thread.instructions == "Be brief.")
            #expect(try await kind.say("and now?").thread.instructions == "Be kind.")
        }
    }

    @Test func `a program lands in no thread that it did not begin`() async throws {
        try await ScriptedService.with(numbered) { scripted in
            let person = try await scripted.ask(scripted.question("hi"))
            var program = ResendingProgram(scripted, "notes")
            program.history = [(.user, [.text("hi")]), (.assistant, [.text("Hello!")])]
            let answered = try await program.say("go on")
            #expect(answered.thread.id != person.thread.id)
            #expect(answered.thread.messageCount == 4)
        }
    }

    @Test func `a question that failed is asked again where it stands`() async throws {
        try await ScriptedService.with({ exchange in
            if exchange.index == 0 {
                try exchange.respond(status: 400, headers: [], body: #"{"error":{"message":"no","type":"x"}}"#)
            } else {
                try numbered(exchange)
            }
        }) { scripted in
            var program = ResendingProgram(scripted, "notes")
            await #expect(throws: ServiceError.self) { try await program.say("once") }
            program.history = []
            let answered = try await program.say("once")
            #expect(try await scripted.service.vault.threads().count == 1)
            #expect(answered.thread.messageCount == 2)
        }
    }

    @Test func `a call whose arguments a program writes anew is known as the model wrote it`() async throws {
        func call(_ arguments: String) -> MessagePart {
            .toolCall(ToolCall(id: "call_1", name: "weather", arguments: arguments))
        }
        try await ScriptedService.with({ exchange in
            guard exchange.index == 0 else { return try numbered(exchange) }
            try exchange.respond(
                status: 200, headers: [],
                body:
                    #"{"id":"a","object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant","content":null,"tool_calls":[{"id":"call_1","type":"function","function":{"name":"weather","arguments":"{\"city\":\"Rome\"}"}}]},"finish_reason":"tool_calls"}]}"#
            )
        }) { scripted in
            var program = ResendingProgram(scripted, "notes")
            try await program.say("weather?")
            for rewritten in [#"{"city": "Rome"}"#, #"{ "city": "\u0052ome" }"#] {
                program.history = Array(program.history.prefix(1))
                program.history.append((.assistant, [call(rewritten)]))
                program.history.append((.tool, [.toolResult(ToolResult(callID: "call_1", output: "rain"))]))
                let answered = try await program.send()
                let path = try await scripted.service.vault.path(to: answered.answers[0].id)
                #expect(path[1].parts == [call(#"{"city":"Rome"}"#)] && path[1].callID != nil)
                #expect(path.count == 4)
            }
            program.history[1].parts = [call(#"{"city": "Oslo"}"#)]
            let path = try await scripted.service.vault.path(to: program.send().answers[0].id)
            #expect(path[1].parts == [call(#"{"city": "Oslo"}"#)])
        }
    }

    @Test func `the same first words twice are two threads`() async throws {
        try await ScriptedService.with(numbered) { scripted in
            for _ in 1...2 {
                var program = ResendingProgram(scripted, "notes")
                try await program.say("hi")
            }
            #expect(try await scripted.service.vault.threads().count == 2)
        }
    }

    @Test func `an answer gone on from three times has three branches, and no words of the others`() async throws {
        try await ScriptedService.with(numbered) { scripted in
            let first = try await scripted.ask(scripted.question("begin"))
            for word in ["red", "green", "blue"] {
                let placement = try await scripted.service.place(
                    [(.user, [.text(word)])], named: .after(first.call.id), program: "p", instructions: nil)
                var question = scripted.question("", placement.place)
                question.messages = placement.messages
                let answered = try await scripted.ask(question)
                #expect(try await scripted.service.vault.path(to: answered.answers[0].id).count == 4)
            }
            let thread = try await scripted.service.vault.thread(first.thread.id)
            #expect(thread.branchCount == 3)
            let last = String(decoding: scripted.server.requests[3].body, as: UTF8.self)
            #expect(last.contains("blue") && !last.contains("red") && !last.contains("green"))
        }
    }

    @Test func `what was put out of sight is no history any more`() async throws {
        try await ScriptedService.with(numbered) { scripted in
            var program = ResendingProgram(scripted, "notes")
            let first = try await program.say("one")
            try await program.say("two")
            _ = try await scripted.service.vault.putInTrash(
                first.answers[0].id, at: Timestamp(milliseconds: 1_900_000_000_000))
            let answered = try await program.say("three")
            #expect(try await scripted.service.vault.path(to: answered.answers[0].id).count == 6)
            #expect(answered.thread.id != first.thread.id)
        }
    }
}
