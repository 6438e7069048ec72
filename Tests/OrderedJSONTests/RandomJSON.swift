import OrderedJSON
import TestSupport

extension JSON {
    /// A value at most `depth` containers deep, with a liking for what goes wrong: escapes, marks, duplicate keys.
    static func random(depth: Int, using random: inout SeededNumbers) -> JSON {
        switch Int.random(in: 0..<(depth > 0 ? 8 : 5), using: &random) {
        case 0: return .null
        case 1: return .bool(Bool.random(using: &random))
        case 2: return .int(Int(truncatingIfNeeded: random.next()))
        case 3: return .double(Double(bitPattern: random.next()))
        case 4: return .string(randomString(using: &random))
        case 5, 6:
            let count = Int.random(in: 0..<6, using: &random)
            return .array((0..<count).map { _ in JSON.random(depth: depth - 1, using: &random) })
        default:
            var object = JSONObject()
            for _ in 0..<Int.random(in: 0..<6, using: &random) {
                object.append(randomString(using: &random), JSON.random(depth: depth - 1, using: &random))
            }
            return .object(object)
        }
    }

    private static func randomString(using random: inout SeededNumbers) -> String {
        let odd: [String] = [
            "\"", "\\", "/", "\0", "\n", "\u{1F}", "\u{7F}", "é", "e\u{301}", "😀", "\u{FFFF}", "\u{FEFF}",
        ]
        var text = ""
        for _ in 0..<Int.random(in: 0..<12, using: &random) {
            if Bool.random(using: &random) {
                text += odd.randomElement(using: &random) ?? ""
            } else {
                text += String(repeating: "plain ", count: Int.random(in: 0..<5, using: &random))
            }
        }
        return text
    }
}
