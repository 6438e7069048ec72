import Foundation
import OrderedJSON
import TestSupport
import Testing

/// Streams that real servers sent, byte for byte, on their way through the service in either of its APIs.
@Suite(.serialized, .enabled(if: RecordedStreams.folder != nil, RealData.skipReason))
struct RecordedStreamTests {
    @Test(.enabled(if: PythonEnvironments.folder != nil, "DIWAN_TEST_PYTHON is not set"))
    func `the SDK reads the recorded words, calls and reasons in either API`() async throws {
        try await RecordedStreams.served { served, streams in
            let expectations = served.home.folder + "/expectations"
            let script = RealData.script("recorded-expectations.py", of: "ModelWireTests")
            let folder = try #require(RecordedStreams.folder).path(percentEncoded: false)
            _ = try await RealData.shell("python3 \"$1\" \"$2\" \"$3\"", [script, folder, expectations])
            let told = try await served.python(
                environment: "openai-3.54.0", script: "sdk/recorded.py",
                arguments: [served.url, expectations + "/expectations.json"] + streams.map(\.name))
            let results = try told.split(separator: "\n").map { try JSON(parsing: String($0)) }
            #expect(results.count == streams.count * 2)
            for result in results {
                if let why = result["why"]?.string {
                    Issue.record("\(result["stream"]?.string ?? "?") as \(result["api"]?.string ?? "?"): \(why)")
                }
            }
        }
    }

    @Test func `a stream cut at any event and resumed gives exactly the events of the uncut one`() async throws {
        try await RecordedStreams.served { served, streams in
            let program = PlainProgram(served.url)
            for stream in streams {
                let headers = ["X-Diwan-Upstream": stream.upstream]
                let body: JSON = [
                    "model": "test-model", "stream": true, "input": .string("replay \(stream.name)"),
                ]
                let whole = try await program.events("POST", "/v1/responses", body, headers)
                let id = try #require(whole.first?.eventData["response"]?["id"]?.string)
                #expect(try await program.events("GET", "/v1/responses/\(id)?stream=true") == whole, "\(stream.name)")
                // Of the short ones every event, of the others a few.
                let step = whole.count <= 12 ? 1 : (whole.count + 1) / 2
                for cut in stride(from: 0, to: whole.count, by: step) {
                    let rest = try await program.events("GET", "/v1/responses/\(id)?stream=true&starting_after=\(cut)")
                    #expect(rest == Array(whole[(cut + 1)...]), "\(stream.name) after \(cut)")
                }
                // And one whose client really left, in the middle.
                var cut = try await program.stream("POST", "/v1/responses", body, headers)
                var seen: [String] = []
                while seen.count <= whole.count / 2, let event = try await cut.next() { seen.append(event) }
                let resumed = try await Self.resumed(seen, program)
                #expect(resumed.map(Self.anonymous) == whole.map(Self.anonymous), "\(stream.name)")
            }
        }
    }

    @Test func `a client that leaves after any event of a long stream gets all the others later`() async throws {
        try await RecordedStreams.served { served, streams in
            let program = PlainProgram(served.url)
            let stream = try #require(
                streams.filter { $0.upstream == "other" && $0.bytes.count > 9000 }.min {
                    $0.bytes.count < $1.bytes.count
                })
            let headers = ["X-Diwan-Upstream": stream.upstream]
            let body: JSON = ["model": "test-model", "stream": true, "input": .string("replay \(stream.name)")]
            let whole = try await program.events("POST", "/v1/responses", body, headers).map(Self.anonymous)
            for count in 1..<whole.count {
                var cut = try await program.stream("POST", "/v1/responses", body, headers)
                var seen: [String] = []
                while seen.count < count, let event = try await cut.next() { seen.append(event) }
                #expect(try await Self.resumed(seen, program).map(Self.anonymous) == whole, "after \(count)")
            }
        }
    }

    /// What was seen before a cut, and what comes after it.
    private static func resumed(_ seen: [String], _ program: PlainProgram) async throws -> [String] {
        let id = try #require(seen.first?.eventData["response"]?["id"]?.string)
        let last = try #require(seen.last?.eventData["sequence_number"]?.int)
        return seen + (try await program.events("GET", "/v1/responses/\(id)?stream=true&starting_after=\(last)"))
    }

    /// An event without the names and times that each response has of its own.
    private static func anonymous(_ event: String) -> String {
        event.replacing(/[0-9a-f]{32}/, with: "UID").replacing(/"(created|completed)_at":[0-9]+/, with: "AT")
    }
}

/// A service between programs and a server that plays recordings.
enum RecordedStreams {
    struct Recording: Sendable {
        let name: String
        let bytes: [UInt8]
        /// The upstream that speaks as it was recorded.
        var upstream: String { name.contains(".chat.completions.") ? "scripted" : "other" }
    }

    static var folder: URL? {
        RealData.folder.map { URL(filePath: $0).appending(path: "api-traffic") }.flatMap {
            FileManager.default.fileExists(atPath: $0.path(percentEncoded: false)) ? $0 : nil
        }
    }

    static func served(_ work: (ServedHome, [Recording]) async throws -> Void) async throws {
        let folder = try #require(folder).appending(path: "sse")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path(percentEncoded: false))
        let streams = try names.filter { $0.hasSuffix(".sse") }.sorted().map {
            Recording(name: $0, bytes: Array(try Data(contentsOf: folder.appending(path: $0))))
        }
        let bytes = Dictionary(uniqueKeysWithValues: streams.map { ($0.name, $0.bytes) })
        let upstream = try ScriptedServer { exchange in
            guard exchange.request.method == "POST" else {
                return try exchange.respond(body: #"{"data":[{"id":"test-model"}]}"#)
            }
            let asked = exchange.request.text.firstMatch(of: /replay ([A-Za-z0-9._-]+)/)
            let stream = bytes[String(asked?.1 ?? "")] ?? []
            try exchange.begin()
            for start in stride(from: 0, to: stream.count, by: 1000) {
                try exchange.write(Array(stream[start..<min(start + 1000, stream.count)]))
            }
            try exchange.end()
        }
        defer { upstream.stop() }
        let other = """
            [upstreams.other]
            url = "\(upstream.url)/v1"
            dialect = "responses"
            key_env = "SCRIPTED_KEY"
            model = "test-model"
            """
        try await ServedHome.with(upstream: upstream.url, dialect: "chat", more: other) {
            try await work($0, streams)
        }
    }
}
