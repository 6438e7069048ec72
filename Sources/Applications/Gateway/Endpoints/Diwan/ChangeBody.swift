import OrderedJSON

/// The fields of a body that changes something: each is taken by its name, and one that nobody takes is an error.
struct ChangeBody {
    private var fields: JSONObject
    private let known: [String]

    /// - Parameter known: the names that there are.
    /// - Throws: 400 for a body that is no object, or that has other names.
    init(_ request: GatewayRequest, _ known: String...) throws(APIError) {
        if request.body.isEmpty {
            fields = JSONObject()
        } else {
            guard let object = try request.json().object else {
                throw .invalid(nil, "the body must be a JSON object.")
            }
            fields = object
        }
        self.known = known
        for name in fields.keys where !known.contains(name) {
            throw .invalid(name, "there is no field '\(name)' here. There is: \(known.joined(separator: ", ")).")
        }
    }

    /// Whether nothing is to be changed.
    var isEmpty: Bool { fields.isEmpty }

    /// A text; nil where the field is absent.
    func text(_ name: String) throws(APIError) -> String? {
        guard let value = fields[name] else { return nil }
        guard let text = value.string else { throw .invalid(name, "\(name) must be a text.") }
        return text
    }

    /// A text that has to be there.
    func neededText(_ name: String) throws(APIError) -> String {
        guard let text = try text(name) else { throw .invalid(name, "\(name) is needed.") }
        return text
    }

    /// A text or null; nil where the field is absent.
    func textOrNull(_ name: String) throws(APIError) -> String?? {
        guard let value = fields[name] else { return nil }
        return value.isNull ? .some(nil) : .some(try text(name))
    }

    func flag(_ name: String) throws(APIError) -> Bool? {
        guard let value = fields[name] else { return nil }
        guard let flag = value.bool else { throw .invalid(name, "\(name) must be true or false.") }
        return flag
    }

    func texts(_ name: String) throws(APIError) -> [String]? {
        guard let value = fields[name] else { return nil }
        guard let array = value.array, case let texts = array.compactMap(\.string), texts.count == array.count else {
            throw .invalid(name, "\(name) must be a list of texts.")
        }
        return texts
    }
}
