/// Takes the messages of a path, in order, and writes them as one dialect wants them.
///
/// Storage calls it row by row while it reads, so that no tree of a whole history is ever made; storage knows no wire,
/// and the wire no SQL.
package protocol InputWriter {
    /// Appends a message that is one piece of text. `text` is valid UTF-8, held only during the call.
    mutating func append(role: Role, text: UnsafeBufferPointer<UInt8>)

    /// Appends a message of parts. `blobs` reads what a part has in the vault.
    ///
    /// - Parameter origin: who said it; nil where no call of ours brought it.
    mutating func append(role: Role, parts: [MessagePart], origin: MessageOrigin?, blobs: any BlobReader) throws
}

/// Reads blobs of a vault while a path is written.
package protocol BlobReader {
    /// The bytes under a digest.
    func bytes(of digest: BlobDigest) throws -> [UInt8]
}
