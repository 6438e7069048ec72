package import Conversations
import GRDB

/// A call with what it belongs to and what came of it, all of one moment.
package struct CallInContext: Sendable {
    package let call: Call
    package let thread: ChatThread
    /// The last message of what it asks.
    package let question: Message?
    /// Its answers, one a choice.
    package let answers: [Message]
    /// What has changed behind its model's name and nobody has been told of.
    package let backendChanges: [BackendChange]
}

extension Vault {
    /// A call with what it belongs to and what came of it, in one reading: who answers programs reads it for each of
    /// their requests.
    package func callInContext(_ id: CallID) async throws(StorageError) -> CallInContext {
        try await read { database in
            guard let call = try database.calls(where: "call.uid = ?", .blob(id.bytes)).first else {
                throw StorageError(.notFound, "there is no call \(id). See: diwan calls")
            }
            func message(_ id: MessageID) throws -> Message? {
                try database.place(of: id).flatMap { try database.message(at: $0) }
            }
            return CallInContext(
                call: call, thread: try database.thread(database.threadRow(call.threadID)),
                question: try call.questionID.flatMap { try message($0) },
                answers: try call.messageIDs.compactMap { try message($0) },
                backendChanges: try database.untoldBackendChanges().filter {
                    $0.upstream == call.upstream && $0.model == call.modelSent
                })
        }
    }
}
