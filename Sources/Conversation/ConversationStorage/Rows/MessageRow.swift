import Conversations
import GRDB
import OrderedJSON

/// A row of `message`, turned into a ``Message`` in one place.
struct MessageRow {
    /// The columns ``init(_:)`` reads, in its order, of `message` and its `call`.
    static let columns = """
        message.id, message.uid, message.lineage, message.role, message.text, message.parts, call.uid,
        message.choice, message.finish_reason, message.status, message.created_ms, message.trashed_ms
        """

    /// Where the columns come from.
    static let tables = "message LEFT JOIN call ON call.id = message.call"

    let place: MessagePlace
    let id: MessageID
    private let lineage: Lineage
    private let role: Role
    private let parts: [MessagePart]
    private let callID: CallID?
    private let choice: Int?
    private let finishReason: String?
    private let status: Message.Status
    private let createdAt: Timestamp
    private let trashedAt: Timestamp?

    init(_ row: ExactRow) throws {
        place = MessagePlace(row: row.integer(0))
        guard let id = MessageID(bytes: row.blob(1)), let lineage = Lineage(bytes: row.blob(2)),
            let status = Message.Status(rawValue: row.text(9))
        else { throw StorageError(.damaged, "a message cannot be read. Look with: diwan doctor") }
        self.id = id
        self.lineage = lineage
        self.status = status
        role = Role(row.text(3))
        parts = try Self.parts(text: row.text(4), stored: row.textOrNil(5))
        callID = row.blobOrNil(6).flatMap { CallID(bytes: $0) }
        choice = row.integerOrNil(7).map { Int($0) }
        finishReason = row.textOrNil(8)
        createdAt = Timestamp(milliseconds: row.integer(10))
        trashedAt = row.integerOrNil(11).map { Timestamp(milliseconds: $0) }
    }

    static func parts(text: String, stored: String?) throws -> [MessagePart] {
        guard let stored else { return [.text(text)] }
        guard let json = try? JSON(parsing: stored), let parts = [MessagePart](storedJSON: json, text: text) else {
            throw StorageError(.damaged, "the parts of a message cannot be read. Look with: diwan doctor")
        }
        return parts
    }

    func message(in thread: ThreadID, after parent: MessageID?) -> Message {
        Message(
            id: id, threadID: thread, parentID: parent, position: Int(place.position), lineage: lineage, role: role,
            parts: parts, callID: callID, choice: choice, finishReason: finishReason, status: status,
            createdAt: createdAt, trashedAt: trashedAt)
    }

    func record(after parent: MessageID?, labels: [String]) -> MessageRecord {
        MessageRecord(
            id: id, parentID: parent, role: role, parts: parts, callID: callID, choice: choice,
            finishReason: finishReason, status: status, createdAt: createdAt, trashedAt: trashedAt, labels: labels)
    }
}

extension Database {
    /// The place of a message.
    func place(of id: MessageID) throws -> MessagePlace? {
        try first("SELECT id FROM message WHERE uid = ?", .blob(id.bytes), value: { MessagePlace(row: $0.integer(0)) })
    }

    func uid(of place: MessagePlace) throws -> MessageID? {
        try first(
            "SELECT uid FROM message WHERE id = ?", .integer(place.row), value: { MessageID(bytes: $0.blob(0)) }
        ).flatMap { $0 }
    }

    /// The message at a place.
    func message(at place: MessagePlace) throws -> Message? {
        guard
            let row = try first(
                "SELECT \(MessageRow.columns) FROM \(MessageRow.tables) WHERE message.id = ?", .integer(place.row),
                value: { try MessageRow($0) }),
            let thread = try first(
                "SELECT thread.uid FROM strand JOIN thread ON thread.id = strand.thread WHERE strand.id = ?",
                .integer(place.strand), value: { ThreadID(bytes: $0.blob(0)) })?.flatMap({ $0 })
        else { return nil }
        let parent = try parent(of: place).flatMap { try uid(of: $0) }
        return row.message(in: thread, after: parent)
    }
}
