import Conversations
import OrderedJSON

/// A tool's call as a target takes it.
struct PortableCall {
    var id: String
    var name: String
    var arguments: String
    var isCustom: Bool
}

extension Portability {
    /// The call in the form that the target takes.
    ///
    /// - Parameter declared: the names of the tools that the request itself offers: they are taken as they are.
    mutating func portable(_ call: ToolCall, declared: Set<String>, at position: Int) -> PortableCall {
        var portable = PortableCall(
            id: portable(id: call.id), name: call.name, arguments: call.arguments, isCustom: call.kind == "custom")
        if !call.name.isToolName, !declared.contains(call.name), translates(.toolName, at: position) {
            portable.name = call.name.asToolName
        }
        if portable.isCustom {
            if translates(.customCall, at: position) {
                (portable.isCustom, portable.arguments) = (false, Self.wrapped(call.arguments))
            }
        } else if (try? JSON(parsing: call.arguments))?.object == nil {
            // No arguments at all are what some servers say for none.
            if call.arguments.allSatisfy(\.isWhitespace) {
                if rules.version >= 1 { portable.arguments = "{}" }
            } else if translates(.looseArguments, at: position) {
                portable.arguments = Self.wrapped(call.arguments)
            }
        }
        return portable
    }

    /// The id of a call as the target takes it, the same for the call and its result.
    mutating func portable(id: String) -> String {
        let isNine = rules.traits.contains(.nineCharacterIDs)
        let limit = dialect == .chat ? 40 : 64
        let fits = isNine ? id.utf8.count == 9 && id.utf8.allSatisfy(\.isLetterOrDigit) : 1...limit ~= id.utf8.count
        guard !fits, translates(.callID) else { return id }
        let digest = BlobDigest(of: Array(id.utf8)).bytes
        let letters = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
        let text = String(digest.prefix(isNine ? 9 : 24).map { letters[Int($0) % letters.count] })
        return isNine ? text : "call_" + text
    }

    private static func wrapped(_ arguments: String) -> String {
        JSON.object(["input": .string(arguments)]).text()
    }
}

extension String {
    fileprivate var isToolName: Bool {
        1...64 ~= utf8.count
            && utf8.allSatisfy { $0.isLetterOrDigit || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-") }
    }

    fileprivate var asToolName: String {
        if isEmpty { return "unnamed" }
        let bytes = unicodeScalars.prefix(64).map { scalar -> UInt8 in
            guard scalar.isASCII else { return UInt8(ascii: "_") }
            let byte = UInt8(scalar.value)
            return byte.isLetterOrDigit || byte == UInt8(ascii: "-") ? byte : UInt8(ascii: "_")
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension UInt8 {
    fileprivate var isLetterOrDigit: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }
}
