import HTTPTypes

/// Keeps web pages out: a page in a person's browser reaches this machine's ports, under a name of its own that it lets
/// point here (DNS rebinding) or across origins. Programs send neither header.
struct WebPageCheck: Sendable {
    /// Whether the names in `Host` are checked: not where everyone must show a key, which no page has.
    let checksHost: Bool
    let hosts: Set<String>
    let origins: Set<String>

    init(_ settings: GatewaySettings) {
        if case .tcp(let host, _) = settings.address {
            checksHost = settings.isLocal
            hosts = Set((settings.hosts + [host]).map { LocalNames.name(ofHost: $0) })
        } else {
            checksHost = false
            hosts = []
        }
        origins = Set(settings.origins.map { $0.lowercased() })
    }

    /// - Throws: 400 without a `Host`, 403 for a name or an origin that may not ask.
    func check(_ head: HTTPRequest) throws(APIError) {
        if checksHost {
            guard let host = head.authority, !host.isEmpty else {
                throw APIError(.badRequest, code: "no_host", "the request names no Host.")
            }
            let name = LocalNames.name(ofHost: host)
            guard LocalNames.isLoopback(host: name) || hosts.contains(name) else {
                throw APIError(
                    .forbidden, code: "host_refused",
                    "this service is not known as \(Self.shown(name)). If it should be, add it to hosts under [serve] in the configuration."
                )
            }
        }
        if let origin = head.headerFields[.origin] {
            guard isAllowed(origin) else {
                throw APIError(
                    .forbidden, code: "origin_refused",
                    "web pages from \(Self.shown(origin)) may not ask here. If they should, add it to origins under [serve] in the configuration."
                )
            }
        } else if let site = head.headerFields[Self.fetchSite], site == "cross-site" || site == "same-site" {
            throw APIError(.forbidden, code: "origin_refused", "web pages of other sites may not ask here.")
        }
    }

    func isAllowed(_ origin: String) -> Bool { origins.contains("*") || origins.contains(origin.lowercased()) }

    /// The answer to a page's question whether it may ask (CORS preflight), for a page that may.
    func preflight(_ head: HTTPRequest) -> GatewayAnswer? {
        guard head.method == .options, let origin = head.headerFields[.origin],
            head.headerFields[Self.requestMethod] != nil, isAllowed(origin)
        else { return nil }
        var answer = GatewayAnswer(status: .noContent)
        answer.fields[Self.allowMethods] = "GET, POST, PATCH, DELETE, OPTIONS"
        answer.fields[Self.allowHeaders] = head.headerFields[Self.requestHeaders] ?? "authorization, content-type"
        answer.fields[Self.maxAge] = "600"
        return answer
    }

    /// What lets the page read an answer.
    func allow(_ head: HTTPRequest, in fields: inout HTTPFields) {
        guard let origin = head.headerFields[.origin], isAllowed(origin) else { return }
        fields[.accessControlAllowOrigin] = origin
        fields[.vary] = "Origin"
        fields[Self.exposeHeaders] = "X-Request-Id, X-Diwan-Thread, X-Diwan-Message, X-Diwan-Call, Retry-After"
    }

    private static func shown(_ text: String) -> String {
        String(text.prefix(100).unicodeScalars.filter { $0.value > 0x20 && $0.value < 0x7F }.map(Character.init))
    }

    private static let fetchSite = HTTPField.Name("Sec-Fetch-Site")!
    private static let requestMethod = HTTPField.Name("Access-Control-Request-Method")!
    private static let requestHeaders = HTTPField.Name("Access-Control-Request-Headers")!
    private static let allowMethods = HTTPField.Name("Access-Control-Allow-Methods")!
    private static let allowHeaders = HTTPField.Name("Access-Control-Allow-Headers")!
    private static let exposeHeaders = HTTPField.Name("Access-Control-Expose-Headers")!
    private static let maxAge = HTTPField.Name("Access-Control-Max-Age")!
}
