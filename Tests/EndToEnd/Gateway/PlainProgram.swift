import HTTPTransport
import Logging
import OrderedJSON
import TestSupport
import Testing

/// A program of its own that speaks HTTP to the service, with no SDK between.
struct PlainProgram: Sendable {
    let url: String
    /// Its key, which on this machine is its name.
    let key: String
    private let transport = CurlTransport(logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })

    init(_ url: String, key: String = "notes") {
        self.url = url
        self.key = key
    }

    struct Answer {
        let status: Int
        let headers: [HTTPHeader]
        let bytes: [UInt8]

        func header(_ name: String) -> String? { headers.first(named: name) }

        var json: JSON { (try? JSON(parsing: bytes)) ?? .null }
    }

    func open(
        _ method: String, _ path: String, _ body: JSON? = nil, _ headers: [String: String] = [:]
    ) async throws -> HTTPResponse {
        var fields = [HTTPHeader(name: "Authorization", value: "Bearer \(key)")]
        fields += headers.map { HTTPHeader(name: $0.key, value: $0.value) }
        if body != nil { fields.append(HTTPHeader(name: "Content-Type", value: "application/json")) }
        return try await transport.send(
            HTTPRequest(
                method: method, url: url + path, headers: fields, body: body.map { Array($0.text().utf8) },
                deadlines: HTTPDeadlines(total: .seconds(120))))
    }

    func ask(
        _ method: String, _ path: String, _ body: JSON? = nil, _ headers: [String: String] = [:]
    ) async throws -> Answer {
        let response = try await open(method, path, body, headers)
        return Answer(
            status: response.status, headers: response.headers, bytes: try await response.body.collect(upTo: 64 << 20))
    }

    /// Opens a stream of events.
    func stream(
        _ method: String, _ path: String, _ body: JSON? = nil, _ headers: [String: String] = [:]
    ) async throws -> OpenStream {
        let response = try await open(method, path, body, headers)
        try #require(response.status == 200)
        return OpenStream(response)
    }

    /// All the events of a stream.
    func events(
        _ method: String, _ path: String, _ body: JSON? = nil, _ headers: [String: String] = [:]
    ) async throws -> [String] {
        var stream = try await stream(method, path, body, headers)
        var events: [String] = []
        while let event = try await stream.next() { events.append(event) }
        return events
    }
}

/// A stream of events that is read one by one; letting go of it closes the connection.
struct OpenStream {
    /// The handle of the thread that the answer is in.
    let thread: String?
    private var pieces: HTTPBody.Iterator
    private var rest: [UInt8] = []

    init(_ response: HTTPResponse) {
        thread = response.headers.first(named: "X-Diwan-Thread")
        pieces = response.body.makeAsyncIterator()
    }

    /// The next event's lines, without the empty one that ends it; nil at the end.
    mutating func next() async throws -> String? {
        var looked = 0
        while true {
            var place = looked
            while place + 1 < rest.count {
                if rest[place] == UInt8(ascii: "\n"), rest[place + 1] == UInt8(ascii: "\n") {
                    let event = String(decoding: rest[..<place], as: UTF8.self)
                    rest.removeFirst(place + 2)
                    return event
                }
                place += 1
            }
            looked = max(0, rest.count - 1)
            guard let piece = try await pieces.next() else { return nil }
            rest += piece
        }
    }
}

extension String {
    /// The JSON of an event's `data:` line.
    var eventData: JSON {
        let line = split(separator: "\n").first { $0.hasPrefix("data: ") }
        return line.flatMap { try? JSON(parsing: String($0.dropFirst(6))) } ?? .null
    }
}
