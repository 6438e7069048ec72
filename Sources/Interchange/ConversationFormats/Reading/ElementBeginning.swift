import OrderedJSON

/// How the elements of an array begin, which is how the next one is found after one whose brackets do not match.
///
/// A program writes all its objects with the same first keys. Inside a string that text would stand with its quotes
/// escaped, so where it stands as it is, an object begins, whatever the brackets before it say.
struct ElementBeginning {
    /// From the brace to the end of the first key.
    private let bytes: [UInt8]
    /// The first two keys; none where no element could be read yet.
    private let keys: [String]

    /// - Parameters:
    ///   - element: what the window begins with; nil where it cannot be read.
    ///   - count: how many bytes of the window are the element.
    init?(of element: JSON?, window: ByteWindow, count: Int) {
        keys = element?.object?.keys.prefix(2).map { $0 } ?? []
        guard element == nil || keys.count == 2, count > 1, window[0] == UInt8(ascii: "{") else { return nil }
        let quotes = (1..<min(count, 256)).filter { window[$0] == UInt8(ascii: "\"") }
        guard quotes.count > 1 else { return nil }
        bytes = (0...quotes[1]).map { window[$0] }
    }

    /// Whether it was learned from an element that could be read.
    var isSure: Bool { !keys.isEmpty }

    /// Where the next element begins that can be read, among some bytes of the window.
    func next(in window: ByteWindow, from start: Int, upTo end: Int) -> Int? {
        // Each candidate may be read to the end of the window; a file that offers more of them than this is no export.
        var trials = 64
        var start = max(1, start)
        while trials > 0, let offset = firstPlace(in: window, from: start, upTo: end) {
            if begins(at: offset, in: window, upTo: end) { return offset }
            start = offset + 1
            trials -= 1
        }
        return nil
    }

    private func firstPlace(in window: ByteWindow, from start: Int, upTo end: Int) -> Int? {
        guard start + bytes.count <= end else { return nil }
        return window.withBytes(start..<end) { haystack in
            var offset = 0
            while offset + bytes.count <= haystack.count {
                guard let brace = haystack[offset...].firstIndex(of: UInt8(ascii: "{")),
                    brace + bytes.count <= haystack.count
                else { return nil }
                if haystack[brace..<(brace + bytes.count)].elementsEqual(bytes) { return start + brace }
                offset = brace + 1
            }
            return nil
        }
    }

    private func begins(at offset: Int, in window: ByteWindow, upTo end: Int) -> Bool {
        window.withBytes(offset..<end) { bytes in
            var splitter = JSONSplitter()
            guard let count = splitter.end(in: bytes),
                let found = try? JSON(parsing: UnsafeRawBufferPointer(rebasing: bytes[..<count]))
            else { return false }
            return zip(found.object?.keys.prefix(2).map { $0 } ?? [], keys).allSatisfy {
                $0.utf8.elementsEqual($1.utf8)
            }
                && (found.object?.count ?? 0) > 1
        }
    }
}
