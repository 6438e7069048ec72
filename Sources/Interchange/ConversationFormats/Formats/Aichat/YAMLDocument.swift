import OrderedJSON
import Yams

/// A YAML document as the JSON it says.
enum YAMLDocument {
    /// The most values a document may have.
    private static let valueLimit = 5_000_000

    /// - Throws: ``FormatError/Code/damaged`` where it is no YAML, ``FormatError/Code/refused`` where it refers to itself:
    ///   no serializer of sessions writes that, and a few lines of it can stand for gigabytes.
    static func json(_ bytes: [UInt8], named name: String) throws(FormatError) -> JSON {
        let node: Node?
        do {
            node = try Parser(yaml: String(decoding: bytes, as: UTF8.self)).singleRoot()
        } catch {
            throw FormatError(.damaged, "\(name) is no whole YAML document: copy it again from where it came from.")
        }
        guard let node else { throw FormatError(.damaged, "\(name) is empty.") }
        var count = 0
        return try json(node, depth: 0, count: &count, named: name)
    }

    private static func json(_ node: Node, depth: Int, count: inout Int, named name: String) throws(FormatError) -> JSON
    {
        count += 1
        guard depth < 100, count < valueLimit, node.anchor == nil else {
            throw FormatError(.refused, "\(name) refers to parts of itself or is nested without end, as no session is.")
        }
        switch node {
        case .scalar(let scalar): return json(scalar)
        case .sequence(let sequence):
            var elements: [JSON] = []
            for element in sequence {
                elements.append(try json(element, depth: depth + 1, count: &count, named: name))
            }
            return .array(elements)
        case .mapping(let mapping):
            var object = JSONObject()
            for (key, value) in mapping {
                object.append(
                    key.scalar?.string ?? "", try json(value, depth: depth + 1, count: &count, named: name))
            }
            return .object(object)
        case .alias:
            throw FormatError(.refused, "\(name) refers to parts of itself, as no session does.")
        }
    }

    /// A plain scalar is what it looks like (YAML 1.2, core schema); a quoted or a block one is a text.
    private static func json(_ scalar: Node.Scalar) -> JSON {
        guard scalar.style == .plain || scalar.style == .any else { return .string(scalar.string) }
        switch scalar.string {
        case "null", "~", "": return .null
        case "true": return .bool(true)
        case "false": return .bool(false)
        default: return JSONNumber(spelling: scalar.string).map { .number($0) } ?? .string(scalar.string)
        }
    }
}
