import Conversations
import OrderedJSON

/// The fields of a line as they are read, one by one, so that those nobody asked for are known at the end.
struct LineFields {
    private let object: JSONObject
    private var asked: Set<String> = ["object"]

    init(_ object: JSONObject) { self.object = object }

    /// Names that nobody asked for.
    var unknown: [String] { object.keys.filter { !asked.contains($0) } }

    /// A field; nil where it is null or missing.
    mutating func optional(_ name: String) -> JSON? {
        asked.insert(name)
        guard let value = object[name], !value.isNull else { return nil }
        return value
    }

    mutating func optional<Value>(_ name: String, _ read: (JSON) -> Value?) throws(LineFault) -> Value? {
        guard let json = optional(name) else { return nil }
        guard let value = read(json) else { throw LineFault("a \(name) that is none") }
        return value
    }

    mutating func required<Value>(_ name: String, _ read: (JSON) -> Value?) throws(LineFault) -> Value {
        guard let value = try optional(name, read) else { throw LineFault("no \(name)") }
        return value
    }

    mutating func text(_ name: String) throws(LineFault) -> String? { try optional(name, \.string) }

    mutating func flag(_ name: String) throws(LineFault) -> Bool { try optional(name, \.bool) ?? false }

    mutating func texts(_ name: String) throws(LineFault) -> [String] {
        try optional(name) { json in
            let texts = json.array?.map(\.string)
            return texts.flatMap { $0.contains(nil) ? nil : $0.compactMap { $0 } }
        } ?? []
    }

    mutating func time(_ name: String) throws(LineFault) -> Timestamp? { try optional(name) { Timestamp(line: $0) } }

    mutating func id<Kind>(_ name: String, of kind: Kind.Type = Kind.self) throws(LineFault) -> Identifier<Kind>? {
        try optional(name) { $0.string.flatMap { Identifier<Kind>($0) } }
    }
}

extension JSON {
    /// A string, or null.
    static func line(_ text: String?) -> JSON { text.map { .string($0) } ?? .null }
    static func line(_ number: Int?) -> JSON { number.map { .int($0) } ?? .null }
    static func line(_ time: Timestamp?) -> JSON { time?.line ?? .null }
    static func line<Kind>(_ id: Identifier<Kind>?) -> JSON { line(id?.description) }
    static func line(_ texts: [String]) -> JSON { .array(texts.map { .string($0) }) }

    /// A number as short as it can be and still the same.
    static func line(_ number: Double?) -> JSON {
        guard let number else { return .null }
        let isShort = number.magnitude < 1e15 && (number.sign == .plus || number != 0)
        return (isShort ? Int(exactly: number) : nil).map { .int($0) } ?? .double(number)
    }
}
