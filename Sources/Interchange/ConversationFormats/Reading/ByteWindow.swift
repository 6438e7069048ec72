/// A piece of a stream that can be looked at before it is taken: as much as has been asked for, and no more.
struct ByteWindow {
    /// How much is read at a time. Less costs calls, more costs memory and wins nothing.
    static let readSize = 1 << 20

    private let stream: any ByteStream
    private var bytes: [UInt8] = []
    private var start = 0
    private var hasEnded = false

    init(_ stream: any ByteStream) {
        self.stream = stream
    }

    /// How many bytes are here.
    var count: Int { bytes.count - start }

    /// The byte at an offset from the beginning of the window, which must be in it.
    subscript(offset: Int) -> UInt8 { bytes[start + offset] }

    /// Reads on.
    ///
    /// - Returns: false at the end of the stream.
    mutating func more() throws(FormatError) -> Bool {
        if hasEnded { return false }
        let next = try stream.next(upTo: Self.readSize)
        if next.isEmpty {
            hasEnded = true
            return false
        }
        if count == 0 {
            // What one large element took is given back.
            bytes = next
            start = 0
            return true
        }
        if start > bytes.count / 2 {
            bytes.removeSubrange(..<start)
            start = 0
        }
        bytes += next
        return true
    }

    /// Takes bytes off the beginning.
    mutating func drop(_ count: Int) {
        start += min(count, self.count)
    }

    /// Calls `body` with some of the bytes, in place.
    func withBytes<Result>(_ range: Range<Int>, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        bytes.withUnsafeBytes {
            body(UnsafeRawBufferPointer(rebasing: $0[(start + range.lowerBound)..<(start + range.upperBound)]))
        }
    }

    /// The offset of the first line feed from an offset on, among what is here.
    func lineFeed(from offset: Int) -> Int? {
        bytes[(start + offset)...].firstIndex(of: 0x0A).map { $0 - start }
    }

    /// The offset of the first byte from `offset` on that is no white space, reading on as far as needed; nil where the
    /// stream ends before one.
    mutating func firstWord(from offset: Int = 0) throws(FormatError) -> Int? {
        var offset = offset
        while true {
            while offset < count {
                switch self[offset] {
                case 0x20, 0x09, 0x0A, 0x0D: offset += 1
                default: return offset
                }
            }
            guard try more() else { return nil }
        }
    }
}
