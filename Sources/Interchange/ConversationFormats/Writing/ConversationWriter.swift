package import ConversationStorage
package import Conversations

/// Writes threads in one format.
///
/// A writer streams: it holds one thread at a time. What its format has no place for it leaves out and says so to the
/// sink, by the same words for the same cause.
package protocol ConversationWriter {
    /// The format it writes.
    static var format: ConversationFormat { get }

    /// Writes what stands before the first thread.
    mutating func begin(_ sink: any ExportSink) async throws
    /// Writes a thread.
    mutating func write(_ thread: ThreadRecord, to sink: any ExportSink) async throws
    /// Writes what stands after the last thread. A file without it was cut off, where the format can show that.
    mutating func end(_ sink: any ExportSink) async throws
}

extension ConversationWriter {
    package mutating func begin(_ sink: any ExportSink) async throws {}
    package mutating func end(_ sink: any ExportSink) async throws {}
}

/// Takes what a writer writes, and gives it what lies outside of a thread's record.
package protocol ExportSink: AnyObject {
    /// Takes the next bytes of the document.
    func write(_ bytes: [UInt8]) async throws
    /// The attachment with this digest; nil where its bytes are not there any more.
    func attachment(_ digest: BlobDigest) async throws -> ExportedAttachment?
    /// Puts an attachment into a file beside the document.
    ///
    /// - Returns: the file's path as the document names it; nil where there is no place for files, and the document has
    ///   to hold the bytes itself.
    func place(_ attachment: ExportedAttachment) async throws -> String?
    /// Takes down what the format has no place for: `tool calls`, `branches beside the tip's path`.
    func leaveOut(_ what: String, count: Int)
}

extension ExportSink {
    func write(_ text: String) async throws { try await write(Array(text.utf8)) }
}

/// The bytes that belong to a message, on their way out.
package struct ExportedAttachment: Sendable, Hashable {
    package let digest: BlobDigest
    package let mediaType: String?
    package let bytes: [UInt8]

    package init(digest: BlobDigest, mediaType: String?, bytes: [UInt8]) {
        self.digest = digest
        self.mediaType = mediaType
        self.bytes = bytes
    }
}
