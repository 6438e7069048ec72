import OrderedJSON

/// Takes a tree of messages apart where it stands in the file.
enum LibreChatTree {
    /// The document with every message of its tree in one list, `messages`, each child with its parent's id in
    /// `parentMessageId` if it names none; nil where the file is not nested too deep to be read as it is.
    static func flattened(_ source: any ImportSource, _ entry: ImportEntry) throws -> JSON? {
        guard try isDeep(source, entry) else { return nil }
        let bytes = try source.bytes(of: entry)
        var cutter = TreeCutter(bytes)
        guard let pieces = cutter.pieces(), var root = (try? JSON(parsing: pieces[0].bytes))?.object else { return nil }
        var messages: [JSON] = []
        var ids: [String?] = [nil]
        for piece in pieces.dropFirst() {
            // One message that cannot be read does not hide those below it.
            guard var message = (try? JSON(parsing: piece.bytes))?.object else {
                ids.append(ids[piece.parent])
                continue
            }
            if message["parentMessageId"] == nil, let parent = ids[piece.parent] {
                message["parentMessageId"] = .string(parent)
            }
            ids.append(message["messageId"]?.string ?? ids[piece.parent])
            messages.append(.object(message))
        }
        root["messagesTree"] = nil
        root["messages"] = .array(messages)
        return .object(root)
    }

    private static func isDeep(_ source: any ImportSource, _ entry: ImportEntry) throws -> Bool {
        let stream = try source.open(entry)
        var depth = 0
        var isInString = false
        var isEscaped = false
        while true {
            let bytes = try stream.next(upTo: 1 << 20)
            if bytes.isEmpty { return false }
            for byte in bytes {
                if isInString {
                    if isEscaped {
                        isEscaped = false
                    } else if byte == 0x5C {
                        isEscaped = true
                    } else if byte == 0x22 {
                        isInString = false
                    }
                } else if byte == 0x22 {
                    isInString = true
                } else if byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[") {
                    depth += 1
                    if depth > 400 { return true }
                } else if byte == UInt8(ascii: "}") || byte == UInt8(ascii: "]") {
                    depth -= 1
                }
            }
        }
    }
}

/// Cuts the objects out of the arrays named `children`, `messages` and `messagesTree`, without recursion.
private struct TreeCutter {
    struct Piece {
        var bytes: [UInt8] = []
        /// The piece it stood in, by its number.
        var parent = 0
    }

    private enum Bracket {
        case object
        case array
        /// An array whose objects are pieces of their own.
        case children
        /// An object that is a piece of its own.
        case piece(parent: Int)
    }

    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The document without its tree, then the messages, each after its parent; nil where the brackets do not fit.
    mutating func pieces() -> [Piece]? {
        var pieces = [Piece()]
        var current = 0
        var open: [Bracket] = []
        var lastString: Range<Int> = 0..<0
        while position < bytes.count {
            let byte = bytes[position]
            let start = position
            position += 1
            switch byte {
            case 0x22:
                guard skipString() else { return nil }
                lastString = start..<position
                pieces[current].bytes += bytes[lastString]
                continue
            case UInt8(ascii: "{"):
                if case .children = open.last {
                    open.append(.piece(parent: current))
                    pieces.append(Piece(parent: current))
                    current = pieces.count - 1
                } else {
                    open.append(.object)
                }
            case UInt8(ascii: "["):
                open.append(isChildren(lastString, before: start) ? .children : .array)
            case UInt8(ascii: "}"):
                guard let bracket = open.popLast() else { return nil }
                switch bracket {
                case .object: break
                case .piece(let parent):
                    pieces[current].bytes.append(byte)
                    current = parent
                    continue
                default: return nil
                }
            case UInt8(ascii: "]"):
                guard let bracket = open.popLast() else { return nil }
                switch bracket {
                case .array, .children: break
                default: return nil
                }
            case UInt8(ascii: ","):
                // What stood between two pieces is gone, and so is the comma.
                if case .children = open.last { continue }
            default: break
            }
            pieces[current].bytes.append(byte)
        }
        return open.isEmpty ? pieces : nil
    }

    private mutating func skipString() -> Bool {
        while position < bytes.count {
            let byte = bytes[position]
            position += byte == 0x5C ? 2 : 1
            if byte == 0x22 { return true }
        }
        return false
    }

    private func isChildren(_ key: Range<Int>, before bracket: Int) -> Bool {
        guard bytes[key.upperBound..<bracket].allSatisfy({ $0 <= 0x20 || $0 == UInt8(ascii: ":") }) else {
            return false
        }
        return [#""children""#, #""messagesTree""#, #""messages""#].contains { bytes[key].elementsEqual($0.utf8) }
    }
}
