import OrderedJSON

/// What `llm` leaves out of a provider's answer because it stands elsewhere in the database, under the names it is
/// referred to by.
///
/// The form is the package condense-json's (simonw/condense-json, `condense_json/__init__.py`): `{"$":name}` stands for
/// a value, `{"$r":[…]}` for a text with values in it, `{"$":{"m":name,"u":{…},"d":[…]}}` for an object that differs from
/// a value, `{"$raw":…}` for an object that only looks like one of those.
struct CondensedValues {
    private var values: [String: JSON] = [:]

    /// The value of a name; the first one given stays.
    mutating func add(_ name: String, _ value: JSON) {
        if values[name] == nil { values[name] = value }
    }

    /// Whether some JSON holds marks of this form at all.
    static func areUsed(in json: JSON) -> Bool {
        switch json {
        case .object(let object):
            (object.count == 1 && ["$", "$r", "$raw"].contains(object[0].key))
                || object.contains { areUsed(in: $0.value) }
        case .array(let array): array.contains { areUsed(in: $0) }
        default: false
        }
    }

    /// The JSON as it was; nil where a name is not known, for then it cannot be restored exactly.
    func restore(_ json: JSON) -> JSON? {
        switch json {
        case .array(let array):
            var restored: [JSON] = []
            for element in array {
                guard let element = restore(element) else { return nil }
                restored.append(element)
            }
            return .array(restored)
        case .object(let object):
            guard object.count == 1, let mark = object.first else { return members(of: object) }
            switch mark.key {
            case "$raw":
                if let raw = mark.value.object { return members(of: raw) }
                return restore(mark.value)
            case "$":
                if let reference = mark.value.object { return merged(reference) }
                return mark.value.string.flatMap { values[$0] }
            case "$r": return text(mark.value)
            default: return members(of: object)
            }
        default: return json
        }
    }

    private func members(of object: JSONObject) -> JSON? {
        var restored = JSONObject()
        for member in object {
            guard let value = restore(member.value) else { return nil }
            restored.append(member.key, value)
        }
        return .object(restored)
    }

    private func text(_ segments: JSON) -> JSON? {
        guard let segments = segments.array else { return nil }
        var text = ""
        for segment in segments {
            if let words = segment.string {
                text += words
            } else if let name = segment["$"]?.string, let words = values[name]?.string {
                text += words
            } else {
                return nil
            }
        }
        return .string(text)
    }

    private func merged(_ reference: JSONObject) -> JSON? {
        guard let name = reference["m"]?.string, var object = values[name]?.object else { return nil }
        for key in reference["d"]?.array ?? [] {
            guard let key = key.string, object.contains(key) else { return nil }
            object.removeValue(forKey: key)
        }
        for member in reference["u"]?.object ?? JSONObject() {
            guard let value = restore(member.value) else { return nil }
            object[member.key] = value
        }
        return .object(object)
    }
}
