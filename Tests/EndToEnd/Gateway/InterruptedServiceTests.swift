import Foundation
import OrderedJSON
import TestSupport
import Testing

/// The service is killed in the middle of a stream: what went out is there, and is told again.
@Suite(.serialized)
struct InterruptedServiceTests {
    @Test(arguments: [Home.Dialect.chat, .responses], [true, false])
    func `killed in the middle of a stream, the service tells all of it again, and that it is incomplete`(
        dialect: Home.Dialect, isBackground: Bool
    ) async throws {
        let model = try ScriptedModel()
        defer { model.stop() }
        let home = try Home(model.url, dialect)
        let served = try await ServedHome.start(in: home)
        var stream = try await PlainProgram(served.url).stream(
            "POST", "/v1/responses",
            [
                "model": "scripted-model", "stream": true, "background": .bool(isBackground),
                "input": "hold one two three",
            ])
        var seen: [String] = []
        while let event = try await stream.next() {
            seen.append(event)
            if event.contains("response.output_text.delta") { break }
        }
        let id = try #require(seen.first?.eventData["response"]?["id"]?.string)
        served.serving.signal(SIGKILL)
        #expect(await served.serving.exitCode() == 137)

        let again = try await ServedHome.start(in: home)
        let program = PlainProgram(again.url)
        let told = try await program.events("GET", "/v1/responses/\(id)?stream=true")
        #expect(told.count > seen.count && Array(told.prefix(seen.count)) == seen)
        #expect(told.last?.eventData["type"] == "response.incomplete")
        #expect(told.map { $0.eventData["sequence_number"]?.int } == Array(0..<told.count))
        for place in told.indices {
            let rest = try await program.events("GET", "/v1/responses/\(id)?stream=true&starting_after=\(place)")
            #expect(rest == Array(told[(place + 1)...]))
        }
        let answer = try await program.ask("GET", "/v1/responses/\(id)").json
        #expect(answer["status"] == "incomplete")
        #expect(answer["output"]?[0]?["content"]?[0]?["text"] == "one two three")
        #expect(answer["output"] == told.last?.eventData["response"]?["output"])

        if PythonEnvironments.folder != nil {
            let read = try await again.python(
                environment: "openai-3.54.0", script: "sdk/resume.py",
                arguments: [again.url, id, "\(seen.count - 1)"])
            let events = try read.split(separator: "\n").map { try JSON(parsing: String($0)) }
            #expect(events.map { $0["type"] } == told[seen.count...].map { $0.eventData["type"] })
            #expect(events.map { $0["sequence_number"]?.int } == Array(seen.count..<told.count))
        }
        let thread = try await home.diwan("list", "--programs", "--json").json["handle"]?.string ?? "?"
        let path = try await home.path(thread)
        #expect(path.map { $0["text"]?.string } == ["hold one two three", "one two three"])
        #expect(path.last?["status"] == "interrupted")
        #expect(try await again.stop().code == 0)
        try await home.expectSound()
    }
}
