import HTTPTypes

/// One path of the service and who answers it.
struct Route: Sendable {
    typealias Answer = @Sendable (GatewayRequest) async throws -> GatewayAnswer

    /// Who may ask.
    enum Access: Sendable {
        /// Whoever reaches the service.
        case anyone
        /// A caller, with a key where one is needed.
        case caller
    }

    enum Segment: Sendable, Hashable {
        case word(String)
        /// One segment, under a name.
        case parameter(String)
        /// All the segments that are left, joined: a model's name may hold slashes.
        case rest(String)
    }

    let method: HTTPRequest.Method
    let segments: [Segment]
    /// The path as it is counted and logged: never with an id.
    let name: String
    let access: Access
    /// Whether it makes a call to a model: those are the ones that are counted against a caller's limit.
    let isRun: Bool
    /// Whether it answers only under `/openai/`, or only elsewhere; nil for everywhere.
    let isDocumentedPrefix: Bool?
    let answer: Answer

    /// - Parameter path: `/responses/{id}/input_items`; `{name*}` for all that is left.
    init(
        _ method: HTTPRequest.Method, _ path: String, access: Access = .caller, isRun: Bool = false,
        onlyDocumentedPrefix isDocumentedPrefix: Bool? = nil, answer: @escaping Answer
    ) {
        self.method = method
        segments = path.split(separator: "/").map { segment in
            guard segment.first == "{", segment.last == "}" else { return .word(String(segment)) }
            let name = segment.dropFirst().dropLast()
            return name.last == "*" ? .rest(String(name.dropLast())) : .parameter(String(name))
        }
        name = (isDocumentedPrefix == true ? "/openai" : "") + path
        self.access = access
        self.isRun = isRun
        self.isDocumentedPrefix = isDocumentedPrefix
        self.answer = answer
    }

    /// The parameters of a path that this route answers; nil for any other path.
    func parameters(of path: RequestPath) -> [String: String]? {
        if let isDocumentedPrefix, isDocumentedPrefix != path.isDocumentedPrefix { return nil }
        var parameters: [String: String] = [:]
        var rest = path.segments[...]
        for segment in segments {
            guard let next = rest.first else { return nil }
            switch segment {
            case .word(let word):
                guard next == word else { return nil }
                rest.removeFirst()
            case .parameter(let name):
                parameters[name] = next
                rest.removeFirst()
            case .rest(let name):
                parameters[name] = rest.joined(separator: "/")
                rest = []
            }
        }
        return rest.isEmpty ? parameters : nil
    }
}

/// Every path of the service.
struct RouteTable: Sendable {
    let routes: [Route]

    /// - Throws: 404 for a path that is not there, 405 for a method that it does not take.
    func find(_ method: HTTPRequest.Method, _ path: RequestPath?) throws(APIError) -> (Route, [String: String]) {
        guard let path else { throw Self.notThere }
        var allowed: [String] = []
        for route in routes {
            guard let parameters = route.parameters(of: path) else { continue }
            if route.method == method { return (route, parameters) }
            if !allowed.contains(route.method.rawValue) { allowed.append(route.method.rawValue) }
        }
        guard !allowed.isEmpty else { throw Self.notThere }
        var error = APIError(
            .methodNotAllowed, code: "method_not_allowed",
            "\(method.rawValue) is not done here. There is: \(allowed.joined(separator: ", "))")
        error.allowed = allowed
        throw error
    }

    private static let notThere = APIError(
        .notFound, code: "unknown_url",
        "there is nothing at this path. The base URL ends with /v1; what there is: /openapi.json")
}
