import Conversations
import GRDB
import OrderedJSON

/// An erasure under way, noted in the vault until it has reached its end, so that a killed one is finished.
struct UnfinishedErasure {
    /// What is done next.
    enum Phase: String {
        case rows
        /// The first merge of an index puts all of it on one level, the ones after that work on it.
        case messageIndex = "message_index"
        case messageIndexMerging = "message_index_merging"
        case threadIndex = "thread_index"
        case threadIndexMerging = "thread_index_merging"
        /// The file's unused places and its log.
        case unusedBytes = "unused_bytes"
    }

    var phase = Phase.rows
    var threads: [ThreadID]
    var messages: [MessageID]
    /// The lock file of the process that is at it.
    var worker: String
    /// How often the index was put on one level again.
    var rounds = 0

    static let memoryName = "erasure"

    /// Makes these messages the next ones.
    mutating func take(_ copies: inout [MessageID]) {
        messages += copies
        copies = []
    }

    init?(json: JSON) {
        guard let phase = json["phase"]?.string.flatMap({ Phase(rawValue: $0) }), let worker = json["worker"]?.string
        else { return nil }
        self.phase = phase
        self.worker = worker
        threads = (json["threads"]?.array ?? []).compactMap { $0.string.flatMap { ThreadID($0) } }
        messages = (json["messages"]?.array ?? []).compactMap { $0.string.flatMap { MessageID($0) } }
        rounds = json["rounds"]?.int ?? 0
    }

    var json: JSON {
        .object([
            "phase": .string(phase.rawValue), "worker": .string(worker), "rounds": .int(rounds),
            "threads": .array(threads.map { .string($0.description) }),
            "messages": .array(messages.map { .string($0.description) }),
        ])
    }

    /// A new erasure, joined to one that has not ended.
    ///
    /// - Throws: ``StorageError/Code/notFound`` where something named is not there.
    init(threads: [ThreadID], messages: [MessageID], worker: String, in database: Database) throws {
        for thread in threads { _ = try database.threadRow(thread) }
        for message in messages where try database.place(of: message) == nil {
            throw StorageError(.notFound, "there is no message \(message). See: diwan show")
        }
        let earlier = try database.unfinishedErasure()
        self.threads = (earlier?.threads ?? []) + threads
        self.messages = (earlier?.messages ?? []) + messages
        self.worker = worker
    }
}

extension Database {
    func unfinishedErasure() throws -> UnfinishedErasure? {
        try first(
            "SELECT value FROM memory WHERE name = ?", .text(UnfinishedErasure.memoryName),
            value: { (try? JSON(parsing: $0.text(0))).flatMap { UnfinishedErasure(json: $0) } }
        ).flatMap { $0 }
    }

    func note(_ erasure: UnfinishedErasure) throws {
        try remember(UnfinishedErasure.memoryName, erasure.json.text())
    }

    /// How many messages an erasure is about to remove, at most.
    func messageCount(of erasure: UnfinishedErasure) throws -> Int {
        var count = 0
        for thread in erasure.threads {
            count += try self.thread(threadRow(thread)).messageCount
        }
        for message in erasure.messages {
            guard let place = try place(of: message) else { continue }
            for (strand, first) in try strands(from: place) {
                count += max(0, Int((try lastPosition(ofStrand: strand) ?? -1) - first) + 1)
            }
        }
        return count
    }
}
