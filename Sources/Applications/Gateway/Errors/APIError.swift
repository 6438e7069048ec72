import HTTPTypes
package import OrderedJSON

/// An error as a caller gets it: OpenAI's shape, with a status.
package struct APIError: Error, Sendable {
    package let status: Int
    /// OpenAI's `type`.
    package let type: String
    package let code: String?
    /// The field of the request it is about.
    package let param: String?
    package let message: String
    /// What the upstream calls the request.
    package var traceID: String?
    /// When another try may do better, in seconds.
    package var retryAfter: Int?
    /// Whether an SDK may send the request again by itself; nil leaves it to the status.
    package var shouldRetry: Bool?
    /// Whether the connection cannot be used after it: the rest of the request is not read.
    package var closesConnection = false
    package var allowed: [String] = []

    package init(status: Int, type: String? = nil, code: String?, param: String? = nil, _ message: String) {
        self.status = status
        self.type = type ?? Self.type(of: status)
        self.code = code
        self.param = param
        self.message = message
    }

    init(_ status: HTTPResponse.Status, code: String?, param: String? = nil, _ message: String) {
        self.init(status: status.code, code: code, param: param, message)
    }

    /// `{"error":{"message","type","param","code"}}`
    package var json: JSON {
        var error: JSONObject = [
            "message": .string(message), "type": .string(type), "param": param.map { .string($0) } ?? .null,
            "code": code.map { .string($0) } ?? .null,
        ]
        if let traceID { error["trace_id"] = .string(traceID) }
        return .object(["error": .object(error)])
    }

    private static func type(of status: Int) -> String {
        switch status {
        case 401: "authentication_error"
        case 403: "permission_error"
        case 404: "not_found_error"
        case 429: "rate_limit_error"
        case 500...: "server_error"
        default: "invalid_request_error"
        }
    }
}

extension APIError {
    /// A field of the request that is missing or wrong.
    package static func invalid(_ param: String?, _ message: String) -> APIError {
        APIError(status: 400, code: "invalid_value", param: param, message)
    }

    /// There is nothing of that id, or this caller may not know that there is.
    package static func notFound(_ message: String) -> APIError { APIError(status: 404, code: "not_found", message) }

    /// What goes with it in the head of the answer.
    var fields: HTTPFields {
        var fields = HTTPFields()
        if let retryAfter { fields[.retryAfter] = String(retryAfter) }
        if let shouldRetry { fields[HTTPField.Name("x-should-retry")!] = shouldRetry ? "true" : "false" }
        if closesConnection { fields[.connection] = "close" }
        if !allowed.isEmpty { fields[.allow] = allowed.joined(separator: ", ") }
        if status == 401 { fields[.wwwAuthenticate] = "Bearer" }
        return fields
    }
}
