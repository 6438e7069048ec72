import OrderedJSON

extension JSON {
    /// JSON as Python's `json.dumps` writes it, a blank after each comma and colon, non-ASCII escaped: `llm` writes what
    /// it keeps this way, so that a value restored reads as it was kept.
    func pythonText(isCompact: Bool = false) -> String {
        var text = ""
        write(into: &text, comma: isCompact ? "," : ", ", colon: isCompact ? ":" : ": ")
        return text
    }

    private func write(into text: inout String, comma: String, colon: String) {
        switch self {
        case .null: text += "null"
        case .bool(let bool): text += bool ? "true" : "false"
        case .number(let number): text += number.spelling
        case .string(let string): Self.write(string, into: &text)
        case .array(let elements):
            text += "["
            for (index, element) in elements.enumerated() {
                if index > 0 { text += comma }
                element.write(into: &text, comma: comma, colon: colon)
            }
            text += "]"
        case .object(let object):
            text += "{"
            for (index, member) in object.enumerated() {
                if index > 0 { text += comma }
                Self.write(member.key, into: &text)
                text += colon
                member.value.write(into: &text, comma: comma, colon: colon)
            }
            text += "}"
        }
    }

    private static func write(_ string: String, into text: inout String) {
        text += "\""
        for unit in string.utf16 {
            switch unit {
            case 0x22: text += "\\\""
            case 0x5C: text += "\\\\"
            case 0x08: text += "\\b"
            case 0x0C: text += "\\f"
            case 0x0A: text += "\\n"
            case 0x0D: text += "\\r"
            case 0x09: text += "\\t"
            case 0x20...0x7E: text.unicodeScalars.append(Unicode.Scalar(UInt8(unit)))
            default:
                let digits = String(unit, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            }
        }
        text += "\""
    }
}
