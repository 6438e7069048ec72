import OrderedJSON

/// What went wrong, as a program reads it.
package struct ServedError: Error, Sendable, Hashable {
    package var message: String
    /// The kind: `invalid_request_error`, `server_error`, or the upstream's own word.
    package var type: String
    /// The field of the request it is about.
    package var param: String?
    package var code: String?
    /// What the upstream calls the request, for its own support.
    package var traceID: String?

    package init(
        message: String, type: String = "invalid_request_error", param: String? = nil, code: String? = nil,
        traceID: String? = nil
    ) {
        self.message = message
        self.type = type
        self.param = param
        self.code = code
        self.traceID = traceID
    }

    /// The body of an HTTP answer: all four keys the SDKs read, be they `null`, and the trace id where there is one.
    package var body: [UInt8] {
        var json = JSONWriter(reservingCapacity: 128 + message.utf8.count)
        json.beginObject()
        json.key("error")
        write(into: &json)
        if let traceID { json.field("trace_id", traceID) }
        json.endObject()
        return json.takeBytes()
    }

    /// The value of `error`.
    func write(into json: inout JSONWriter) {
        json.beginObject()
        json.field("message", message)
        json.field("type", type)
        json.field("param", orNull: param)
        json.field("code", orNull: code)
        json.endObject()
    }

    /// The code as a `response` object may have it: its list is closed, so any other is a `server_error`.
    var responseCode: String {
        guard let code else { return "server_error" }
        if Self.responseCodes.contains(code) { return code }
        return code.contains("rate_limit") || code == "too_many_requests" || type == "rate_limit_error"
            ? "rate_limit_exceeded" : "server_error"
    }

    private static let responseCodes: Set<String> = [
        "server_error", "rate_limit_exceeded", "invalid_prompt", "vector_store_timeout", "invalid_image",
        "invalid_image_format", "invalid_base64_image", "invalid_image_url", "image_too_large", "image_too_small",
        "image_parse_error", "image_content_policy_violation", "invalid_image_mode", "image_file_too_large",
        "unsupported_image_media_type", "empty_image_file", "failed_to_download_image", "image_file_not_found",
    ]
}

extension ServedAnswer {
    /// What a stream says of an answer that did not come to its end, where nobody said anything.
    var cut: ServedError {
        if let error { return error }
        if status == .cancelled {
            return ServedError(message: "the answer was cancelled", type: "server_error", code: "cancelled")
        }
        return ServedError(
            message: "the upstream's answer was cut off; what came of it is kept", type: "server_error",
            code: "interrupted")
    }
}

extension JSONWriter {
    mutating func field(_ name: String, orNull value: String?) {
        key(name)
        if let value { string(value) } else { null() }
    }

    mutating func field(_ name: String, _ value: Int) {
        key(name)
        number(value)
    }
}
