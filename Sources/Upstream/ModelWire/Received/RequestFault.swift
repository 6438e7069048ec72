import OrderedJSON

/// Why a program's request cannot be served as it is, in the words that OpenAI's API has for it.
///
/// Nothing of a conversation is in it, only names, numbers and the word that stood where another was wanted.
package struct RequestFault: Error, Sendable, Hashable {
    package var status = 400
    package var message: String
    package var type = "invalid_request_error"
    /// The field it is about, as `input[3].content`; nil for the body as a whole.
    package var param: String?
    package var code: String?

    package init(_ message: String, param: String?, code: String?) {
        self.message = message
        self.param = param
        self.code = code
    }
}

extension RequestFault {
    static func missing(_ param: String) -> RequestFault {
        RequestFault("Missing required parameter: '\(param)'.", param: param, code: "missing_required_parameter")
    }

    /// A value of the wrong type; `expected` with its article, as `a string` or `one of a string or an array of objects`.
    static func type(of param: String, expected: String, got value: JSON) -> RequestFault {
        RequestFault(
            "Invalid type for '\(param)': expected \(expected), but got \(value.kindWithArticle) instead.",
            param: param, code: "invalid_type")
    }

    static func value(of param: String, got value: String, supported: [String]) -> RequestFault {
        var names = supported.map { "'\($0)'" }
        if names.count > 1, let last = names.popLast() {
            names[names.count - 1] += names.count > 1 ? ", and \(last)" : " and \(last)"
        }
        return RequestFault(
            "Invalid value: '\(value.shortened)'. Supported values are: \(names.joined(separator: ", ")).",
            param: param, code: "invalid_value")
    }

    static func outOfRange(
        _ param: String, isInteger: Bool, isAbove: Bool, bound: String, got value: String
    )
        -> RequestFault
    {
        let kind = isInteger ? "integer" : "decimal"
        return RequestFault(
            "Invalid '\(param)': \(kind) \(isAbove ? "above maximum" : "below minimum") value. Expected a value "
                + "\(isAbove ? "<=" : ">=") \(bound), but got \(value.shortened) instead.",
            param: param, code: "\(kind)_\(isAbove ? "above_max" : "below_min")_value")
    }

    static func emptyArray(_ param: String) -> RequestFault {
        RequestFault(
            "Invalid '\(param)': empty array. Expected an array with minimum length 1, but got an empty array instead.",
            param: param, code: "empty_array")
    }

    static func tooMany(_ param: String, limit: Int, got count: Int) -> RequestFault {
        RequestFault(
            "Invalid '\(param)': array too long. Expected an array with maximum length \(limit), but got an array with "
                + "length \(count) instead.",
            param: param, code: "array_above_max_length")
    }

    static func tooLong(_ param: String, limit: Int, got count: Int) -> RequestFault {
        RequestFault(
            "Invalid '\(param)': string too long. Expected a string with maximum length \(limit), but got a string with "
                + "length \(count) instead.",
            param: param, code: "string_above_max_length")
    }

    static func tooManyMembers(_ param: String, limit: Int, got count: Int) -> RequestFault {
        RequestFault(
            "Invalid '\(param)': too many properties. Expected an object with at most \(limit) properties, but got an "
                + "object with \(count) properties instead.",
            param: param, code: "object_above_max_properties")
    }

    /// The body is no JSON, or none that is read.
    static func unreadable(_ error: JSONError, maximumDepth: Int) -> RequestFault {
        let advice =
            error.code == .tooDeep
            ? "\(maximumDepth) levels are read."
            : "Check that it is one JSON object, with double quotes around every name and no comma before a closing brace."
        return RequestFault(
            "We could not parse the JSON body of your request: \(error.description). \(advice)", param: nil, code: nil)
    }
}

extension JSON {
    /// What kind of value it is, as OpenAI's errors call it.
    fileprivate var kindWithArticle: String {
        switch self {
        case .null: "null"
        case .bool: "a boolean"
        case .number(let number): number.int == nil ? "a decimal number" : "an integer"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }
}

extension String {
    /// Short enough for an error's one line.
    var shortened: String { count > 60 ? prefix(60) + "…" : self }
}
