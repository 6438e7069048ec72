package import ConversationStorage
package import Conversations

/// Reads one format.
///
/// A reader streams: it holds one conversation at a time, whatever the file's size. One conversation that cannot be read
/// never stops the others: it is noted as lost and the next one is read.
package protocol ConversationReader: Sendable {
    /// The format it reads.
    static var format: ConversationFormat { get }

    /// How sure it is that `source` is in its format, from the names and first bytes of its entries; nil if it is not.
    static func recognize(_ source: any ImportSource) -> Recognition?

    init()

    /// Hands every conversation of `source` to `sink`.
    ///
    /// - Throws: ``FormatError`` where nothing (more) of the source can be read; what was handed over before is kept.
    ///   What `sink` throws goes through.
    func read(_ source: any ImportSource, into sink: any ImportSink) async throws
}

/// How sure a reader is of a format. Of several, the surest reads.
package enum Recognition: Int, Sendable, Comparable {
    /// The layout fits, as it would fit others.
    case possible
    /// Fields that only this format has are there.
    case certain

    package static func < (left: Recognition, right: Recognition) -> Bool { left.rawValue < right.rawValue }
}

/// Takes what a reader reads.
package protocol ImportSink: AnyObject {
    /// Takes a conversation of another program.
    func add(_ conversation: ForeignConversation) async throws
    /// Takes a thread that comes from a vault, with its identities.
    func add(_ thread: ThreadRecord) async throws
    /// Keeps an attachment's bytes and gives the digest that a part names them by.
    func keep(_ bytes: [UInt8], mediaType: String?) async throws -> BlobDigest
    /// Whether the bytes are kept already, from another import or since before the export.
    func holds(_ digest: BlobDigest) async throws -> Bool
    /// Whether attachments are wanted; if not, a reader leaves their parts as names without bytes.
    var wantsAttachments: Bool { get }
    /// Takes down what could not be kept as it was.
    func note(_ note: ImportNote)
}

/// Something that an import could not keep as it was.
package struct ImportNote: Sendable, Hashable {
    /// How bad it is.
    package enum Severity: String, Sendable, CaseIterable {
        /// Kept, but not as it was there.
        case degraded
        /// Left out, because it is no part of the conversation: say why.
        case skipped
        /// Words, or a whole conversation, that could not be kept. The import ends with 65.
        case lost
    }

    package var severity: Severity
    /// What and why, the same words for the same cause, so that they can be counted: `attachment whose bytes are not in
    /// the export`.
    package var what: String
    /// Where: the conversation's title or id, the entry, a line. Nil where there is no saying.
    package var place: String?

    package init(_ severity: Severity, _ what: String, at place: String? = nil) {
        self.severity = severity
        self.what = what
        self.place = place
    }
}
