import ConversationStorage
package import Conversations
package import ModelUpstream
import ModelWire

extension ThreadService {
    /// Runs a call that another process wrote down, in this one's name from now on.
    ///
    /// - Parameter adopted: called as soon as the call is this process's, so that the other may leave.
    package func runQueued(
        _ id: CallID, upstream: Upstream, key: APIKey?, keepsEvents: Bool, adopted: () -> Void
    ) async throws(ServiceError) -> AnsweredQuestion {
        let time = now()
        try await stored { () async throws(StorageError) in try await vault.adopt(id, at: time) }
        adopted()
        let call = try await stored { () async throws(StorageError) in try await vault.call(id) }
        return try await run(call, upstream: upstream, key: key, keepsEvents: keepsEvents) { _ in }
    }

    /// Asks for a call to end, and waits until it has: within a second where its process is alive.
    package func cancel(_ id: CallID) async throws(ServiceError) -> Call {
        let time = now()
        try await stored { () async throws(StorageError) in try await vault.requestCancellation(of: id, at: time) }
        return try await whenOver(id) { _ in }.call
    }

    /// Follows a call that another process runs, as if this one had asked: what has come, then the rest as it comes.
    ///
    /// - Throws: ``ServiceError/upstream(_:savedAs:)`` where no words of an answer came.
    package func follow(
        _ id: CallID, event: @escaping @Sendable (SendEvent) async -> Void
    ) async throws(ServiceError) -> AnsweredQuestion {
        let answered = try await whenOver(id, event: event)
        if let failure = answered.failure, answered.answers.isEmpty {
            throw .upstream(
                failure,
                savedAs: SavedQuestion(
                    threadHandle: answered.thread.handle, callHandle: answered.call.handle,
                    upstream: answered.call.upstream))
        }
        return answered
    }

    func whenOver(
        _ id: CallID, event: @escaping @Sendable (SendEvent) async -> Void
    ) async throws(ServiceError) -> AnsweredQuestion {
        var call = try await stored { () async throws(StorageError) in try await vault.call(id) }
        var stream = AnswerStream(choicesAsked: call.parameters.choices ?? 1)
        var sequence = 0
        var told = ""
        while !call.status.isFinal {
            // A call that is over meanwhile has no events any more: then its answer tells the rest.
            for (number, payload) in (try? await vault.events(of: id, from: sequence)) ?? [] {
                sequence = number + 1
                for delta in stream.receive(payload) {
                    if case .text(0, let text) = delta { told += text }
                    await event(.delta(delta))
                }
            }
            do {
                try await Task.sleep(for: .milliseconds(30))
            } catch {
                throw .upstream(
                    UpstreamError(.cancelled, "stopped waiting; the call goes on. See: diwan wait"), savedAs: nil)
            }
            let underWay = try await stored { () async throws(StorageError) in try await vault.callsUnderWay() }
            if underWay.contains(where: { $0.id == id && !$0.isAlive }) { try await recoverInterrupted() }
            call = try await stored { () async throws(StorageError) in try await vault.call(id) }
        }
        let failure = call.error.map { UpstreamError(kept: $0, of: call.status) }
        let answered = try await answered(id, failure: failure)
        let whole = answered.answers.first?.text ?? ""
        if answered.answers.count == 1, whole.utf8.starts(with: told.utf8), whole.utf8.count > told.utf8.count {
            let rest = String(decoding: whole.utf8.dropFirst(told.utf8.count), as: UTF8.self)
            await event(.delta(.text(choice: 0, rest)))
        }
        return answered
    }
}
