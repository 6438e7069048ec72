/// Finds where a JSON value ends, in bytes that come piece by piece, without reading what it holds.
///
/// It counts brackets and steps over strings, and nothing else: what it finds still has to be parsed. Whatever the bytes
/// are, it looks at each of them once and keeps no memory; nesting costs a number, not stack.
package struct JSONSplitter: Sendable {
    private enum Place {
        /// Before the first byte of the value.
        case before
        case inString
        /// After a backslash in a string.
        case afterBackslash
        /// In an object or array, outside of strings.
        case between
        /// In a number or a word that no bracket is around.
        case inScalar
    }

    private var place = Place.before
    private var depth = 0

    package init() {}

    /// Goes on where the last call stopped.
    ///
    /// The first byte given is the first of the value: white space, commas and colons before it are the caller's.
    ///
    /// - Returns: how many of these bytes belong to the value, where it ends among them; nil where it goes on. A number
    ///   or a word ends before the byte that ends it, so the last one of a text does not end by itself.
    package mutating func end(in bytes: UnsafeRawBufferPointer) -> Int? {
        guard let base = bytes.baseAddress else { return nil }
        let count = bytes.count
        var offset = 0
        while offset < count {
            switch place {
            case .inString:
                offset = firstSpecial(base, from: offset, to: count)
                guard offset < count else { return nil }
                let byte = base.load(fromByteOffset: offset, as: UInt8.self)
                offset &+= 1
                if byte == UInt8(ascii: "\\") {
                    place = .afterBackslash
                } else if byte == UInt8(ascii: "\"") {
                    place = .between
                    if depth == 0 { return offset }
                }
            case .afterBackslash:
                // Of `\u0041` the digits are no business of ours: none of them is special.
                offset &+= 1
                place = .inString
            case .between:
                if let end = endBetween(base, &offset, count) { return end }
            case .before:
                switch base.load(fromByteOffset: offset, as: UInt8.self) {
                case UInt8(ascii: "\""):
                    place = .inString
                    offset &+= 1
                case UInt8(ascii: "{"), UInt8(ascii: "["): place = .between
                default: place = .inScalar
                }
            case .inScalar:
                while offset < count {
                    switch base.load(fromByteOffset: offset, as: UInt8.self) {
                    case UInt8(ascii: ","), UInt8(ascii: "]"), UInt8(ascii: "}"), UInt8(ascii: ":"), 0x20, 0x09, 0x0A,
                        0x0D:
                        return offset
                    default: offset &+= 1
                    }
                }
            }
        }
        return nil
    }

    /// Goes on outside of strings, to the next string or the end of the value.
    @inline(__always)
    private mutating func endBetween(_ base: UnsafeRawPointer, _ offset: inout Int, _ count: Int) -> Int? {
        while offset < count {
            let byte = base.load(fromByteOffset: offset, as: UInt8.self)
            offset &+= 1
            // `{` and `[`, `}` and `]` differ in one bit.
            if byte == UInt8(ascii: "\"") {
                place = .inString
                return nil
            } else if byte | 0x20 == UInt8(ascii: "{") {
                depth &+= 1
            } else if byte | 0x20 == UInt8(ascii: "}") {
                depth &-= 1
                if depth <= 0 { return offset }
            }
        }
        return nil
    }
}
