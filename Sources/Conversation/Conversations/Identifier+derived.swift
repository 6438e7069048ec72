import Crypto

extension Identifier {
    /// The identifier of something that has a name of its own elsewhere: the same names give the same identifier on every
    /// machine and on every day, so what is imported twice is one thing.
    ///
    /// A UUID of version 8 (RFC 9562, section 5.8) whose 122 free bits are the first of the SHA-256 of the names, each
    /// preceded by its length (8 bytes, big-endian).
    package init(derivedFrom names: [String]) {
        var hash = SHA256()
        for name in names {
            withUnsafeBytes(of: UInt64(name.utf8.count).bigEndian) { hash.update(bufferPointer: $0) }
            var name = name
            name.withUTF8 { hash.update(bufferPointer: UnsafeRawBufferPointer($0)) }
        }
        var bytes = Array(hash.finalize().prefix(16))
        bytes[6] = 0x80 | bytes[6] & 0x0F
        bytes[8] = 0x80 | bytes[8] & 0x3F
        self.init(unchecked: bytes)
    }
}
