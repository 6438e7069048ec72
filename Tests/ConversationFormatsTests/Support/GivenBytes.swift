import ConversationFormats
import OrderedJSON

/// Bytes as a stream that gives so many at a time.
final class GivenBytes: ByteStream {
    private var rest: ArraySlice<UInt8>
    private let pieceSize: Int

    init(_ bytes: some Sequence<UInt8>, piecesOf pieceSize: Int = .max) {
        rest = Array(bytes)[...]
        self.pieceSize = pieceSize
    }

    func next(upTo count: Int) -> [UInt8] {
        defer { rest = rest.dropFirst(min(count, pieceSize)) }
        return Array(rest.prefix(min(count, pieceSize)))
    }
}

/// What ``JSONElements`` gives, to its end.
struct ElementsRead: Equatable {
    var elements: [String] = []
    var damage: [String] = []
    var header = ""

    init(_ text: String, _ layout: JSONElements.Layout = .init(), piecesOf size: Int = .max) throws {
        try self.init(Array(text.utf8), layout, piecesOf: size)
    }

    init(_ bytes: [UInt8], _ layout: JSONElements.Layout = .init(), piecesOf size: Int = .max) throws {
        var reader = try JSONElements(GivenBytes(bytes, piecesOf: size), layout)
        while let element = try reader.next() {
            switch element {
            case .json(let json): elements.append(json.text())
            case .damaged(let reason, let number): damage.append("\(number): \(reason)")
            }
        }
        header = JSON.object(reader.header).text()
    }
}
