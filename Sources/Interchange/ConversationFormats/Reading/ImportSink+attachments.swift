import ConversationStorage
package import Conversations

extension ImportSink {
    package func holds(_ digest: BlobDigest) async throws -> Bool { false }

    /// Names the attachments of a thread from a vault whose bytes are not to be had: one that the vault holds from before
    /// stays as it is, any other keeps its name and its digest, and that is noted.
    ///
    /// - Parameter kept: those whose bytes came with the thread.
    func nameWhatHasNoBytes(of thread: inout ThreadRecord, besides kept: Set<BlobDigest>, at place: String) async throws
    {
        var isHeld: [BlobDigest: Bool] = [:]
        for index in thread.messages.indices where !thread.messages[index].parts.blobs.isEmpty {
            for number in thread.messages[index].parts.indices {
                let part = thread.messages[index].parts[number]
                guard case .blob(let digest)? = part.media?.source, !kept.contains(digest) else { continue }
                if isHeld[digest] == nil { isHeld[digest] = try await holds(digest) }
                guard isHeld[digest] == false else { continue }
                thread.messages[index].parts[number] = part.with(.fileID(digest.description))
                note(
                    ImportNote(
                        .degraded,
                        wantsAttachments
                            ? "attachment whose bytes are not in the export"
                            : "attachment kept by its name alone, as was asked for", at: place))
            }
        }
    }
}
