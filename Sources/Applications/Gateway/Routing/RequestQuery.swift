/// What stands behind the `?` of a request's target.
package struct RequestQuery: Sendable {
    private let items: [(name: String, value: String)]

    init(_ target: String) {
        guard let mark = target.firstIndex(of: "?") else {
            items = []
            return
        }
        items = target[target.index(after: mark)...].split(separator: "&").map { item in
            let parts = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (Self.decode(parts[0]), parts.count > 1 ? Self.decode(parts[1]) : "")
        }
    }

    /// Every field, in order.
    var all: [(name: String, value: String)] { items }

    /// The first value of a name.
    package subscript(_ name: String) -> String? { items.first { $0.name == name }?.value }

    /// Every value of a name; SDKs repeat it, plainly or as `name[]`.
    package func all(_ name: String) -> [String] {
        items.filter { $0.name == name || $0.name == name + "[]" }.map(\.value)
    }

    /// A number; an error that names the parameter where it is none.
    package func integer(_ name: String) throws(APIError) -> Int? {
        guard let text = self[name] else { return nil }
        guard let number = Int(text) else { throw .invalid(name, "\(name) must be a whole number.") }
        return number
    }

    private static func decode(_ text: Substring) -> String {
        let spaced = text.contains("+") ? text.map { $0 == "+" ? " " : String($0) }.joined() : String(text)
        return PercentEncoding.decode(spaced) ?? spaced
    }
}
