package import OrderedJSON

/// The elements of a JSON document too large for memory, one at a time.
///
/// What an element is:
/// - of an array at the top, its elements;
/// - of an object at the top, the elements of the array in it (`{"conversations":[…]}`): the member named, or the first
///   one that holds objects or arrays. An object that holds none, or that is not to be looked into, is one element;
/// - of JSON Lines, the lines. Blank ones are none; they end with LF or CRLF, and U+2028 is a character like others;
/// - of documents one after another, those.
///
/// What holds memory is one element. One that cannot be read is given as damaged and the next one follows: where a
/// bracket or a quote is missing, that is the next place that begins as the elements before did. A file that is cut off
/// gives its whole elements and then a damaged one.
package struct JSONElements: ~Copyable {
    package enum Element: Sendable {
        case json(JSON)
        /// It cannot be read: why, in the same words for the same cause, and which element it is, from 1.
        case damaged(String, number: Int)
    }

    /// What is taken from a document.
    package struct Layout: Sendable {
        /// The member of an object at the top whose elements are wanted; nil for the first that holds objects or arrays.
        package var member: String?
        /// Whether an object at the top is looked into. If not, `{"messages":[…]}` is one element, alone in its file or on
        /// its line.
        package var looksInside = true
        /// The most bytes an element may have: it stands in memory.
        package var elementLimit = 1 << 30

        package init(member: String? = nil, looksInside: Bool = true, elementLimit: Int = 1 << 30) {
            self.member = member
            self.looksInside = looksInside
            self.elementLimit = elementLimit
        }
    }

    /// The other members of the object whose array is read, as far as they have been passed: those before the array from
    /// the first ``next()`` on, those after it at the end.
    package private(set) var header = JSONObject()

    private enum Place {
        case beginning
        /// Between documents.
        case top
        /// Between lines, of which each is a document.
        case lines
        /// Before an element of an array, or after one.
        case array
        /// Before the key of a member of the object at the top, or after its value.
        case object
        case end
    }

    private let layout: Layout
    private var scan: ElementScan
    private var place = Place.beginning
    private var isInObject = false
    private var hasEnteredArray = false
    private var hasEmptyArray = false
    private var number = 0
    /// Whether it has been said that the file is cut off.
    private var isCutOff = false

    package init(_ stream: any ByteStream, _ layout: Layout = Layout()) throws(FormatError) {
        self.layout = layout
        scan = ElementScan(stream, limit: layout.elementLimit)
    }

    /// The next element; nil at the end.
    package mutating func next() throws(FormatError) -> Element? {
        while true {
            switch place {
            case .beginning: try begin()
            case .top:
                guard let byte = try scan.firstByte() else {
                    place = .end
                    continue
                }
                if byte == UInt8(ascii: "[") {
                    scan.drop(1)
                    place = .array
                } else {
                    return numbered(try scan.document())
                }
            case .lines:
                guard let line = try scan.line() else {
                    place = .end
                    continue
                }
                return numbered(line)
            case .array:
                guard let byte = try scan.firstByte(after: UInt8(ascii: ",")) else {
                    place = .end
                    if isCutOff { continue }
                    return numbered(.failure(.cutOff))
                }
                if byte == UInt8(ascii: "]") {
                    scan.drop(1)
                    place = isInObject ? .object : .top
                } else {
                    return numbered(try scan.element())
                }
            case .object:
                if let element = try member() { return element }
            case .end: return nil
            }
        }
    }

    private mutating func numbered(_ outcome: Result<JSON, ElementScan.Damage>) -> Element {
        number += 1
        if case .failure(.cutOff) = outcome { isCutOff = true }
        return switch outcome {
        case .success(let json): .json(json)
        case .failure(let damage): .damaged(damage.rawValue, number: number)
        }
    }

    private mutating func begin() throws(FormatError) {
        try scan.skipByteOrderMark()
        guard try scan.firstByte() == UInt8(ascii: "{") else {
            // Whatever begins neither way is no document either: line by line, each is said.
            place = try scan.firstByte() == UInt8(ascii: "[") ? .top : .lines
            return
        }
        switch try scan.whatFollowsTheFirstDocument() {
        case .lines: place = .lines
        case .documents: place = .top
        case .nothing where layout.looksInside:
            scan.drop(1)
            isInObject = true
            place = .object
        case .nothing: place = .top
        }
    }

    /// Takes a member of the object at the top, or enters the array in it.
    private mutating func member() throws(FormatError) -> Element? {
        guard let byte = try scan.firstByte(after: UInt8(ascii: ",")), byte == UInt8(ascii: "\"") else {
            return try endObject()
        }
        guard case .success(.string(let key)) = try scan.document(),
            try scan.firstByte(after: UInt8(ascii: ":")) != nil
        else {
            place = .end
            return numbered(.failure(.cutOff))
        }
        if !hasEnteredArray, layout.member.map({ $0.utf8.elementsEqual(key.utf8) }) ?? true,
            try scan.firstByte() == UInt8(ascii: "[")
        {
            switch try scan.byteInsideArray() {
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                scan.drop(1)
                hasEnteredArray = true
                place = .array
                return nil
            case UInt8(ascii: "]"): hasEmptyArray = true
            default: break
            }
        }
        switch try scan.document() {
        case .success(let value): header.append(key, value)
        case .failure(let damage): return numbered(.failure(damage))
        }
        return nil
    }

    private mutating func endObject() throws(FormatError) -> Element? {
        isInObject = false
        guard try scan.firstByte() == UInt8(ascii: "}") else {
            place = .end
            let isAtEnd = try scan.firstByte() == nil
            return isAtEnd && isCutOff ? nil : numbered(.failure(isAtEnd ? .cutOff : .broken))
        }
        scan.drop(1)
        place = .top
        // An object without an array of that kind is an element; one whose array is empty has none.
        return hasEnteredArray || hasEmptyArray ? nil : numbered(.success(.object(header)))
    }
}
