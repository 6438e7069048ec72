import CLibzstd
import Conversations
import GRDB
import Synchronization

// An answer's body is kept whole, compressed with the answers' own words as the dictionary: they stand in the message
// already, and so cost next to nothing here (zstd's raw content dictionaries,
// https://facebook.github.io/zstd/zstd_manual.html#Chapter7).

extension Database {
    func keepBody(_ body: [UInt8], ofCall row: Int64) throws {
        let dictionary = try answerWords(ofCall: row)
        var compressed = [UInt8](repeating: 0, count: ZSTD_compressBound(body.count))
        let count = CompressionMemory.compressing.withLock { memory in
            ZSTD_compress_usingDict(
                memory.context, &compressed, compressed.count, body, body.count, dictionary, dictionary.count, 6)
        }
        guard ZSTD_isError(count) == 0 else {
            throw StorageError(.cannotWrite, "an answer could not be compressed. The message itself is saved.")
        }
        try run(
            "INSERT OR REPLACE INTO call_body (call, response) VALUES (?, ?)", .integer(row),
            .blob(Array(compressed[..<count])))
    }

    /// The body of a call's answer as it was kept, byte for byte.
    func body(ofCall row: Int64) throws -> [UInt8]? {
        guard
            let compressed = try first(
                "SELECT response FROM call_body WHERE call = ?", .integer(row), value: { $0.blob(0) })
        else { return nil }
        let dictionary = try answerWords(ofCall: row)
        let size = ZSTD_getFrameContentSize(compressed, compressed.count)
        // The two highest values are zstd's own for "unknown" and "error".
        guard size < UInt64.max - 1, size < 1 << 32 else { throw damagedBody }
        var body = [UInt8](repeating: 0, count: Int(size))
        let count = CompressionMemory.decompressing.withLock { memory in
            ZSTD_decompress_usingDict(
                memory.context, &body, body.count, compressed, compressed.count, dictionary, dictionary.count)
        }
        guard ZSTD_isError(count) == 0, count == body.count else { throw damagedBody }
        return body
    }

    private var damagedBody: StorageError {
        StorageError(.damaged, "the body of an answer cannot be read. Look with: diwan doctor")
    }

    private func answerWords(ofCall row: Int64) throws -> [UInt8] {
        var words: [UInt8] = []
        try each("SELECT text FROM message WHERE call = ? ORDER BY choice, id", .integer(row)) { row in
            row.withBytes(0) { words.append(contentsOf: $0) }
        }
        // zstd takes a dictionary that begins with its magic number for one of its own making; a blank keeps it raw.
        return words.isEmpty ? [] : [0x20] + words
    }
}

/// zstd's working memory, kept from one body to the next: to fetch a megabyte from the system and give it back cost more
/// than a body of usual length.
private struct CompressionMemory: @unchecked Sendable {
    let context: OpaquePointer?

    static let compressing = Mutex(CompressionMemory(context: ZSTD_createCCtx()))
    static let decompressing = Mutex(CompressionMemory(context: ZSTD_createDCtx()))
}
