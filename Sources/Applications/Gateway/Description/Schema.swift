import OrderedJSON

/// JSON Schemas, as short as they can be said.
enum Schema {
    static let any: JSON = [:]
    static let text: JSON = ["type": "string"]
    static let integer: JSON = ["type": "integer"]
    static let number: JSON = ["type": "number"]
    static let flag: JSON = ["type": "boolean"]
    static let time: JSON = ["type": "string", "format": "date-time"]

    static func integer(_ range: ClosedRange<Int>) -> JSON {
        ["type": "integer", "minimum": .int(range.lowerBound), "maximum": .int(range.upperBound)]
    }

    static func number(_ range: ClosedRange<Int>) -> JSON {
        ["type": "number", "minimum": .int(range.lowerBound), "maximum": .int(range.upperBound)]
    }

    static func word(_ words: [String]) -> JSON { ["type": "string", "enum": .array(words.map { .string($0) })] }
    static func word(_ words: String...) -> JSON { word(words) }
    static func constant(_ word: String) -> JSON { ["const": .string(word)] }

    static func orNull(_ schema: JSON) -> JSON { ["anyOf": [schema, ["type": "null"]]] }
    static func either(_ schemas: JSON...) -> JSON { ["anyOf": .array(schemas)] }

    static func list(_ schema: JSON, atLeast least: Int? = nil, atMost most: Int? = nil) -> JSON {
        var list: JSONObject = ["type": "array", "items": schema]
        if let least { list["minItems"] = .int(least) }
        if let most { list["maxItems"] = .int(most) }
        return .object(list)
    }

    /// An object.
    ///
    /// - Parameters:
    ///   - fields: those that are always there; what is absent is null, never missing.
    ///   - maybe: those that need not be there.
    ///   - isClosed: whether another field is an error.
    static func object(
        _ fields: KeyValuePairs<String, JSON> = [:], maybe: KeyValuePairs<String, JSON> = [:], isClosed: Bool = false
    ) -> JSON {
        var object: JSONObject = ["type": "object"]
        if !fields.isEmpty { object["required"] = .array(fields.map { .string($0.key) }) }
        var properties = JSONObject()
        for (name, schema) in fields { properties[name] = schema }
        for (name, schema) in maybe { properties[name] = schema }
        object["properties"] = .object(properties)
        if isClosed { object["additionalProperties"] = false }
        return .object(object)
    }

    /// One of ``DescribedShapes``, by its name.
    static func shape(_ name: String) -> JSON { ["$ref": .string("#/components/schemas/\(name)")] }

    /// A page of a list.
    static func page(_ schema: JSON) -> JSON {
        object([
            "object": constant("list"), "data": list(schema), "first_id": text, "last_id": text, "has_more": flag,
        ])
    }
}
