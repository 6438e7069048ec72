import CLibzstd

/// What is done to a record's bytes before they are sealed: the smallest of plain, zstd, and zstd with a dictionary.
enum RecordPacking {
    /// Below this nothing is won.
    private static let smallest = 48

    static func pack(_ content: [UInt8]) -> (SealedRecord.Flags, [UInt8]) {
        guard content.count >= smallest else { return (.plain, content) }
        var best: (SealedRecord.Flags, [UInt8]) = (.plain, content)
        // A dictionary says most where there is little else to go by; past a few kilobytes it only costs time.
        let withDictionary = content.count <= 16 << 10
        if let packed = compress(content, withDictionary ? RecordDictionary.bytes : []), packed.count < content.count {
            best = (withDictionary ? .packedWithDictionary : .packed, packed)
        }
        return best
    }

    static func unpack(_ content: [UInt8], _ flags: SealedRecord.Flags) throws(SyncError) -> [UInt8] {
        switch flags {
        case .plain: return content
        case .packed: return try decompress(content, [])
        case .packedWithDictionary: return try decompress(content, RecordDictionary.bytes)
        default:
            throw SyncError(.newerVersion, "a record was packed by a newer version. It is kept; upgrade to read it.")
        }
    }

    private static func compress(_ content: [UInt8], _ dictionary: [UInt8]) -> [UInt8]? {
        guard let context = ZSTD_createCCtx() else { return nil }
        defer { ZSTD_freeCCtx(context) }
        // The seal is a checksum, and the flags say which dictionary.
        ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, content.count <= 64 << 10 ? 12 : 6)
        ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 0)
        ZSTD_CCtx_setParameter(context, ZSTD_c_dictIDFlag, 0)
        ZSTD_CCtx_loadDictionary(context, dictionary, dictionary.count)
        var packed = [UInt8](repeating: 0, count: ZSTD_compressBound(content.count))
        let count = ZSTD_compress2(context, &packed, packed.count, content, content.count)
        guard ZSTD_isError(count) == 0 else { return nil }
        return Array(packed[..<count])
    }

    private static func decompress(_ packed: [UInt8], _ dictionary: [UInt8]) throws(SyncError) -> [UInt8] {
        let size = ZSTD_getFrameContentSize(packed, packed.count)
        // The two highest values are zstd's own for "unknown" and "error".
        guard size <= UInt64(SyncLimits.unpackedBytes), let context = ZSTD_createDCtx() else { throw .cutShort }
        defer { ZSTD_freeDCtx(context) }
        ZSTD_DCtx_loadDictionary(context, dictionary, dictionary.count)
        var content = [UInt8](repeating: 0, count: Int(size))
        let count = ZSTD_decompressDCtx(context, &content, content.count, packed, packed.count)
        guard ZSTD_isError(count) == 0, count == content.count else { throw .cutShort }
        return content
    }
}
