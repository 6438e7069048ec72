import ConversationStorage
package import Conversations
import OrderedJSON

extension ThreadService {
    /// Makes a new thread that begins with the path to a message: the same words, dates and attachments, in messages of
    /// its own. What is done there does not show in the thread it came from.
    ///
    /// The calls stay where they were made: a call is counted once.
    ///
    /// - Parameters:
    ///   - title: a title; nil for that of the thread it came from.
    ///   - program: the program that wants it; nil for a person.
    package func fork(
        _ message: MessageID, title: String?, program: String? = nil
    ) async throws(ServiceError) -> ChatThread {
        let time = now()
        return try await stored { () async throws(StorageError) in
            let path = try await vault.path(to: message)
            guard let end = path.last else {
                throw StorageError(.notFound, "there is no message \(message). See: diwan list")
            }
            let thread = try await vault.thread(end.threadID)
            let labels = try await vault.labels(in: thread.id)
            var record = ThreadRecord(
                id: ThreadID(at: time), title: title ?? thread.title,
                titleIsGiven: title != nil || thread.titleIsGiven, instructions: thread.instructions,
                model: thread.model, upstream: thread.upstream, origin: thread.originOfFork(at: message, by: program),
                tags: thread.tags, createdAt: time, activeAt: time)
            for message in path {
                record.messages.append(
                    MessageRecord(
                        id: MessageID(at: time), parentID: record.messages.last?.id, role: message.role,
                        parts: message.parts, finishReason: message.finishReason, status: message.status,
                        createdAt: message.createdAt,
                        labels: (labels[message.id] ?? []).filter { $0 == "keep" }))
            }
            record.tipID = record.messages.last?.id
            let adoption = try await vault.adopt([record])
            if let refusal = adoption.refusals.first {
                throw StorageError(.refused, "the path cannot be copied: \(refusal.reason).")
            }
            return try await vault.thread(record.id)
        }
    }
}

extension ChatThread {
    /// Where a fork of this thread comes from. What another program's ids mean goes along; which import or program brought
    /// the thread does not: they did not bring the fork.
    fileprivate func originOfFork(at message: MessageID, by program: String?) -> JSON {
        var origin: JSONObject = [
            "fork": .object(["thread": .string(id.description), "message": .string(message.description)])
        ]
        if let format = self.origin?["format"] { origin["format"] = format }
        if let program { origin["program"] = .string(program) }
        return .object(origin)
    }
}
