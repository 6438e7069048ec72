import HTTPTypes
import OrderedJSON

/// An answer of an endpoint, before it is made HTTP.
struct GatewayAnswer: Sendable {
    enum Body: Sendable {
        case bytes([UInt8])
        /// Server-sent events, for as long as this writes them.
        case events(@Sendable (EventStream) async throws -> Void)
        /// A document that is written piece by piece.
        case document(@Sendable (EventStream) async throws -> Void)
    }

    var status: HTTPResponse.Status = .ok
    var fields = HTTPFields()
    var body = Body.bytes([])

    init(status: HTTPResponse.Status = .ok) { self.status = status }

    static func json(_ json: JSON, status: HTTPResponse.Status = .ok) -> GatewayAnswer {
        bytes(json.serialized(), type: "application/json", status: status)
    }

    static func bytes(_ bytes: [UInt8], type: String, status: HTTPResponse.Status = .ok) -> GatewayAnswer {
        var answer = GatewayAnswer(status: status)
        answer.fields[.contentType] = type
        answer.body = .bytes(bytes)
        return answer
    }

    /// A stream of events. What is thrown while it is written ends the connection; an error that the client is to see is
    /// written as an event.
    static func events(_ write: @escaping @Sendable (EventStream) async throws -> Void) -> GatewayAnswer {
        var answer = GatewayAnswer()
        answer.fields[.contentType] = "text/event-stream; charset=utf-8"
        answer.fields[.cacheControl] = "no-cache"
        answer.fields[HTTPField.Name("X-Accel-Buffering")!] = "no"
        answer.body = .events(write)
        return answer
    }

    /// The same with a header field more.
    func with(_ name: String, _ value: String?) -> GatewayAnswer {
        guard let value, let name = HTTPField.Name(name) else { return self }
        var copy = self
        copy.fields[name] = value
        return copy
    }
}

extension GatewayAnswer {
    init(_ error: APIError) {
        self = .json(error.json, status: .init(code: error.status))
        fields.append(contentsOf: error.fields)
    }
}
