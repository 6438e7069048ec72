import ConversationStorage
import Conversations
import ModelWire
import Synchronization

/// Thrown out of a stream when another process has asked for the call to end.
struct CancellationRequested: Error {}

/// Writes the events of one answer to the vault as they arrive, before anyone is shown them.
final class AnswerJournal: Sendable {
    private struct State {
        var sequence = 0
        var hasFirstToken = false
        var wasCancelled = false
        var stream: AnswerStream
    }

    private let vault: Vault
    private let call: CallID
    private let now: @Sendable () -> Timestamp
    private let state: Mutex<State>

    init(vault: Vault, call: CallID, choicesAsked: Int, now: @escaping @Sendable () -> Timestamp) {
        state = Mutex(State(stream: AnswerStream(choicesAsked: choicesAsked)))
        self.vault = vault
        self.call = call
        self.now = now
    }

    /// Whether the stream ended because another process asked for it.
    var wasCancelled: Bool { state.withLock { $0.wasCancelled } }

    /// Writes pieces that have arrived; they survive a killed process when it returns.
    ///
    /// - Returns: the number of the first of them in the journal.
    /// - Throws: ``CancellationRequested`` when someone has asked for the call to end.
    func write(_ pieces: [AnswerReader.Event]) async throws -> Int {
        let (sequence, isFirst) = state.withLock { state in
            defer { state.sequence += pieces.count }
            for piece in pieces { _ = state.stream.receive(piece.payload) }
            let isFirst = !state.hasFirstToken && pieces.contains { $0.deltas.contains(where: \.isWords) }
            if isFirst { state.hasFirstToken = true }
            return (state.sequence, isFirst)
        }
        let isCancelled = try await vault.journal(
            pieces.map(\.payload), from: sequence, of: call, firstTokenAt: isFirst ? now() : nil)
        if isCancelled {
            state.withLock { $0.wasCancelled = true }
            throw CancellationRequested()
        }
        return sequence
    }

    /// Returns when another process has asked for the call to end; throws when nobody waits for that any more.
    func waitForCancellation() async throws {
        while true {
            try await Task.sleep(for: .milliseconds(200))
            guard try await vault.isCancellationRequested(of: call) else { continue }
            state.withLock { $0.wasCancelled = true }
            return
        }
    }

    /// What has arrived so far, as an answer that was cut off.
    func whatArrived() -> ModelAnswer? {
        state.withLock { $0.stream.eventCount > 0 ? $0.stream.answer() : nil }
    }
}
