import OrderedJSON

/// Where two requests first differ: up to there a provider can use what it has cached.
package struct RequestComparison: Sendable, Equatable {
    /// How many bytes at the beginning of both are the same.
    package let sharedBytes: Int
    /// The place in the later request, as `messages[3].content`; nil where the two are the same.
    package let place: String?

    package init(_ before: [UInt8], _ request: [UInt8]) {
        sharedBytes = zip(before, request).prefix { $0 == $1 }.count
        guard before != request else {
            place = nil
            return
        }
        guard let old = try? JSON(parsing: before), let new = try? JSON(parsing: request) else {
            place = "byte \(sharedBytes + 1)"
            return
        }
        place = Self.firstDifference(old, new) ?? "byte \(sharedBytes + 1)"
    }

    /// The first place at which two documents differ, read in the order of the second.
    private static func firstDifference(_ old: JSON, _ new: JSON) -> String? {
        var path = ""
        var (old, new) = (old, new)
        while true {
            if let left = old.object, let right = new.object {
                guard let key = firstDifferingKey(left, right) else { return path.isEmpty ? nil : path }
                path += path.isEmpty ? key : ".\(key)"
                guard let before = left[key], let after = right[key] else { return path }
                (old, new) = (before, after)
            } else if let left = old.array, let right = new.array {
                let index = zip(left, right).prefix { $0.serialized() == $1.serialized() }.count
                guard index < max(left.count, right.count) else { return path.isEmpty ? nil : path }
                path += "[\(index)]"
                guard index < left.count, index < right.count else { return path }
                (old, new) = (left[index], right[index])
            } else {
                return path.isEmpty ? nil : path
            }
        }
    }

    private static func firstDifferingKey(_ old: JSONObject, _ new: JSONObject) -> String? {
        let (before, after) = (Array(old.keys), Array(new.keys))
        for (index, key) in after.enumerated() {
            guard index < before.count, before[index] == key else { return key }
            if old[key]?.serialized() != new[key]?.serialized() { return key }
        }
        return before.count > after.count ? before[after.count] : nil
    }
}
