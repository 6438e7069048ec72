import ConversationService
import ConversationStorage
import Conversations
import ModelUpstream
import ModelWire
import TestSupport
import Testing

private func event(_ text: String) -> String {
    #"data: {"id":"a","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"content":"\#(text)"}}]}"#
        + "\n\n"
}

private func streaming(_ scripted: ScriptedService, _ text: String) -> Question {
    var question = scripted.question(text, .newThreadOfProgram("p"))
    question.parameters.streams = true
    question.keepsEvents = true
    return question
}

@Suite struct RunTests {
    @Test func `an answer goes on without whoever asked for it`() async throws {
        let gate = Gate()
        try await ScriptedService.with({ exchange in
            try exchange.begin(status: 200, headers: [("Content-Type", "text/event-stream")])
            try exchange.write(event("one"))
            gate.wait()
            try exchange.write(event(" two") + "data: [DONE]\n\n")
            try exchange.end()
        }) { scripted in
            let runs = Runs()
            let run = try await runs.begin(streaming(scripted, "go"), isBackground: false, by: scripted.service)
            #expect(runs.run(of: run.begun.call.id) === run)
            for try await pieces in run.pieces() {
                #expect(pieces.count == 1)
                break
            }
            gate.open()
            let answered = try await run.outcome()
            #expect(answered.answers.map(\.text) == ["one two"])
            #expect(run.isOver)
            #expect(answered.answers[0].id == answered.call.messageID(ofChoice: 0))
        }
    }

    @Test func `every follower gets every piece, from where it likes`() async throws {
        let count = 400
        try await ScriptedService.with({ exchange in
            try exchange.begin(status: 200, headers: [("Content-Type", "text/event-stream")])
            for number in 0..<count { try exchange.write(event("\(number) " + String(repeating: "x", count: 2000))) }
            try exchange.write("data: [DONE]\n\n")
            try exchange.end()
        }) { scripted in
            let runs = Runs()
            let run = try await runs.begin(streaming(scripted, "go"), isBackground: false, by: scripted.service)
            async let early = collect(run, from: 0)
            _ = try await run.outcome()
            // What is not in memory any more is read from the journal.
            async let late = collect(run, from: 0)
            async let end = collect(run, from: 390)
            let (all, again, rest) = try await (early, late, end)
            #expect(all == again)
            #expect(all.count == count + 1)
            #expect(rest.count == count + 1 - 390)
        }
    }

    @Test func `a run that is stopped keeps what had come`() async throws {
        let begun = Gate()
        try await ScriptedService.with({ exchange in
            try exchange.begin(status: 200, headers: [("Content-Type", "text/event-stream")])
            try exchange.write(event("half"))
            begun.open()
            _ = exchange.waitUntilClientLeaves()
        }) { scripted in
            let runs = Runs()
            let run = try await runs.begin(streaming(scripted, "go"), isBackground: false, by: scripted.service)
            for try await _ in run.pieces() { break }
            run.stop()
            let answered = try await run.outcome()
            #expect(answered.answers.map(\.text) == ["half"])
            #expect(answered.answers.map(\.status) == [.interrupted])
        }
    }

    @Test func `nothing is written of what is only passed on`() async throws {
        try await ScriptedService.with({ exchange in
            try exchange.begin(status: 200, headers: [("Content-Type", "text/event-stream")])
            try exchange.write(event("secret") + "data: [DONE]\n\n")
            try exchange.end()
        }) { scripted in
            var question = streaming(scripted, "whisper")
            question.body = Array(#"{"model":"m","messages":[{"role":"user","content":"whisper"}]}"#.utf8)
            let outcome = try await scripted.service.pass(question, attachments: NoBlobs()) { _ in }
            #expect(outcome.answer.choices.map(\.parts.text) == ["secret"])
            #expect(scripted.server.requests[0].body == question.body)
            #expect(try await scripted.service.vault.threads().isEmpty)
            #expect(try await scripted.service.vault.calls().isEmpty)
        }
    }

    @Test func `events are let go of an hour after their answer`() async throws {
        try await ScriptedService.with({ exchange in
            try exchange.begin(status: 200, headers: [("Content-Type", "text/event-stream")])
            try exchange.write(event("word") + "data: [DONE]\n\n")
            try exchange.end()
        }) { scripted in
            let vault = scripted.service.vault
            let run = try await Runs().begin(streaming(scripted, "go"), isBackground: false, by: scripted.service)
            let finished = try #require(try await run.outcome().call.finishedAt)
            try await vault.dropEvents(ofCallsEndedBefore: finished)
            #expect(try await vault.events(of: run.begun.call.id).count == 2)
            try await vault.dropEvents(ofCallsEndedBefore: Timestamp(milliseconds: finished.milliseconds + 1))
            #expect(try await vault.events(of: run.begun.call.id).isEmpty)
        }
    }
}

private func collect(_ run: Run, from sequence: Int) async throws -> [[UInt8]] {
    var all: [[UInt8]] = []
    for try await pieces in run.pieces(from: sequence) { all += pieces }
    return all
}

private struct NoBlobs: BlobReader {
    func bytes(of digest: BlobDigest) -> [UInt8] { [] }
}
