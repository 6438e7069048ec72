package import OrderedJSON

/// A named tree of messages that grew from one beginning.
package struct ChatThread: Sendable, Hashable {
    package let id: ThreadID
    /// What people type for it; unique in its vault today, and as a prefix for as long as nothing collides.
    package let handle: String
    package let title: String?
    /// Whether a person gave the title. Such a title is never replaced.
    package let titleIsGiven: Bool
    /// What the model is told before anything else.
    package let instructions: String?
    package let model: String?
    package let upstream: String?
    /// The message the thread goes on from; nil while it is empty.
    package let tipID: MessageID?
    /// The program or import it came from; nil when a person made it at the command line.
    package let origin: JSON?
    package let tags: [String]
    /// What a program keeps with it.
    package let metadata: JSONObject
    package let messageCount: Int
    /// How many leaves its tree has.
    package let branchCount: Int
    package let createdAt: Timestamp
    package let activeAt: Timestamp
    package let pinnedAt: Timestamp?
    package let archivedAt: Timestamp?
    package let trashedAt: Timestamp?

    package init(
        id: ThreadID, handle: String, title: String?, titleIsGiven: Bool, instructions: String?, model: String?,
        upstream: String?, tipID: MessageID?, origin: JSON?, tags: [String], messageCount: Int, branchCount: Int,
        createdAt: Timestamp, activeAt: Timestamp, pinnedAt: Timestamp?, archivedAt: Timestamp?, trashedAt: Timestamp?,
        metadata: JSONObject = JSONObject()
    ) {
        self.id = id
        self.handle = handle
        self.title = title
        self.titleIsGiven = titleIsGiven
        self.instructions = instructions
        self.model = model
        self.upstream = upstream
        self.tipID = tipID
        self.origin = origin
        self.tags = tags
        self.metadata = metadata
        self.messageCount = messageCount
        self.branchCount = branchCount
        self.createdAt = createdAt
        self.activeAt = activeAt
        self.pinnedAt = pinnedAt
        self.archivedAt = archivedAt
        self.trashedAt = trashedAt
    }
}
