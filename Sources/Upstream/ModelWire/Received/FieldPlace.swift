/// Where in a request something stands. Its name is made only when there is something to complain about.
struct FieldPlace: Sendable {
    let list: String
    let index: Int
    /// Chat says `messages.[2].role` where the Responses API says `input[2].role`.
    let isDotted: Bool
    private var inner: (list: String, index: Int)?

    init(_ list: String, _ index: Int, isDotted: Bool) {
        self.list = list
        self.index = index
        self.isDotted = isDotted
    }

    /// An element of a list in the element.
    func inside(_ list: String, _ index: Int) -> FieldPlace {
        var copy = self
        copy.inner = (list, index)
        return copy
    }

    /// The name of a field of the element; nil for the element itself.
    func name(_ field: String? = nil) -> String {
        let dot = isDotted ? "." : ""
        var name = "\(list)\(dot)[\(index)]"
        if let inner { name += ".\(inner.list)\(dot)[\(inner.index)]" }
        return field.map { "\(name).\($0)" } ?? name
    }
}
