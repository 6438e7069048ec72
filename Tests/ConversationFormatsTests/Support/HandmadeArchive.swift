/// A ZIP archive written by hand, so that it may say what no proper program writes (APPNOTE.TXT, section 4.3).
struct HandmadeArchive {
    struct File {
        var path: String
        var bytes: [UInt8]
        /// How many bytes it says it unpacks to; nil for the truth.
        var declared: UInt32?
        var isLocked = false
        var method: UInt16 = 0
        var sum: UInt32

        /// A file that is stored as it is.
        init(_ path: String, _ text: String) {
            self.path = path
            bytes = Array(text.utf8)
            sum = Self.checksum(bytes)
        }

        /// A file of so many zeros, packed 158 times: one block with fixed codes, matches of 258 bytes (RFC 1951, 3.2.6).
        init(_ path: String, zeros: Int) {
            self.path = path
            method = 8
            var bits = Bits()
            bits.append(0b011, 3)  // the last block, fixed codes
            bits.appendReversed(0b0011_0000, 8)  // one zero
            for _ in 0..<((zeros - 1) / 258) {
                bits.appendReversed(0b1100_0101, 8)  // length 258
                bits.appendReversed(0, 5)  // distance 1
            }
            bits.appendReversed(0, 7)
            bytes = bits.bytes
            declared = UInt32(1 + (zeros - 1) / 258 * 258)
            sum = 0
        }

        static func checksum(_ bytes: [UInt8]) -> UInt32 {
            var sum = ~UInt32(0)
            for byte in bytes {
                sum ^= UInt32(byte)
                for _ in 0..<8 { sum = sum & 1 == 1 ? (sum >> 1) ^ 0xEDB8_8320 : sum >> 1 }
            }
            return ~sum
        }
    }

    private struct Bits {
        var bytes: [UInt8] = []
        private var used = 8

        mutating func append(_ value: Int, _ count: Int) {
            for index in 0..<count {
                if used == 8 {
                    bytes.append(0)
                    used = 0
                }
                let bit = UInt8(value >> index & 1)
                bytes[bytes.count - 1] |= bit << UInt8(used)
                used += 1
            }
        }

        mutating func appendReversed(_ value: Int, _ count: Int) {
            for index in (0..<count).reversed() { append(value >> index & 1, 1) }
        }
    }

    static func bytes(_ files: [File]) -> [UInt8] {
        var archive = Bytes()
        var directory = Bytes()
        for file in files {
            let offset = UInt32(archive.bytes.count)
            var common = Bytes()
            common.append(UInt16(20))
            common.append(UInt16(file.isLocked ? 0x801 : 0x800))
            common.append(file.method)
            common.append(UInt32(0))
            common.append(file.sum)
            common.append(UInt32(file.bytes.count))
            common.append(file.declared ?? UInt32(file.bytes.count))
            common.append(UInt16(file.path.utf8.count))
            common.append(UInt16(0))
            archive.append(UInt32(0x0403_4B50))
            archive.bytes += common.bytes + Array(file.path.utf8) + file.bytes
            directory.append(UInt32(0x0201_4B50))
            directory.append(UInt16(0x031E))
            directory.bytes += common.bytes + [UInt8](repeating: 0, count: 10)
            directory.append(offset)
            directory.bytes += Array(file.path.utf8)
        }
        let start = UInt32(archive.bytes.count)
        archive.bytes += directory.bytes
        archive.append(UInt32(0x0605_4B50))
        archive.append(UInt32(0))
        archive.append(UInt16(files.count))
        archive.append(UInt16(files.count))
        archive.append(UInt32(directory.bytes.count))
        archive.append(start)
        archive.append(UInt16(0))
        return archive.bytes
    }

    private struct Bytes {
        var bytes: [UInt8] = []

        mutating func append(_ number: some FixedWidthInteger) {
            withUnsafeBytes(of: number.littleEndian) { bytes += $0 }
        }
    }
}
