/// What of a JSON Schema (draft 2020-12) a document breaks.
///
/// Checked are the keywords that models are given for structured answers and that need no other document: `type`, `enum`,
/// `const`, `properties`, `required`, `additionalProperties`, `items`, `prefixItems`, `anyOf`, `oneOf`, `allOf`, `not`,
/// lengths, bounds and counts, and `$ref` within the schema (`#/…`). What else a schema says is taken as kept.
package struct JSONSchema: Sendable {
    private let root: JSON
    /// References that lead to each other go no further than this.
    private static let maximumDepth = 64

    package init(_ schema: JSON) { root = schema }

    /// The first thing in `document` that the schema does not allow, as a sentence that names its place by a JSON pointer
    /// (RFC 6901); nil where all is as it says.
    package func complaint(about document: JSON) -> String? { complaint(document, root, at: "", depth: 0) }

    private func complaint(_ value: JSON, _ schema: JSON, at place: String, depth: Int) -> String? {
        let name = place.isEmpty ? "the whole" : place
        if let allowed = schema.bool { return allowed ? nil : "\(name) is not allowed" }
        guard let rules = schema.object, depth < Self.maximumDepth else { return nil }
        func check(_ value: JSON, _ schema: JSON, _ place: String) -> String? {
            complaint(value, schema, at: place, depth: depth + 1)
        }
        if let reference = rules["$ref"]?.string, let target = resolve(reference) {
            if let found = check(value, target, place) { return found }
        }
        if let type = rules["type"] {
            let names = type.array?.compactMap(\.string) ?? [type.string].compactMap { $0 }
            guard names.contains(where: { value.isOf(type: $0) }) else {
                return "\(name) is \(value.typeName), not \(names.joined(separator: " or "))"
            }
        }
        if let choices = rules["enum"]?.array, !choices.contains(where: { $0 == value }) {
            return "\(name) is none of the values allowed"
        }
        if let only = rules["const"], only != value { return "\(name) is not the one value allowed" }
        if let all = rules["allOf"]?.array {
            for schema in all { if let found = check(value, schema, place) { return found } }
        }
        if let any = rules["anyOf"]?.array, !any.contains(where: { check(value, $0, place) == nil }) {
            return "\(name) fits none of the shapes allowed"
        }
        if let one = rules["oneOf"]?.array, one.filter({ check(value, $0, place) == nil }).count != 1 {
            return "\(name) does not fit exactly one of the shapes allowed"
        }
        if let not = rules["not"], check(value, not, place) == nil { return "\(name) has a shape that is not allowed" }
        if let object = value.object { return members(object, rules, place, check) }
        if let array = value.array { return elements(array, rules, place, check) }
        return measure(value, rules, name)
    }

    private func members(
        _ object: JSONObject, _ rules: JSONObject, _ place: String, _ check: (JSON, JSON, String) -> String?
    ) -> String? {
        for key in rules["required"]?.array?.compactMap(\.string) ?? [] where !object.contains(key) {
            return "\(place)/\(Self.escaped(key)) is missing"
        }
        let properties = rules["properties"]?.object ?? [:]
        for (key, value) in object {
            let place = "\(place)/\(Self.escaped(key))"
            if let schema = properties[key] {
                if let found = check(value, schema, place) { return found }
            } else if let others = rules["additionalProperties"], rules["patternProperties"] == nil {
                if let found = check(value, others, place) { return found }
            }
        }
        return Self.bounds(object.count, rules["minProperties"], rules["maxProperties"], place, "members")
    }

    private func elements(
        _ array: [JSON], _ rules: JSONObject, _ place: String, _ check: (JSON, JSON, String) -> String?
    ) -> String? {
        let first = rules["prefixItems"]?.array ?? []
        for (index, value) in array.enumerated() {
            guard let schema = index < first.count ? first[index] : rules["items"] else { continue }
            if let found = check(value, schema, "\(place)/\(index)") { return found }
        }
        return Self.bounds(array.count, rules["minItems"], rules["maxItems"], place, "elements")
    }

    private func measure(_ value: JSON, _ rules: JSONObject, _ name: String) -> String? {
        if let text = value.string {
            return Self.bounds(text.unicodeScalars.count, rules["minLength"], rules["maxLength"], name, "characters")
        }
        guard let number = value.double else { return nil }
        if let least = rules["minimum"]?.double, number < least { return "\(name) is below \(least)" }
        if let most = rules["maximum"]?.double, number > most { return "\(name) is above \(most)" }
        if let least = rules["exclusiveMinimum"]?.double, number <= least { return "\(name) is not above \(least)" }
        if let most = rules["exclusiveMaximum"]?.double, number >= most { return "\(name) is not below \(most)" }
        return nil
    }

    private static func bounds(
        _ count: Int, _ least: JSON?, _ most: JSON?, _ place: String, _ what: String
    ) -> String? {
        let name = place.isEmpty ? "the whole" : place
        if let least = least?.int, count < least { return "\(name) has \(count) \(what), fewer than \(least)" }
        if let most = most?.int, count > most { return "\(name) has \(count) \(what), more than \(most)" }
        return nil
    }

    /// A schema inside this one, by its pointer.
    private func resolve(_ reference: String) -> JSON? {
        guard reference.hasPrefix("#") else { return nil }
        var schema = root
        for step in reference.dropFirst().split(separator: "/") {
            let key = step.replacing("~1", with: "/").replacing("~0", with: "~")
            guard let next = schema[String(key)] ?? Int(key).flatMap({ schema[$0] }) else { return nil }
            schema = next
        }
        return schema
    }

    private static func escaped(_ key: String) -> String {
        key.replacing("~", with: "~0").replacing("/", with: "~1")
    }
}

extension JSON {
    fileprivate var typeName: String {
        switch self {
        case .null: "null"
        case .bool: "a boolean"
        case .number: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }

    fileprivate func isOf(type name: String) -> Bool {
        switch (self, name) {
        case (.null, "null"), (.bool, "boolean"), (.number, "number"), (.string, "string"), (.array, "array"),
            (.object, "object"):
            true
        // 1.0 is an integer there (JSON Schema Validation, 6.1.1).
        case (.number(let number), "integer"): number.double.rounded() == number.double
        default: false
        }
    }
}
