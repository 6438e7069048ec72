import OrderedJSON

/// Reads the fields of an object with the types they have to have. `null` counts as left out.
struct FieldReader {
    let object: JSONObject
    /// What stands before the names in a complaint, and the element it is in.
    var prefix = ""
    var place: FieldPlace?

    private func full(_ name: String) -> String { place.map { $0.name(prefix + name) } ?? prefix + name }

    func value(_ name: String) -> JSON? {
        guard let value = object[name], !value.isNull else { return Optional.none }
        return value
    }

    func string(_ name: String) throws(RequestFault) -> String? {
        guard let value = value(name) else { return nil }
        guard let string = value.string else { throw .type(of: full(name), expected: "a string", got: value) }
        return string
    }

    func bool(_ name: String) throws(RequestFault) -> Bool? {
        guard let value = value(name) else { return nil }
        guard let bool = value.bool else { throw .type(of: full(name), expected: "a boolean", got: value) }
        return bool
    }

    func array(_ name: String) throws(RequestFault) -> [JSON]? {
        guard let value = value(name) else { return nil }
        guard let array = value.array else { throw .type(of: full(name), expected: "an array", got: value) }
        return array
    }

    func object(_ name: String) throws(RequestFault) -> JSONObject? {
        guard let value = value(name) else { return nil }
        guard let object = value.object else { throw .type(of: full(name), expected: "an object", got: value) }
        return object
    }

    /// A string that is one of some words.
    func word(_ name: String, of words: [String]) throws(RequestFault) -> String? {
        guard let word = try string(name) else { return nil }
        guard words.contains(word) else { throw .value(of: full(name), got: word, supported: words) }
        return word
    }

    /// A whole number, however it is spelled: `64.0` is one.
    func integer(_ name: String, in range: ClosedRange<Int>) throws(RequestFault) -> Int? {
        guard let value = value(name) else { return nil }
        guard case .number(let number) = value else {
            throw .type(of: full(name), expected: "an integer", got: value)
        }
        guard let integer = number.int else {
            // Beyond what an integer holds; a fraction of an ordinary size is of another type.
            guard !(Double(Int.min)...Double(Int.max)).contains(number.double) else {
                throw .type(of: full(name), expected: "an integer", got: value)
            }
            throw outOfRange(name, number, isInteger: true, isAbove: number.double > 0, range: range)
        }
        guard range.contains(integer) else {
            throw outOfRange(name, number, isInteger: true, isAbove: integer > range.upperBound, range: range)
        }
        return integer
    }

    func decimal(_ name: String, in range: ClosedRange<Double>) throws(RequestFault) -> Double? {
        guard let value = value(name) else { return nil }
        guard case .number(let number) = value else {
            throw .type(of: full(name), expected: "a decimal", got: value)
        }
        guard range.contains(number.double) else {
            let bound = number.double > range.upperBound ? range.upperBound : range.lowerBound
            throw .outOfRange(
                full(name), isInteger: false, isAbove: number.double > range.upperBound, bound: "\(Int(bound))",
                got: number.spelling)
        }
        return number.double
    }

    private func outOfRange(
        _ name: String, _ number: JSONNumber, isInteger: Bool, isAbove: Bool, range: ClosedRange<Int>
    ) -> RequestFault {
        .outOfRange(
            full(name), isInteger: isInteger, isAbove: isAbove,
            bound: "\(isAbove ? range.upperBound : range.lowerBound)", got: number.spelling)
    }

    /// What a program notes of its own: at most 16 pairs of words.
    func metadata() throws(RequestFault) -> JSONObject? {
        guard let metadata = try object("metadata") else { return nil }
        if metadata.count > 16 { throw .tooManyMembers("metadata", limit: 16, got: metadata.count) }
        for (key, value) in metadata {
            let name = "metadata.\(key.shortened)"
            if key.unicodeScalars.count > 64 { throw .tooLong(name, limit: 64, got: key.unicodeScalars.count) }
            guard let string = value.string else { throw .type(of: name, expected: "a string", got: value) }
            let length = string.unicodeScalars.count
            if length > 512 { throw .tooLong(name, limit: 512, got: length) }
        }
        return metadata
    }

    /// The conversation named by its id, or by an object that has it.
    func conversationID() throws(RequestFault) -> String? {
        guard let value = value("conversation") else { return nil }
        if let id = value.string { return id }
        guard let object = value.object else {
            throw .type(of: "conversation", expected: "one of a string or an object", got: value)
        }
        guard let id = try FieldReader(object: object, prefix: "conversation.").string("id") else {
            throw .missing("conversation.id")
        }
        return id
    }
}
