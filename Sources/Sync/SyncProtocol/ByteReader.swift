/// Reads bytes from the front, never past the end.
struct ByteReader {
    private(set) var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func byte() throws(SyncError) -> UInt8 {
        guard let byte = rest.popFirst() else { throw .cutShort }
        return byte
    }

    mutating func bytes(_ count: Int) throws(SyncError) -> ArraySlice<UInt8> {
        guard count >= 0, count <= rest.count else { throw .cutShort }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }

    /// A number of at most 32 bits in groups of seven, lowest first; only its shortest spelling is read.
    mutating func varint() throws(SyncError) -> UInt32 {
        var value: UInt64 = 0
        for index in 0..<5 {
            let byte = try byte()
            value |= UInt64(byte & 0x7F) << UInt64(7 * index)
            if byte & 0x80 == 0 {
                guard value <= UInt64(UInt32.max), index == 0 || byte != 0 else { throw .cutShort }
                return UInt32(value)
            }
        }
        throw .cutShort
    }
}

extension SyncError {
    static let cutShort = SyncError(
        .malformed, "records that another machine sent are cut short or damaged. Sync again.")
}

extension [UInt8] {
    mutating func append(varint value: UInt32) {
        var value = value
        while value >= 0x80 {
            append(UInt8(truncatingIfNeeded: value) | 0x80)
            value >>= 7
        }
        append(UInt8(value))
    }

    mutating func append(bigEndian value: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: value.bigEndian) { append(contentsOf: $0) }
    }
}
